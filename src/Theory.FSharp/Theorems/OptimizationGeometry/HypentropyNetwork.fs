/// # The network u₊² - u₋² is mirror flow of the hypentropy of scale 2α², for all t
///
/// From u₊ = u₋ = α the product u₊u₋ = α² is conserved, so w = u₊² - u₋² has dw/dt = -4√(w² + 4α⁴) ∘ Xᵀr: d asinh(w/2α²) =
/// -4Xᵀr dt, w = 2α² sinh(4Xᵀλ). P₀ asinh(w/2α²) = 0 at every t and, with Xw = y, this is the certificate that w(∞) minimises
/// Q_α(w) = α² Σ q(wⱼ/α²), q(s) = 2 - √(4 + s²) + s asinh(s/2).
module ImplicitBias.Theory.Theorems.HypentropyNetwork

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

let private z, alpha, g, t = symbol "z", symbol "alpha", symbol "g", symbol "t"
let private u, v, w, s = symbol "u", symbol "v", symbol "w", symbol "s"

/// q(s).
let private penalty =
    2Q - sqrt (4Q + s ** 2Q) + s * (ln (s + sqrt (4Q + s ** 2Q)) - ln 2Q)

/// Where mistakes lead, and ‖P₀ asinh(w/2α²)‖ there.
let private detours =
    let detour = Detour.from limit drift

    let ofScale scale =
        projectionOf zero (fun case -> Hypentropy(scale * case.Start.Head * case.Start.Head))

    [ detour "ofHalfScale" "scale α²" "a factor 2 lost: hypentropy of scale α²" (ofScale 1.0)
      detour "ofDoubleScale" "scale 4α²" "a factor 2 too many: hypentropy of scale 4α²" (ofScale 4.0)
      detour
          "ofDeeper"
          "wrong exponent"
          "the penalty of one layer more"
          (projectionOf zero (fun case -> DiagonalNetworkPenalty(3, case.Start.Head)))
      detour "ofClosest" "closest in ℓ₂" "the kernel regime, at a finite α" (closestTo zero)
      detour "ofSparsest" "sparsest" "the limit α → 0, at a finite α" sparsest ]

let private readAt = alongPath

let private case (alpha: float) (data: Dataset) =
    readAt data (from alpha data) (diagonal 2)

/// u₊ and u₋ apart: w(0) ≠ 0.
let private biased = [ 0.5; 0.2; 1.0; 0.3; 0.7; 0.1; 0.6; 0.4; 0.3; 0.1 ]

let theorem: Theorem =
    { Id = "hypentropy-network"
      Title = "P₀ asinh(w(t)/2α²) = 0 for all t: u₊² - u₋² minimises the hypentropy"
      Source = Papers.kernelAndRich "the penalty Q_α of depth 2"
      Hypotheses =
        [ RegressionNetworks.interpolates
          underdetermined
          unbiased
          { Says = "the network has depth 2"
            Holds = fun case -> (mirror case).Potential :? Hypentropy } ]
      Prediction = Prediction.forAllTime "‖P₀ asinh(w(t)/2α²)‖₂" 0Q
      Constants = fun case -> Detour.constants detours case
      Derivation =
        [ SolvesOde(
              "u₊' = -2u₊g and u₋' = 2u₋g, here under a constant pull",
              t,
              [ u, alpha * exp (-2Q * g * t), -2Q * u * g
                v, alpha * exp (2Q * g * t), 2Q * v * g ]
          )
          Identity("u₊u₋ = α² stays", (alpha * exp (-2Q * g * t)) * (alpha * exp (2Q * g * t)), alpha ** 2Q)
          Assuming(
              "z real",
              Substitution(
                  "asinh(w/2α²) of w = u₊² - u₋² = α²e^{4z} - α²e^{-4z} is 4z, z = -∫g",
                  ln ((w + sqrt (w ** 2Q + 4Q * alpha ** 4Q)) / (2Q * alpha ** 2Q)),
                  [ w, alpha ** 2Q * (exp (4Q * z) - exp (-4Q * z)) ],
                  4Q * z
              )
          )
          Derivative(
              "q'(s) = asinh(s/2) = log(s + √(4 + s²)) - log 2",
              s,
              penalty,
              ln (s + sqrt (4Q + s ** 2Q)) - ln 2Q
          )
          Limit("large α, small s: the penalty is s²/4, as in ℓ₂", s, 0Q, penalty / s ** 2Q, 1Q / 4Q)
          Limit("small α, large s: it is s log s, nearly ℓ₁", s, infinity, penalty / (s * ln s), 1Q) ]
      Measure = fun case -> Measure.at (predictor case >> drift case)
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "every parameter starts at the same α"
            Case = Case.readAt [] (case 0.5 twoRows).LogTimes (readAt twoRows biased (diagonal 2))
            PredictedAs = case 0.5 twoRows
            Instead = "a biased start is the projection of another w(0) with other scales" } ]
      Cases =
        [ case 0.1 twoRows
          case 0.5 twoRows
          case 1.0 oneRow
          case 0.3 threeIrises
          case 0.3 nearlyParallel ]
      OnData = fun data -> [ case 0.1 data; case 1.0 data ] }
