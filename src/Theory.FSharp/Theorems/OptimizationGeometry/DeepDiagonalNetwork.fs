/// # Depth changes the penalty of a diagonal network, exactly and for all t
///
/// u' = -Du^{D-1}g makes u^{2-D} linear in Xᵀλ, so w = u₊ᴰ - u₋ᴰ = α^D h(z), h(z) = (1 - z)^{-a} - (1 + z)^{-a}, a = D/(D - 2),
/// z = α^{D-2}D(D - 2)Xᵀλ: P₀ h⁻¹(w/α^D) = 0 along the whole path, and w(∞) minimises α^D Σ ∫h⁻¹.
module ImplicitBias.Theory.Theorems.DeepDiagonalNetwork

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

let private a, z, d, u, alpha =
    symbol "a", symbol "z", symbol "D", symbol "u", symbol "alpha"

let private g, t, x, y = symbol "g", symbol "t", symbol "x", symbol "y"

/// u from α, under a constant pull g.
let private shrinking =
    (alpha ** (2Q - d) + d * (d - 2Q) * g * t) ** (-1Q / (d - 2Q))

let private depth (case: Case) =
    match case.Method.Model case.Data with
    | :? ResidualModel as residuals ->
        match residuals.Model with
        | :? LinearNetwork as network -> network.Parametrization.Depth
        | _ -> 1
    | _ -> 1

/// Where mistakes lead, and ‖P₀ h⁻¹(w/α^D)‖ there.
let private detours =
    let detour symbol name mistake (penalty: int -> float -> IPotential) =
        projectionOf zero (fun case -> penalty (depth case) case.Start.Head)
        |> Detour.from limit drift symbol name mistake

    [ detour "ofDeeper" "one layer more" "the power (D + 1)/(D - 1)" (fun depth alpha ->
          DiagonalNetworkPenalty(depth + 1, alpha))
      detour "ofScale" "half the scale" "α/2 in place of α" (fun depth alpha ->
          DiagonalNetworkPenalty(depth, alpha / 2.0))
      detour "ofShallow" "depth 2" "the hypentropy, whatever the depth" (fun _ alpha ->
          Hypentropy.OfNetwork alpha)
      detour "ofTwice" "factor two" "2α^D for α^D" (fun depth alpha ->
          DiagonalNetworkPenalty(depth, alpha * System.Math.Pow(2.0, 1.0 / float depth)))
      detour "ofClosest" "closest in ℓ₂" "the kernel regime, at a finite α" (fun _ _ -> Euclidean()) ]

let private case depth (alpha: float) (data: Dataset) =
    alongPath data (from alpha data) (diagonal depth)

let theorem: Theorem =
    { Id = "deep-diagonal-network"
      Title = "P₀ h⁻¹(w(t)/α^D) = 0 for all t, h(z) = (1 - z)^{-D/(D-2)} - (1 + z)^{-D/(D-2)}"
      Source = Papers.kernelAndRich "diagonal networks of depth D ≥ 3"
      Hypotheses =
        [ RegressionNetworks.interpolates
          underdetermined
          unbiased
          { Says = "the depth is at least 3"; Holds = fun case -> depth case >= 3 } ]
      Prediction = Prediction.forAllTime "‖P₀ h⁻¹(w(t)/α^D)‖₂" 0Q
      Constants = fun case -> Detour.constants detours case
      Derivation =
        [ Assuming(
              "D > 2",
              SolvesOde(
                  "u' = -Du^{D-1}g, here under a constant pull g",
                  t,
                  [ u, shrinking, -d * u ** (d - 1Q) * g ]
              )
          )
          Assuming("D > 2", Substitution("from α", shrinking, [ t, 0Q ], alpha))
          Assuming(
              "D > 2, z in (-1,1)",
              Identity(
                  "so with z = -α^{D-2}D(D - 2)gt it is uᴰ = α^D(1 - z)^{-a}, a = D/(D - 2)",
                  (alpha ** (2Q - d) * (1Q - z)) ** (-d / (d - 2Q)),
                  alpha ** d * (1Q - z) ** (-d / (d - 2Q))
              )
          )
          Assuming(
              "z in (-1,1)",
              Derivative(
                  "h' = a((1 - z)^{-a-1} + (1 + z)^{-a-1}) > 0: h has an inverse, and the penalty ∫h⁻¹ is convex",
                  z,
                  (1Q - z) ** (-a) - (1Q + z) ** (-a),
                  a * ((1Q - z) ** (-a - 1Q) + (1Q + z) ** (-a - 1Q))
              )
          )
          Assuming(
              "y real",
              Limit(
                  "at D = 2 + x → 2, z = xy, the powers are the exponentials of depth 2",
                  x,
                  0Q,
                  (1Q - x * y) ** (-(2Q + x) / x),
                  exp (2Q * y)
              )
          ) ]
      Measure = fun case -> Measure.at (predictor case >> drift case)
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the potential is that of the depth"
            Case = Case.readAt [] (case 3 0.5 twoRows).LogTimes (case 4 0.5 twoRows)
            PredictedAs = case 3 0.5 twoRows
            Instead = "depth 4 has another potential" } ]
      Cases =
        [ case 3 0.5 twoRows
          case 4 0.7 twoRows
          case 6 0.9 twoRows
          case 3 0.5 threeIrises
          case 3 0.5 nearlyParallel ]
      OnData = fun data -> [ case 3 0.5 data ] }
