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
open ImplicitBias.Theory.RegressionNetworks

/// The drift at the interpolants that mistakes lead to.
let private ofProduct, ofClosest, ofZero =
    symbol "ofProduct", symbol "ofClosest", symbol "ofZero"

let private a, b, c, d = symbol "a", symbol "b", symbol "c", symbol "d"
let private u, v, p, q = symbol "u", symbol "v", symbol "p", symbol "q"
let private x, g, t = symbol "x", symbol "g", symbol "t"

let private drift (case: Case) =
    let mirror = mirror case
    dualDrift case.Data mirror.Potential mirror.Origin >> Measure.norm

let private driftAt (case: Case) (point: float array option) =
    match point with
    | Some point -> drift case point
    | None -> 0.0

/// The penalty that only knows the products: scale 2(|uv| + |pq|) in place of 2√(AB).
let private ofProducts (case: Case) =
    let start = List.toArray case.Start
    let d = case.Data.Dimension

    let scales =
        Array.init d (fun j ->
            2.0
            * (System.Math.Abs(start[j] * start[d + j])
               + System.Math.Abs(start[2 * d + j] * start[3 * d + j]))
            + 1e-3)

    tryProject case.Data (Hypentropy scales) (mirror case).Origin

let private closest (case: Case) =
    tryProject case.Data (Euclidean()) (mirror case).Origin

let private fromZero (case: Case) =
    tryProject case.Data (mirror case).Potential (Array.zeroCreate<float> case.Data.Dimension)

let private visible point case = driftAt case (point case) > 1e-6
let private readAt = caseAt [] [ 0.1; 1.0; 3.0; 10.0; 60.0 ]

let private biased =
    [ 0.5
      0.2
      1.0
      0.3
      0.7
      0.1
      0.6
      -0.4
      0.3
      0.0
      0.2
      0.4
      0.3
      0.9
      0.1
      0.3
      0.1
      0.8
      -0.2
      0.5 ]

/// u = p and v = q with u v = α: u large, v small.
let private shaped (large: float) (small: float) (data: Dataset) =
    let layer = List.replicate data.Dimension
    layer large @ layer small @ layer large @ layer small

let theorem: Theorem =
    { Id = "initialisation-shape"
      Title = "P₀(asinh(w(t)/2√(AB)) - asinh(w(0)/2√(AB))) = 0 for all t, w = uv - pq"
      Source =
        { Authors = "Azulay, Moroshko, Nacson, Woodworth, Srebro, Globerson, Soudry"
          Year = 2021
          ArXiv = "2102.09769"
          Place = "untied diagonal networks; any start is derived here" }
      Hypotheses =
        [ RegressionNetworks.interpolates
          underdetermined
          { Says = "A > 0 and B > 0 in every coordinate"
            Holds =
              fun case ->
                  let start = List.toArray case.Start
                  let d = case.Data.Dimension

                  Seq.forall
                      (fun j ->
                          let u, v, p, q = start[j], start[d + j], start[2 * d + j], start[3 * d + j]
                          (u <> -v || p <> q) && (u <> v || p <> -q))
                      [ 0 .. d - 1 ] } ]
      Prediction =
        { Quantity = "‖P₀(asinh(w(t)/2√(AB)) - asinh(w(0)/2√(AB)))‖₂"
          Claim = ForAllTime
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = 0Q }
      Constants =
        fun case ->
            [ ofProduct, driftAt case (ofProducts case)
              ofClosest, driftAt case (closest case)
              ofZero, driftAt case (fromZero case) ]
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
              ((u + v) / 2Q) ** 2Q + ((u - v) / 2Q) ** 2Q,
              u * v + (u - v) ** 2Q / 2Q
          ) ]
      Measure =
        fun case ->
            let predictor, drift = predictor case, drift case
            Measure.at (predictor >> drift)
      Rivals =
        [ Rival.create "products only" "a scale of u(0)v(0) and p(0)q(0) alone, the shape ignored" ofProduct
          |> Rival.where (visible ofProducts)
          Rival.create "closest in ℓ₂" "the interpolant nearest to w(0)" ofClosest
          |> Rival.where (visible closest)
          Rival.create "from zero" "w(0) = A - B forgotten" ofZero
          |> Rival.where (visible fromZero) ]
      Controls =
        [ { Breaks = "the products are all the shape there is"
            Case =
              (let predicted = readAt twoRows (shaped 0.1 0.1 twoRows) untied
               Case.readAt [] predicted.LogTimes (readAt twoRows (shaped 1.0 0.01 twoRows) untied))
            PredictedAs = readAt twoRows (shaped 0.1 0.1 twoRows) untied
            Instead = "the same products from unequal layers have a larger scale" } ]
      Cases =
        [ readAt twoRows biased untied
          readAt twoRows (shaped 0.3 0.3 twoRows) untied
          readAt twoRows (shaped 1.0 0.05 twoRows) untied
          readAt oneRow [ 1.0; 0.5; 0.25; 0.5; 0.5; 0.5; 0.5; 0.25 ] untied
          readAt threeIrises (shaped 0.5 0.25 threeIrises) untied
          readAt nearlyParallel (shaped 0.5 0.25 nearlyParallel) untied ]
      OnData = fun data -> [ readAt data (shaped 0.5 0.25 data) untied ] }
