/// # One leaky neuron chooses like a linear one, among the interpolants of the targets before the leak
///
/// f(x) = a σ(v·x), σ(z) = z or ρz, from a > 0 and δ = a² - ‖v‖² ≥ 0. σ(z) = σ'(z)z, so δ is kept and a stays positive, and v' is a combination of
/// the rows whatever the slopes: v(t) - v(0) in the row space. At the end a v·xᵢ = σ⁻¹(yᵢ), which is yᵢ over the slope on the side of
/// its sign: u = a v minimises the radial divergence of the linear neuron from u(0) subject to these. Kinks on the way change the path, not
/// the end. Near it the neuron is linear, on rows times their slopes, and so is its rate κ.
module ImplicitBias.Theory.Theorems.LeakyNeuron

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants

let private a, v, z, y, r, rho =
    symbol "a", symbol "v", symbol "z", symbol "y", symbol "r", symbol "rho"

let private p, m, t, e, e0 =
    symbol "p", symbol "m", symbol "t", symbol "e", symbol "e0"

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

/// Where mistakes lead, and how far from u(∞).
let private detours =
    let detour = Detour.from limit (Detour.distance limit)

    let radial case =
        (RegressionNetworks.mirror case).Potential

    /// δ of the start.
    let imbalance (case: Case) =
        let v = List.truncate case.Data.Dimension case.Start
        List.last case.Start ** 2.0 - Measure.dot v v

    let withImbalance change =
        projectionOf RegressionNetworks.origin (fun case -> SingleNeuron(change (imbalance case)))

    let halfScale (case: Case) =
        projectionOf
            RegressionNetworks.origin
            radial
            { case with Start = List.map (fun x -> x / 2.0) case.Start }

    [ detour
          "toUnleaked"
          "leak forgotten"
          "u·xᵢ = yᵢ, as for a linear neuron"
          (projectionOf (linear >> RegressionNetworks.origin) (linear >> radial))
      detour
          "toClosest"
          "closest in ℓ₂"
          "the interpolant of σ⁻¹(y) nearest to u(0)"
          (linear >> closestTo RegressionNetworks.origin)
      detour
          "toForgotten"
          "start forgotten"
          "least potential in place of least divergence from u(0)"
          (linear >> projectionOf zero radial)
      detour "toScale" "half the scale" "the geometry of a start half as large" (linear >> halfScale)
      detour
          "toBalanced"
          "wrong exponent"
          "the potential ‖u‖^{3/2} of δ = 0"
          (linear >> withImbalance (fun _ -> 0.0))
      detour "toDouble" "half forgotten" "δ for δ/2" (linear >> withImbalance (fun delta -> 2.0 * delta)) ]

let private readAt =
    readAtFolds
        (fun case ->
            let linear = linear case

            if RegressionNetworks.interpolates.Holds linear then
                Some(Array.head (RegressionNetworks.rates linear))
            else
                None)
        [ 3.0; 4.0 ]
        [ 7.0; 10.0 ]

let private rows =
    array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 1.0; -2.0 ] ]

let private oneNegative =
    Dataset.ForRegression("two rows, one target below zero", rows, [| 0.75; -0.5 |])

let private twoNegative =
    Dataset.ForRegression("two rows, targets below zero", rows, [| -1.0; -0.5 |])

/// σ⁻¹ of the targets is 3/4, -2, 2, and the third row the sum of the others.
let private contradictory =
    Dataset.ForRegression(
        "two rows and a contradiction, one target below zero",
        Array2D.init 3 5 (fun i j -> if i < 2 then rows[i, j] else rows[0, j] + rows[1, j]),
        [| 0.75; -0.5; 2.0 |]
    )

let private start = [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ]
let private predicted = readAt oneNegative start (leaky leak) |> Case.coarsely

let theorem: Theorem =
    { Id = "leaky-neuron"
      Title = "a v → argmin of the linear neuron's divergence from its start subject to a v·xᵢ = σ⁻¹(yᵢ)"
      Source = Papers.initializationShape "two layers with one leaky neuron; the rate is derived here"
      Hypotheses =
        [ { Says = "some u has u·xᵢ = σ⁻¹(yᵢ)"
            Holds = linear >> RegressionNetworks.interpolates.Holds }
          { Says = "a is positive and no smaller than ‖v‖"
            Holds =
              fun case ->
                  let a = List.last case.Start
                  a > 0.0 && a >= Measure.norm (List.truncate case.Data.Dimension case.Start) }
          { Says = "from the last auxiliary snapshot on every v·xᵢ is on the side of its target"
            Holds =
              fun case ->
                  let inputs, targets = case.Data.Inputs(), case.Data.Targets()

                  List.ofSeq case.Run.Value.Snapshots
                  |> List.indexed
                  |> List.filter (fun (k, _) -> k >= case.Auxiliary.Length - 1)
                  |> List.forall (fun (_, snapshot) ->
                      let u = effective snapshot.Parameters

                      targets
                      |> Seq.mapi (fun i target -> target * Measure.dot inputs[i, *] u)
                      |> Seq.forall (fun agreement -> agreement > 0.0)) }
          settles
              (fun case snapshot ->
                  (RegressionNetworks.ratesAt (linear case) (effective snapshot.Parameters))[0])
              (fun case -> (RegressionNetworks.rates (linear case))[0]) ]
      Prediction = { Prediction.asymptotic "‖a v - u(∞)‖₂" 0Q with Transient = exp (-kappa * exp logT) }
      Constants =
        fun case ->
            (kappa, (RegressionNetworks.rates (linear case))[0])
            :: Detour.constants detours case
      Derivation =
        [ SolvesOde(
              "one unit row under a constant residual r, on the side of slope ρ: a' = -rσ(v) and v' = -raσ'(v)",
              t,
              [ a, p * exp (-r * rho * t) + m * exp (r * rho * t), -r * rho * v
                v, p * exp (-r * rho * t) - m * exp (r * rho * t), -r * rho * a ]
          )
          Identity(
              "so a² - v² = 4pm is kept",
              (p * exp (-r * rho * t) + m * exp (r * rho * t)) ** 2Q
              - (p * exp (-r * rho * t) - m * exp (r * rho * t)) ** 2Q,
              4Q * p * m
          )
          Substitution(
              "where v·x = z = y/(aρ) the output aσ(z) is y, and there a v·x is y over the slope",
              a * (rho * z),
              [ z, y / (a * rho) ],
              y
          )
          SolvesOde(
              "near the limit the slowest mode decays at its rate",
              t,
              [ e, e0 * exp (-kappa * t), -kappa * e ]
          )
          Cited
              "v(t) - v(0) in the row space, δ kept and a v·xᵢ = σ⁻¹(yᵢ) are the KKT conditions of the linear neuron" ]
      Measure =
        fun case ->
            let limit = limit case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus (effective snapshot.Parameters) limit))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the leak is the one that is inverted"
            Case =
              Case.readAt predicted.Auxiliary predicted.LogTimes (readAt oneNegative start (leaky 0.5))
              |> Case.coarsely
            PredictedAs = predicted
            Instead = "twice the leak needs half the activation" }
          { Breaks = "some u has u·xᵢ = σ⁻¹(yᵢ)"
            Case =
              readAt contradictory start (leaky leak)
              |> Case.readAt predicted.Auxiliary predicted.LogTimes
            PredictedAs = predicted
            Instead = "the flow ends where residuals balance" } ]
      Cases = [ predicted; readAt twoNegative start (leaky leak) |> Case.coarsely ]
      OnData =
        fun data ->
            let start = generic data.Dimension
            let v = Measure.scale (0.5 / Measure.norm start) start
            [ readAt data (List.ofArray v @ [ 1.0 ]) (leaky leak) |> Case.coarsely ] }
