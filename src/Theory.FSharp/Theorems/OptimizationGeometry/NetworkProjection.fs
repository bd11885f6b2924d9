/// # Linear networks go to the projection of their start in the geometry that their architecture imposes
///
/// The potential of each architecture and its speed give, besides the limit, the rate at which it is reached: κ is the speed
/// times the smallest eigenvalue of X∇²ψ(w(∞))⁻¹Xᵀ. Diagonal networks of depth 2 and more, with any start, and one hidden neuron.
module ImplicitBias.Theory.Theorems.NetworkProjection

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

let private s, delta, z, alpha, depth =
    symbol "s", symbol "delta", symbol "z", symbol "alpha", symbol "D"

let private t, e, e0 = symbol "t", symbol "e", symbol "e0"

/// The projection of a start half as large in every parameter, with the potential of that start.
let private halfScale (case: Case) =
    let half = { case with Start = List.map (fun x -> x / 2.0) case.Start }

    projectionOf origin (fun case -> (mirror case).Potential) half

/// The projection with the potential of u₊ᴰ - u₋ᴰ of another depth and start; None for other architectures.
let private shared change (case: Case) =
    match case.Method.Model case.Data with
    | :? ResidualModel as residuals ->
        match residuals.Model with
        | :? LinearNetwork as network when case.Start.Length = 2 * case.Data.Dimension ->
            let depth, alpha: int * float = change network.Parametrization.Depth case.Start.Head

            let penalty: IPotential =
                if depth = 2 then
                    Hypentropy.OfNetwork alpha
                else
                    DiagonalNetworkPenalty(depth, alpha)

            tryProject case.Data penalty (origin case)
        | _ -> None
    | _ -> None

/// Where mistakes lead, and how far from w(∞).
let private detours =
    let detour = Detour.from limit (Detour.distance limit)

    [ detour "toClosest" "closest in ℓ₂" "the geometry of a linear model" (closestTo origin)
      detour
          "toDeeper"
          "wrong exponent"
          "the penalty of one layer more"
          (shared (fun depth alpha -> depth + 1, alpha))
      detour
          "toTwice"
          "factor two"
          "2α^D for α^D"
          (shared (fun depth alpha -> depth, alpha * System.Math.Pow(2.0, 1.0 / float depth)))
      detour "toScale" "half the scale" "the penalty of a start half as large" halfScale
      detour
          "toZero"
          "from zero"
          "w(0) forgotten: argmin ψ in place of argmin D(·, w(0))"
          (projectionOf zero (fun case -> (mirror case).Potential)) ]

let private readAt = nearEnd

let private ofShared depth (alpha: float) (data: Dataset) =
    readAt data (from alpha data) (diagonal depth)

let theorem: Theorem =
    { Id = "network-projection"
      Title = "w(t) → argmin {D_ψ(w, w(0)) : Xw = y}, ψ the potential of the architecture"
      Source =
        Papers.initializationShape
            "penalties by initialisation shape; depth from 2002.09277; the rates are derived here"
      Hypotheses = [ RegressionNetworks.interpolates; underdetermined; settled ]
      Prediction =
        { Prediction.asymptotic "‖w(t) - w(∞)‖₂, w(∞) the projection of w(0) in the network's own geometry" 0Q with
            Transient = exp (-kappa * exp logT) }
      Constants = fun case -> rateConstant case :: Detour.constants detours case
      Derivation =
        [ Assuming(
              "D > 2, z in (0,1)",
              Derivative(
                  "depth D, one branch: w = α^D(1 - z)^{-D/(D-2)} has the metric dw/dz",
                  z,
                  alpha ** depth * (1Q - z) ** (-depth / (depth - 2Q)),
                  depth / (depth - 2Q)
                  * alpha ** depth
                  * (1Q - z) ** (-(2Q * depth - 2Q) / (depth - 2Q))
              )
          )
          Assuming(
              "D > 2, z in (0,1)",
              Identity(
                  "which is that of the parameters, w' = -D²u^{2D-2}g, u = α(1 - z)^{-1/(D-2)}, up to a constant speed",
                  alpha ** depth * (1Q - z) ** (-(2Q * depth - 2Q) / (depth - 2Q)),
                  alpha ** (2Q - depth)
                  * (alpha * (1Q - z) ** (-1Q / (depth - 2Q))) ** (2Q * depth - 2Q)
              )
          )
          Derivative(
              "one neuron: r = s√(δ + s²) has dr/ds = √(δ + s²) + s²/√(δ + s²), the metric a + ‖z‖²/a along z",
              s,
              s * sqrt (delta + s ** 2Q),
              sqrt (delta + s ** 2Q) + s ** 2Q / sqrt (delta + s ** 2Q)
          )
          SolvesOde(
              "near the limit the slowest mode decays at its rate",
              t,
              [ e, e0 * exp (-kappa * t), -kappa * e ]
          ) ]
      Measure =
        fun case ->
            let predictor, limit = predictor case, limit case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus (predictor snapshot) limit))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the architecture is the one whose geometry is used"
            Case =
              (let predicted = ofShared 2 0.5 twoRows
               Case.readAt predicted.Auxiliary predicted.LogTimes (ofShared 3 0.5 twoRows))
            PredictedAs = ofShared 2 0.5 twoRows
            Instead = "depth 3 has another penalty" } ]
      Cases =
        [ ofShared 2 0.1 twoRows
          ofShared 2 1.0 twoRows
          ofShared 3 0.5 twoRows
          ofShared 4 0.7 twoRows
          readAt twoRows biasedUntied untied
          readAt twoRows [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ] neuron
          ofShared 2 0.3 threeIrises
          ofShared 2 0.3 nearlyParallel ]
      OnData = fun data -> [ ofShared 2 0.1 data; ofShared 2 1.0 data; ofShared 3 0.5 data ] }
