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
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.SpectralRegression

let private w, v, g, t = symbol "w", symbol "v", symbol "g", symbol "t"
let private u, u0 = symbol "u", symbol "u0"
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
let private origin (case: Case) = product case.Data case.Start

/// ‖P₀(log W - log W(0))‖_F.
let private drift (case: Case) =
    dualDrift case.Data entropy (origin case) >> Measure.norm

/// The projection of a matrix in relative entropy.
let private nearest (start: Case -> float array) = projectionOf start (fun _ -> entropy)

let private limit (case: Case) =
    match nearest origin case with
    | Some limit -> limit
    | None -> invalidOp $"No positive definite matrix fits {case.Instance}."

/// Where mistakes lead, as far as it is positive definite, and how far the dual is from its start there.
let private detours =
    let detour symbol name mistake other =
        Detour.from limit drift symbol name mistake (fun case ->
            other case |> Option.filter (fun point -> entropy.Contains(ReadOnlySpan point)))

    [ detour "ofClosest" "closest in Frobenius norm" "the geometry of W as parameters" (closestTo origin)
      detour
          "ofForgotten"
          "start forgotten"
          "argmin tr(W log W - W), the start taken for the identity"
          (nearest (fun case -> identity (size case.Data)))
      detour "ofFactor" "start of the factor" "U(0) in place of U(0)U(0)ᵀ: α for α²" (nearest start)
      detour
          "ofTriangle"
          "triangle for the trace"
          "entries off the diagonal counted once, not twice"
          (fun case -> tryProject (upperTriangle case.Data) entropy (origin case)) ]

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
    [ for entry in identity (size data) -> scale * entry ]

/// I + A/4, which commutes with A and A².
let private tilted = [ 1.25; 0.125; 0.0; 0.125; 1.0; 0.25; 0.0; 0.25; 0.75 ]

let private predicted = from powers (scaled 0.5 powers)

let theorem: Theorem =
    { Id = "commuting-factorization"
      Title = "UUᵀ with commuting measurements: log W(t) - log W(0) in span(Aᵢ) for all t"
      Source =
        Papers.matrixFactorization
            "commuting measurements; the relative entropy at a finite start is derived here"
      Hypotheses =
        [ { Says = "some positive definite W fits every measurement"
            Holds = nearest origin >> Option.isSome }
          { Says = "the measurements commute with each other and with W(0)"
            Holds = fun case -> commute (square case.Start :: matrices case.Data) } ]
      Prediction = Prediction.forAllTime "‖P₀(log W(t) - log W(0))‖_F, P₀ orthogonal to the Aᵢ" 0Q
      Constants = Detour.constants detours
      Derivation =
        [ SolvesOde(
              "an eigenvalue u of a symmetric factor under a constant pull g",
              t,
              [ u, u0 * exp (-2Q * g * t), -2Q * g * u ]
          )
          Substitution(
              "so the logarithm of the eigenvalue w = u² of W moves by -4gt",
              ln w,
              [ w, (u0 * exp (-2Q * g * t)) ** 2Q ],
              ln (u0 ** 2Q) - 4Q * g * t
          )
          Derivative(
              "which is what the relative entropy to W(0) asks of its minimiser: d(w log(w/v) - w + v) = log w - log v",
              w,
              w * ln (w / v) - w + v,
              ln w - ln v
          )
          Cited "matrices that commute have common eigenvectors, which the flow keeps" ]
      Measure =
        fun case ->
            let drift = drift case
            Measure.at (fun snapshot -> drift (product case.Data snapshot.Parameters))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the measurements commute"
            Case = Case.readAt [] predicted.LogTimes (from general (scaled 0.5 general))
            PredictedAs = { predicted with Data = general; Instance = general.Name }
            Instead = "the eigenvectors turn, and log W leaves the span" } ]
      Cases = [ predicted; from powers tilted ]
      OnData = fun _ -> [] }
