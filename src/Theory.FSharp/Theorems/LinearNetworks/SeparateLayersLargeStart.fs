/// # From large starts a diagonal network with separate layers goes to a weighted ℓ₂ norm, like α^{-2L}
///
/// With c = αη in every layer but the last, b from w = b(c² + b²)^{(L-1)/2} and m = (L - 1)/2, the mirror map is
/// S = c^{2-2L}w (1 - (4m/3)x + (3/5)(6m² + m)x² - ...), x = w²/c^{2L}. So w(∞) = w₂ + (4m/3) P(w₂³/η^{2L}) α^{-2L} + O(α^{-4L}), powers
/// entry by entry, w₂ the interpolant of least Σ w²/η^{2L-2} and P the projection across the rows in that norm. Here t = α:
/// every reading is the end of a flow of its own.
module ImplicitBias.Theory.Theorems.SeparateLayersLargeStart

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.RegressionNetworks
open ImplicitBias.Theory.NetworkRegression

/// L; the size of P(w₂³/η^{2L}) and of what is projected; the coefficient of α^{-4L} along it; how far the interpolant
/// of least ‖w‖₂ is from w₂ along it.
let private depth, cube, wholeCube, bend, toPlain =
    symbol "L", symbol "cube", symbol "wholeCube", symbol "bend", symbol "toPlain"

let private m, x = symbol "m", symbol "x"
let private scale = exp (-2Q * depth * logT)
let private coefficient = 2Q * (depth - 1Q) / 3Q

let private depthOf (case: Case) = case.Start.Length / case.Data.Dimension

/// η.
let private shapeOf (case: Case) =
    case.Start |> List.truncate case.Data.Dimension |> List.toArray

let private norm (case: Case) =
    let shape, depth = shapeOf case, depthOf case

    Mahalanobis(
        Array2D.init shape.Length shape.Length (fun i j ->
            if i = j then
                Math.Pow(shape[i], float (2 - 2 * depth))
            else
                0.0)
    )

/// w₂.
let private least (case: Case) =
    project case.Data (case.Data.ExactTargets()) (norm case) (Array.zeroCreate case.Data.Dimension)

/// The part of a vector across the rows in the weighted norm.
let private remainder (case: Case) (vector: float array) =
    project case.Data (Array.create case.Data.SampleCount Rational.Zero) (norm case) vector

/// w₂³/η^{2L}.
let private cubes (case: Case) =
    let depth = depthOf case
    Array.map2 (fun w eta -> w ** 3.0 / eta ** float (2 * depth)) (least case) (shapeOf case)

let private direction (case: Case) =
    let part = remainder case (cubes case)
    Measure.scale (1.0 / Measure.norm part) part

let private from (depth: int) (first: float) (scales: float list) (data: Dataset) (shape: float list) =
    Case.create
        data.Name
        data
        (zeroLast depth shape)
        (largeShapes depth)
        [ Math.Log first ]
        (List.map Math.Log scales)

let private cases =
    [ from 2 1.5 [ 2.0; 4.0 ] twoEquations shape
      from 3 1.25 [ 1.5; 3.0 ] twoEquations shape
      from 4 1.125 [ 1.25; 2.5 ] twoEquations shape ]

let theorem: Theorem =
    { Id = "separate-layers-large-start"
      Title = "w(∞) = w₂ + (2(L-1)/3) P(w₂³/η^{2L}) α^{-2L} + O(α^{-4L}) as α → ∞, w₂ of least Σ w²/η^{2L-2}"
      Source =
        Papers.unifyingView
            "diagonal networks towards a weighted ℓ₂ norm; the rate and its next term are derived here"
      Hypotheses = [ NetworkRegression.interpolates; layersAlike; lastAtZero ]
      Prediction =
        { Prediction.asymptotic
              "the part of w(∞) - w₂ along P(w₂³/η^{2L}), t = α"
              (coefficient * cube * scale) with
            Next = bend * scale ** 2Q
            Transient = scale ** 3Q }
      Constants =
        fun case ->
            let least, shape, direction, layers =
                least case, shapeOf case, direction case, depthOf case

            let half = float (layers - 1) / 2.0
            let first, second = 4.0 * half / 3.0, 3.0 * (6.0 * half * half + half) / 5.0
            let shift = Measure.scale first (remainder case (cubes case))

            let next =
                Array.init least.Length (fun j ->
                    let square = (least[j] / shape[j] ** float layers) ** 2.0
                    3.0 * first * square * shift[j] - second * least[j] * square * square)

            [ depth, float layers
              cube, Measure.norm (remainder case (cubes case))
              wholeCube, Measure.norm (cubes case)
              bend, Measure.dot direction (remainder case next)
              toPlain,
              Measure.dot direction (Measure.minus (closest case.Data (Array.zeroCreate least.Length)) least) ]
      Derivation =
        [ Expansion(
              "with β = b c^{L-1}/w: β = 1 - mx + (5m² + m)x²/2 solves β (1 + xβ²)^m = 1 up to x³",
              x,
              0Q,
              (1Q - m * x + (5Q * m ** 2Q + m) * x ** 2Q / 2Q)
              * (1Q + x * (1Q - m * x) ** 2Q) ** m,
              1Q,
              x ** 3Q
          )
          Expansion(
              "c^{2L-2}S/w = β - m x β³/3 + m(m + 1)x²β⁵/10 = 1 - (4m/3)x + (3/5)(6m² + m)x²",
              x,
              0Q,
              (1Q - m * x + (5Q * m ** 2Q + m) * x ** 2Q / 2Q)
              - m * x * (1Q - m * x) ** 3Q / 3Q
              + m * (m + 1Q) * x ** 2Q / 10Q,
              1Q - 4Q * m / 3Q * x + 3Q * (6Q * m ** 2Q + m) / 5Q * x ** 2Q,
              x ** 3Q
          )
          Substitution("4m/3 is 2(L - 1)/3", 4Q * m / 3Q, [ m, (depth - 1Q) / 2Q ], coefficient) ]
      Measure =
        fun case ->
            let predictor, least, direction =
                RegressionNetworks.predictor case, least case, direction case

            Measure.at (fun snapshot -> Measure.dot direction (Measure.minus (predictor snapshot) least))
      Rivals =
        [ Rival.create
              "leading term"
              "the mirror map cut off after its first correction"
              (coefficient * cube * scale)
          Rival.create "unweighted" "the interpolant of least ‖w‖₂, the shape forgotten" toPlain
          Rival.create "depth 2" "α⁻⁴ at any depth" (coefficient * cube * exp (-4Q * logT))
          |> Rival.where (fun case -> depthOf case > 2)
          Rival.create
              "power of the norm"
              "α^{-(2L-2)}, as for the weights"
              (coefficient * cube * exp (-(2Q * depth - 2Q) * logT))
          Rival.create "factor two" "2c² for c²" (coefficient * cube * scale / 2Q ** depth)
          Rival.create
              "without the volume"
              "(L - 1)/2 for 2(L - 1)/3: the change of b alone"
              ((depth - 1Q) / 2Q * cube * scale)
          Rival.create
              "no projection"
              "w₂³/η^{2L} in place of its part across the rows"
              (coefficient * wholeCube * scale)
          Rival.create "already there" "the limit at a finite α" 0Q ]
      Controls =
        [ { Breaks = layersAlike.Says
            Case =
              { cases[1] with Start = shape @ List.rev shape @ List.replicate 5 0.0 }
              |> Case.readAt cases[1].Auxiliary cases[1].LogTimes
            PredictedAs = cases[1]
            Instead = "the weights are those of the product of the layers" } ]
      Cases = cases
      OnData = fun _ -> [] }
