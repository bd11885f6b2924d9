/// # Between ℓ₁ and ℓ₂: the interpolant that a diagonal network with separate layers chooses, exactly
///
/// w = u₁∘…∘u_L, u_l = αη for l < L and u_L = 0 at the start. The layers keep a² - b² = c² = (αη)², a any of the first, b the
/// last, so w = b(c² + b²)^{(L-1)/2} and b' = a^{L-1}g: S(b) = ∫ (c² + x²)^{-(L-1)/2} dx is the time integral of g = Xᵀr. The limit
/// minimises Σ Q_j, Q_j' = S_j: for α → ∞ a weighted ℓ₂ norm, for α → 0 the ℓ₁ norm with weights η^{2-L}, and in between
/// neither.
module ImplicitBias.Theory.Theorems.UntiedSelection

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.NetworkRegression

let private chosen, sparse, euclidean, shapeless, deeper, doubled =
    symbol "chosen",
    symbol "sparse",
    symbol "euclidean",
    symbol "shapeless",
    symbol "deeper",
    symbol "doubled"

let private b, c, l, w = symbol "b", symbol "c", symbol "L", symbol "w"

/// b of w at depth two, and S there.
let private root = sqrt ((sqrt (c ** 4Q + 4Q * w ** 2Q) - c ** 2Q) / 2Q)
let private slope = ln (root / c + sqrt (1Q + (root / c) ** 2Q))

let private depthOf (case: Case) = case.Start.Length / case.Data.Dimension

let private parametrization (case: Case) =
    DiagonalNetwork.Untied(case.Data.Dimension, depthOf case)

/// c, from the first layer.
let private scales (case: Case) =
    case.Start |> List.truncate case.Data.Dimension |> List.toArray

/// ‖w‖₁ of what the penalty of a depth and a start selects.
let private selectedSize (case: Case) depth (scales: float array) =
    project
        case.Data
        (case.Data.ExactTargets())
        (UntiedNetworkPenalty(depth, scales))
        (Array.zeroCreate case.Data.Dimension)
    |> norm1

let private from depth (scale: float) times =
    let layer = shape |> List.map ((*) scale)

    Case.create
        twoEquations.Name
        twoEquations
        (List.concat [ for _ in 2..depth -> layer ] @ List.replicate 5 0.0)
        (flow $"diagonal network of depth {depth} with separate layers" (fun dimension ->
            DiagonalNetwork.Untied(dimension, depth)))
        []
        times

let private cases =
    [ from 2 0.1 [ 6.0; 7.0 ]
      from 2 1.0 [ 4.0; 5.0 ]
      from 2 3.0 [ 2.0; 3.0 ]
      from 3 0.5 [ 6.0; 7.0 ]
      from 4 1.0 [ 5.0; 6.0 ] ]

let theorem: Theorem =
    { Id = "untied-selection"
      Title =
        "u₁∘…∘u_L(∞) = argmin Σ Q_j(w_j) over Xw = y, Q_j' = ∫₀ᵇ (c² + x²)^{-(L-1)/2} dx, w = b(c² + b²)^{(L-1)/2}"
      Source =
        Papers.unifyingView "diagonal networks between weighted ℓ₁ and ℓ₂ norms; closed forms rederived here"
      Hypotheses = [ RegressionNetworks.layersAlike; RegressionNetworks.lastAtZero ]
      Prediction = Prediction.asymptotic "‖w(t)‖₁" chosen
      Constants =
        fun case ->
            let depth, scales = depthOf case, scales case
            let mean = Array.average scales

            [ chosen, selectedSize case depth scales
              sparse, norm1 (sparsest case.Data)
              euclidean, norm1 (closest case.Data (Array.zeroCreate case.Data.Dimension))
              shapeless, selectedSize case depth (Array.map (fun _ -> mean) scales)
              deeper, selectedSize case (depth + 1) scales
              doubled, selectedSize case depth (Array.map ((*) (System.Math.Sqrt 2.0)) scales) ]
      Derivation =
        [ Derivative(
              "dw/db = (c² + b²)^{(L-3)/2} (c² + L b²)",
              b,
              b * (c ** 2Q + b ** 2Q) ** ((l - 1Q) / 2Q),
              (c ** 2Q + b ** 2Q) ** ((l - 3Q) / 2Q) * (c ** 2Q + l * b ** 2Q)
          )
          Identity(
              "the conjugate penalty is b²/2: w dS/db = b",
              b
              * (c ** 2Q + b ** 2Q) ** ((l - 1Q) / 2Q)
              * (c ** 2Q + b ** 2Q) ** ((1Q - l) / 2Q),
              b
          )
          Derivative(
              "depth two: S = arcsinh(b/c)",
              b,
              ln (b + (c ** 2Q + b ** 2Q) ** (1Q / 2Q)),
              (c ** 2Q + b ** 2Q) ** (-1Q / 2Q)
          )
          Substitution(
              "where b² is the root of b²(c² + b²) = w²",
              b ** 2Q * (c ** 2Q + b ** 2Q),
              [ b, root ],
              w ** 2Q
          )
          Limit("c → ∞: S is w/c², the slope of a weighted ℓ₂ norm", c, infinity, c ** 2Q * slope, w)
          Limit(
              "c → 0: S is log(1/c), whatever w > 0, and a constant: the slope of the ℓ₁ norm",
              c,
              0Q,
              slope - ln (1Q / c),
              ln (4Q * w) / 2Q
          ) ]
      Measure =
        fun case ->
            let parametrization = parametrization case
            Measure.at (fun snapshot -> norm1 (predictor parametrization snapshot.Parameters))
      Rivals =
        [ Rival.create "ℓ₁" "the limit α → 0 taken for the network" sparse
          Rival.create "ℓ₂" "the limit α → ∞ taken for the network" euclidean
          Rival.create "shape forgotten" "one scale for all coordinates" shapeless
          Rival.create "wrong exponent" "the penalty of one layer more" deeper
          Rival.create "factor two" "2c² for c²" doubled ]
      Controls =
        [ { Breaks = RegressionNetworks.layersAlike.Says
            Case =
              Case.create
                  twoEquations.Name
                  twoEquations
                  (List.map ((*) 0.5) shape
                   @ List.map ((*) 0.5) (List.rev shape)
                   @ List.replicate 5 0.0)
                  cases[3].Method
                  []
                  [ 6.0; 7.0 ]
            PredictedAs = cases[3]
            Instead = "another penalty, with a scale for every layer" } ]
      Cases = cases
      OnData = fun _ -> [] }
