/// # A matrix factorisation UUᵀ is mirror flow of the spectral entropy where everything commutes, and only there
///
/// Gradient flow on ½ Σ (tr(AᵢUUᵀ) - bᵢ)² is U' = -2(Σ rᵢAᵢ)U, so W = UUᵀ has W' = -2(GW + WG), G = Σ rᵢAᵢ. If the Aᵢ commute with
/// each other and with W(0) then so does W(t), and d log W/dt = -4G: log W(t) - log W(0) stays in span(Aᵢ) for all t,
/// and W(∞) minimises the quantum relative entropy to W(0). Measurements that do not commute break the law, and with it the
/// penalty.
module ImplicitBias.Theory.Theorems.CommutingFactorization

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.SpectralRegression

/// The invariant at the interpolants that mistakes lead to.
let private ofClosest, ofForgotten, ofFactor =
    symbol "ofClosest", symbol "ofForgotten", symbol "ofFactor"

let private w, g, t = symbol "w", symbol "g", symbol "t"
let private entropy: IPotential = SpectralEntropy()

let private parametrization (data: Dataset) =
    MatrixFactorization(size data, size data)

let private method: Method =
    let residuals (data: Dataset) =
        ResidualModel(LinearNetwork(data.Inputs(), parametrization data), data.Targets())

    { flow with
        Name = "flow on a factorisation UUᵀ, square loss"
        Model = fun data -> residuals data
        Dynamics = fun data -> MirrorFlow(residuals data, SquareLoss(), Euclidean()) }

let private product (data: Dataset) (factor: float seq) =
    NetworkRegression.predictor (parametrization data) factor

/// W(0).
let private start (case: Case) = product case.Data case.Start

let private drift (case: Case) =
    dualDrift case.Data entropy (start case) >> Measure.norm

/// The drift at the projection of a start in some geometry; 0 where that is no point of the domain.
let private at (potential: IPotential) (start: float seq) (case: Case) =
    match tryProject case.Data potential start with
    | Some point when entropy.Contains(ReadOnlySpan point) -> drift case point
    | _ -> 0.0

let private closest (case: Case) = at (Euclidean()) (start case) case

let private identity (data: Dataset) =
    [ for k in 0 .. data.Dimension - 1 -> if k % (size data + 1) = 0 then 1.0 else 0.0 ]

let private forgotten (case: Case) = at entropy (identity case.Data) case

let private ofFactorStart (case: Case) = at entropy case.Start case

let private from (data: Dataset) (start: float list) =
    let unit =
        match tryProject data entropy (product data start) with
        | Some limit -> 4.0 * (flowRates data entropy limit)[0]
        | None -> 1.0

    Case.create
        data.Name
        data
        start
        method
        []
        [ for folds in [ 0.1; 1.0; 3.0; 10.0; 30.0 ] -> Math.Log(folds / unit) ]

/// A and A², A the first measurement of the general ones.
let private powers =
    measurements
        "a matrix and its square"
        [ [ [ 1.0; 0.5; 0.0 ]; [ 0.5; 0.0; 1.0 ]; [ 0.0; 1.0; -1.0 ] ]
          [ [ 1.25; 0.5; 0.5 ]; [ 0.5; 1.25; -1.0 ]; [ 0.5; -1.0; 2.0 ] ] ]
        [ 0.5; 3.0 ]

let private scaled (scale: float) (data: Dataset) =
    [ for entry in identity data -> scale * entry ]

/// I + A/4, which commutes with A and A².
let private tilted = [ 1.25; 0.125; 0.0; 0.125; 1.0; 0.25; 0.0; 0.25; 0.75 ]

let private predicted = from powers (scaled 0.5 powers)

let theorem: Theorem =
    { Id = "commuting-factorization"
      Title = "UUᵀ with commuting measurements: log W(t) - log W(0) in span(Aᵢ) for all t"
      Source =
        { Authors = "Gunasekar, Woodworth, Bhojanapalli, Neyshabur, Srebro"
          Year = 2017
          ArXiv = "1705.09280"
          Place = "commuting measurements; the relative entropy at a finite start is derived here" }
      Hypotheses =
        [ { Says = "some positive definite W fits every measurement"
            Holds = fun case -> Option.isSome (tryProject case.Data entropy (start case)) }
          underdetermined
          { Says = "measurements and start commute, to rounding"
            Holds = fun case -> disorder case.Data (List.ofArray (start case)) < 1e-14 } ]
      Prediction =
        { Quantity = "‖P₀(log W(t) - log W(0))‖_F, P₀ orthogonal to the Aᵢ"
          Claim = ForAllTime
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = 0Q }
      Constants =
        fun case ->
            [ ofClosest, closest case
              ofForgotten, forgotten case
              ofFactor, ofFactorStart case ]
      Derivation =
        [ Derivative(
              "an eigenvalue w(0)e^{-4gt} of W = UUᵀ has w' = -2(gw + wg)",
              t,
              w * exp (-4Q * g * t),
              -2Q * (g * (w * exp (-4Q * g * t)) + w * exp (-4Q * g * t) * g)
          )
          Identity("so its logarithm moves by -4gt", ln (w * exp (-4Q * g * t)), ln w - 4Q * g * t)
          Cited "matrices that commute have common eigenvectors, which the flow keeps" ]
      Measure =
        fun case ->
            let drift = drift case
            Measure.at (fun snapshot -> drift (product case.Data snapshot.Parameters))
      Rivals =
        [ Rival.create "closest in Frobenius norm" "the geometry of W as parameters" ofClosest
          |> Rival.where (fun case -> closest case > 0.0)
          Rival.create
              "start forgotten"
              "argmin tr(W log W - W), the start taken for the identity"
              ofForgotten
          Rival.create "start of the factor" "U(0) in place of U(0)U(0)ᵀ: α for α²" ofFactor ]
      Controls =
        [ { Breaks = "the measurements commute"
            Case = Case.readAt [] predicted.LogTimes (from general (scaled 0.5 general))
            PredictedAs = { predicted with Data = general; Instance = general.Name }
            Instead = "the eigenvectors turn, and log W leaves the span" } ]
      Cases = [ predicted; from powers tilted ]
      OnData = fun _ -> [] }
