/// # The shape of the initialisation sets the scale of the penalty
///
/// w = uv - pq under the square loss is Ae^{2G} - Be^{-2G}, G = Xᵀλ, from any start: hypentropy of scale 2√(AB) coordinate by
/// coordinate, 4A = (u + v)² + (p - q)², 4B = (u - v)² + (p + q)². With the same products u(0)v(0) = α everywhere, unequal
/// layers are in the kernel regime at any α.
module ImplicitBias.Theory.Theorems.InitialisationShape

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

let private a, b, c, d = symbol "a", symbol "b", symbol "c", symbol "d"
let private u, v, p, q = symbol "u", symbol "v", symbol "p", symbol "q"
let private x, g, t = symbol "x", symbol "g", symbol "t"

/// The projection of w(0) under the penalty that only knows the products: scale 2(|uv| + |pq|) in place of 2√(AB).
let private ofProducts (case: Case) =
    let layer k =
        Array.sub (start case) (k * case.Data.Dimension) case.Data.Dimension

    let products k =
        Array.map2 (fun x y -> System.Math.Abs(x * y: float)) (layer k) (layer (k + 1))

    let scales =
        Array.map2 (fun uv pq -> 2.0 * (uv + pq: float)) (products 0) (products 2)

    if Array.forall (fun scale -> scale > 0.0) scales then
        tryProject case.Data (Hypentropy scales) (origin case)
    else
        None

/// The projection of w(0) with another function of AB for the scale 2√(AB).
let private ofScale (change: float -> float) (case: Case) =
    match (mirror case).Potential with
    | :? Hypentropy as hypentropy ->
        let products =
            scalesOf hypentropy case.Data.Dimension
            |> Array.map (fun scale -> scale * scale / 4.0)

        tryProject case.Data (Hypentropy(Array.map change products)) (origin case)
    | _ -> None

/// Where mistakes lead, and how far the dual is from its start there.
let private detours =
    let detour = Detour.from limit drift

    [ detour
          "ofProducts"
          "products only"
          "a scale of u(0)v(0) and p(0)q(0) alone, the shape ignored"
          ofProducts
      detour "ofHalf" "half the scale" "√(AB) in place of 2√(AB)" (ofScale System.Math.Sqrt)
      detour "ofSquare" "wrong exponent" "2AB in place of 2√(AB)" (ofScale (fun product -> 2.0 * product))
      detour "ofClosest" "closest in ℓ₂" "the interpolant nearest to w(0)" (closestTo origin)
      detour
          "ofZero"
          "from zero"
          "w(0) = A - B forgotten"
          (projectionOf zero (fun case -> (mirror case).Potential)) ]

let private readAt = alongPath

/// u = p and v = q with u v = α: u large, v small.
let private shaped (large: float) (small: float) (data: Dataset) =
    let layer = List.replicate data.Dimension
    layer large @ layer small @ layer large @ layer small

let theorem: Theorem =
    { Id = "initialisation-shape"
      Title = "P₀(asinh(w(t)/2√(AB)) - asinh(w(0)/2√(AB))) = 0 for all t, w = uv - pq"
      Source = Papers.initializationShape "untied diagonal networks; any start is derived here"
      Hypotheses =
        [ { Says = "A > 0 and B > 0 in every coordinate"
            Holds =
              fun case ->
                  match List.chunkBySize case.Data.Dimension case.Start with
                  | [ u; v; p; q ] ->
                      List.zip (List.zip u v) (List.zip p q)
                      |> List.forall (fun ((u, v), (p, q)) -> (u <> -v || p <> q) && (u <> v || p <> -q))
                  | _ -> false }
          RegressionNetworks.interpolates
          underdetermined ]
      Prediction = Prediction.forAllTime "‖P₀(asinh(w(t)/2√(AB)) - asinh(w(0)/2√(AB)))‖₂" 0Q
      Constants = fun case -> Detour.constants detours case
      Derivation =
        [ SolvesOde(
              "u' = -vg and v' = -ug, here under a constant pull: u + v and u - v are exponentials",
              t,
              [ u, a * exp (-g * t) + b * exp (g * t), -g * v
                v, a * exp (-g * t) - b * exp (g * t), -g * u ]
          )
          SolvesOde(
              "p' = qg and q' = pg, likewise",
              t,
              [ p, c * exp (g * t) + d * exp (-g * t), g * q
                q, c * exp (g * t) - d * exp (-g * t), g * p ]
          )
          Identity(
              "so uv - pq = Ae^{2G} - Be^{-2G} with A = a² + d², B = b² + c², G = -gt",
              (a * exp (-g * t) + b * exp (g * t)) * (a * exp (-g * t) - b * exp (g * t))
              - (c * exp (g * t) + d * exp (-g * t)) * (c * exp (g * t) - d * exp (-g * t)),
              (a ** 2Q + d ** 2Q) * exp (-2Q * g * t) - (b ** 2Q + c ** 2Q) * exp (2Q * g * t)
          )
          Identity(
              "Ae^{2G} - Be^{-2G} = 2√(AB) sinh(2G + log(A/B)/2), with A = a², B = b², x = 2G",
              a ** 2Q * exp x - b ** 2Q * exp (-x),
              a * b * (exp (x + ln (a / b)) - exp (-x - ln (a / b)))
          )
          Identity(
              "from p = u and q = v it is A = B = (u² + v²)/2: more than the product uv by what the shape adds",
              ((u + v) ** 2Q + (u - v) ** 2Q) / 4Q,
              u * v + (u - v) ** 2Q / 2Q
          ) ]
      Measure = fun case -> Measure.at (predictor case >> drift case)
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the products are all the shape there is"
            Case =
              (let predicted = readAt twoRows (shaped 0.1 0.1 twoRows) untied
               Case.readAt [] predicted.LogTimes (readAt twoRows (shaped 1.0 0.01 twoRows) untied))
            PredictedAs = readAt twoRows (shaped 0.1 0.1 twoRows) untied
            Instead = "the same products from unequal layers have a larger scale" } ]
      Cases =
        [ readAt twoRows biasedUntied untied
          readAt twoRows (shaped 0.3 0.3 twoRows) untied
          readAt twoRows (shaped 1.0 0.05 twoRows) untied
          readAt oneRow [ 1.0; 0.5; 0.25; 0.5; 0.5; 0.5; 0.5; 0.25 ] untied
          readAt threeIrises (shaped 0.5 0.25 threeIrises) untied
          readAt nearlyParallel (shaped 0.5 0.25 nearlyParallel) untied ]
      OnData = fun data -> [ readAt data (shaped 0.5 0.25 data) untied ] }
