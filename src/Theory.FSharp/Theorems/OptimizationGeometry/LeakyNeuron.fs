/// # One leaky neuron chooses like a linear one, among the interpolants of the targets before the leak
///
/// f(x) = a σ(v·x), σ(z) = z or ρz, from a > 0 and δ = a² - ‖v‖² ≥ 0. σ(z) = σ'(z)z, so δ is kept and a stays positive, and v' is a combination of
/// the rows whatever the slopes: v(t) - v(0) in the row space. At the end a v·xᵢ = σ⁻¹(yᵢ), which is yᵢ over the slope on the side of
/// its sign: u = a v minimises the radial divergence of the linear neuron from u(0) subject to these. Kinks on the way change the path, not
/// the end. Near it the neuron is linear, on rows times their slopes, and so is its rate κ.
module ImplicitBias.Theory.Theorems.LeakyNeuron

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// Distances of u(∞) from the interpolants that mistakes lead to.
let private toUnleaked, toClosest, toForgotten =
    symbol "toUnleaked", symbol "toClosest", symbol "toForgotten"

let private a, z, r, rho = symbol "a", symbol "z", symbol "r", symbol "rho"

let private leaky (leak: float) : Method =
    let residuals (data: Dataset) =
        ResidualModel(LeakyNeuron(data.Inputs(), leak), data.Targets())

    { flow with
        Name = $"flow, one neuron with leak {leak}"
        Model = fun data -> residuals data
        Dynamics = fun data -> MirrorFlow(residuals data, SquareLoss(), Euclidean()) }

/// Rows times the slope on the side of their target: there a linear neuron has the same end and the same rate.
let private sloped (leak: float) (data: Dataset) =
    let inputs, targets = data.Inputs(), data.Targets()

    let rows =
        Array2D.init data.SampleCount data.Dimension (fun i j ->
            inputs[i, j] * (if targets[i] < 0.0 then leak else 1.0))

    Dataset.ForRegression(data.Name, rows, targets)

let private leak = 0.25

/// The linear neuron on sloped rows, from the same start.
let private linear (case: Case) =
    Case.create case.Instance (sloped leak case.Data) case.Start RegressionNetworks.neuron [] []

/// a v.
let private effective (parameters: float seq) =
    let parameters = Seq.toArray parameters
    Measure.scale (Array.last parameters) parameters[.. parameters.Length - 2]

let private limit (case: Case) = RegressionNetworks.limit (linear case)

let private distance (case: Case) (other: float array option) =
    match other with
    | Some other -> Measure.norm (Measure.minus other (limit case))
    | None -> 0.0

let private unleaked (case: Case) =
    let mirror = RegressionNetworks.mirror (linear case)
    tryProject case.Data mirror.Potential mirror.Origin

let private closest (case: Case) =
    tryProject (sloped leak case.Data) (Euclidean()) (effective case.Start)

let private forgotten (case: Case) =
    let mirror = RegressionNetworks.mirror (linear case)
    tryProject (sloped leak case.Data) mirror.Potential (Array.zeroCreate<float> case.Data.Dimension)

/// Read after so many e-folds of the slowest mode at the end.
let private readAt (data: Dataset) (start: float list) (method: Method) =
    let bare = Case.create data.Name data start method [] []
    let rate = (RegressionNetworks.rates (linear bare))[0]
    let logTimes = List.map (fun folds -> Math.Log(folds / rate))

    Case.create data.Name data start method (logTimes [ 3.0; 4.0 ]) (logTimes [ 7.0; 10.0 ])
    |> RegressionNetworks.coarsely

let private rows =
    array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 1.0; -2.0 ] ]

let private oneNegative =
    Dataset.ForRegression("two rows, one target below zero", rows, [| 1.0; -0.5 |])

let private twoNegative =
    Dataset.ForRegression("two rows, targets below zero", rows, [| -1.0; -0.5 |])

let private start = [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ]
let private predicted = readAt oneNegative start (leaky leak)

let theorem: Theorem =
    { Id = "leaky-neuron"
      Title = "a v → argmin of the linear neuron's divergence from its start subject to a v·xᵢ = σ⁻¹(yᵢ)"
      Source =
        { Authors = "Azulay, Moroshko, Nacson, Woodworth, Srebro, Globerson, Soudry"
          Year = 2021
          ArXiv = "2102.09769"
          Place = "two layers with one leaky neuron; the rate is derived here" }
      Hypotheses =
        [ { Says = "some u has u·xᵢ = σ⁻¹(yᵢ), and there is more than one"
            Holds =
              fun case -> RegressionNetworks.interpolates.Holds(linear case) && underdetermined.Holds case }
          { Says = "a is positive and no smaller than ‖v‖"
            Holds =
              fun case ->
                  let a = List.last case.Start
                  a > 0.0 && a >= Measure.norm (List.truncate case.Data.Dimension case.Start) } ]
      Prediction =
        { Quantity = "‖a v - u(∞)‖₂"
          Claim = Asymptotic
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = exp (-kappa * exp logT) }
      Constants =
        fun case ->
            [ kappa, (RegressionNetworks.rates (linear case))[0]
              toUnleaked, distance case (unleaked case)
              toClosest, distance case (closest case)
              toForgotten, distance case (forgotten case) ]
      Derivation =
        [ Identity(
              "(a²)' = (‖v‖²)': both are -2a Σ rσ, since v·x σ' = σ",
              2Q * a * (-r * (rho * z)),
              -2Q * (a * r * rho) * z
          )
          Identity("σ⁻¹ is y over the slope: a σ(z) = y with σ(z) = ρz", a * (rho * (z / (a * rho))), z)
          Cited
              "v(t) - v(0) in the row space, δ kept and a v·xᵢ = σ⁻¹(yᵢ) are the KKT conditions of the linear neuron" ]
      Measure =
        fun case ->
            let limit = limit case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus (effective snapshot.Parameters) limit))
      Rivals =
        [ Rival.create "leak forgotten" "u·xᵢ = yᵢ, as for a linear neuron" toUnleaked
          Rival.create "closest in ℓ₂" "the interpolant of σ⁻¹(y) nearest to u(0)" toClosest
          Rival.create "start forgotten" "least potential in place of least divergence from u(0)" toForgotten ]
      Controls =
        [ { Breaks = "the leak is the one that is inverted"
            Case = Case.readAt predicted.Auxiliary predicted.LogTimes (readAt oneNegative start (leaky 0.5))
            PredictedAs = predicted
            Instead = "twice the leak needs half the activation" } ]
      Cases = [ predicted; readAt twoNegative start (leaky leak) ]
      OnData = fun _ -> [] }
