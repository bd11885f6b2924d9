/// # What two fully connected layers keep across one example, exactly, and how it vanishes with the start
///
/// f = aᵀW₁x, one example. With p = a + W₁x̂ and m = a - W₁x̂ the flow is p' = σp, m' = -σm: p = p₀φ, m = m₀/φ for all t. At the end
/// (‖p₀‖²φ² - ‖m₀‖²/φ²)/4 = y/‖x‖ gives φ, and β P = aᵀW₁(0)P, P the projection across x, since W₁P never moves. As the start
/// shrinks like α so does β P, like α ‖w‖^{1/2} e·A₀P with e the direction of p₀ and w the least-norm interpolant: small starts
/// select the ℓ₂ norm, at the rate α. The mean of the loss, or the loss without its half, only changes the speed.
module ImplicitBias.Theory.Theorems.SingleExampleNullPart

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.NetworkRegression

/// y/‖x‖, ‖p₀‖, ‖m₀‖; |p₀ᵀW₁(0)P|², p₀ᵀW₁(0)P·m₀ᵀW₁(0)P, |m₀ᵀW₁(0)P|²; |a₀ᵀW₁(0)P|/‖a₀‖; ‖wP‖ of the sparsest w.
let private s, plus, minus, pp, pm, mm, outer, sparse =
    symbol "s", symbol "p", symbol "m", symbol "pp", symbol "pm", symbol "mm", symbol "outer", symbol "sparse"

/// φ² of ‖p₀‖ and ‖m₀‖.
let private growthFrom (plus: Expression) (minus: Expression) =
    (2Q * s + (4Q * s ** 2Q + plus ** 2Q * minus ** 2Q) ** (1Q / 2Q)) / plus ** 2Q

let private growth = growthFrom plus minus

let private squared = (pp * growth + 2Q * pm + mm / growth) / 4Q
let private width = 3

let private p, m, sigma, t, alpha =
    symbol "pt", symbol "mt", symbol "sigma", symbol "t", symbol "alpha"

let private parametrization (case: Case) =
    FullyConnectedNetwork(case.Data.Dimension, 2, width)

let private example = sample "one example" [ [ 1.0; 2.0; -1.0; 0.5 ] ] [| 3.0 |]

let private below =
    sample "one example, negative target" [ [ 1.0; 2.0; -1.0; 0.5 ] ] [| -2.0 |]

let private dot = Measure.dot

/// W₁ row by row, a, and their products with the example and the projection across it.
let private parts (case: Case) =
    let d = case.Data.Dimension
    let start = List.toArray case.Start
    let x = case.Data.Inputs()[0, *]
    let direction = Measure.scale (1.0 / Measure.norm x) x
    let rows = [| for i in 0 .. width - 1 -> Array.sub start (i * d) d |]
    let outer = Array.sub start (width * d) width
    let along = rows |> Array.map (fun row -> dot row direction)
    let off = rows |> Array.map (across case.Data)

    let combine (weights: float array) =
        Array.init d (fun j -> Seq.sum (Seq.init width (fun i -> weights[i] * off[i][j])))

    outer, along, combine, Measure.norm x

let private from (data: Dataset) (scale: float) =
    Case.create
        data.Name
        data
        [ for k in 1..15 -> scale * System.Math.Cos(float (k * k)) ]
        (flow "fully connected network of depth 2" (fun dimension ->
            FullyConnectedNetwork(dimension, 2, width)))
        []
        [ 3.0; 4.0 ]

let private cases =
    [ from example 1.0; from example 0.1; from example 0.01; from below 1.0 ]

/// Where y > 0, and small starts are selected along p₀.
let private isPositive (case: Case) = case.Data.Targets()[0] > 0.0

let private twoExamples =
    sample "two examples" [ [ 1.0; 2.0; -1.0; 0.5 ]; [ 0.0; 1.0; 1.0; -1.0 ] ] [| 3.0; -1.0 |]

let theorem: Theorem =
    { Id = "single-example-null-part"
      Title =
        "‖βP‖ = ½‖(p₀φ + m₀/φ)ᵀW₁(0)P‖ at the end, φ² = (2s + (4s² + ‖p₀‖²‖m₀‖²)^{1/2})/‖p₀‖², s = y/‖x‖"
      Source =
        Papers.unifyingView
            "fully connected networks from small starts select the ℓ₂ norm; the closed form is derived here"
      Hypotheses = [ { Says = "there is one example"; Holds = fun case -> case.Data.SampleCount = 1 } ]
      Prediction = Prediction.asymptotic "‖βP‖₂" (squared ** (1Q / 2Q))
      Constants =
        fun case ->
            let a, along, combine, length = parts case
            let p, m = Array.map2 (+) a along, Array.map2 (-) a along
            let u, v = combine p, combine m

            [ s, case.Data.Targets()[0] / length
              plus, Measure.norm p
              minus, Measure.norm m
              pp, dot u u
              pm, dot u v
              mm, dot v v
              outer, Measure.norm (combine a) / Measure.norm a
              sparse, Measure.norm (across case.Data (sparsest case.Data)) ]
      Derivation =
        [ SolvesOde(
              "p' = σp and m' = -σm, here under a constant σ: p = p₀φ and m = m₀/φ",
              t,
              [ p, plus * exp (sigma * t), sigma * p
                m, minus * exp (-sigma * t), -sigma * m ]
          )
          Identity(
              "aᵀW₁x̂ = (‖p‖² - ‖m‖²)/4, one unit: a = (p + m)/2, W₁x̂ = (p - m)/2",
              (plus + minus) / 2Q * ((plus - minus) / 2Q),
              (plus ** 2Q - minus ** 2Q) / 4Q
          )
          Assuming(
              "s real",
              Identity(
                  "φ² is the positive root of ‖p₀‖²φ⁴ - 4sφ² - ‖m₀‖² = 0, whatever the sign of y",
                  plus ** 2Q * growth ** 2Q - 4Q * s * growth - minus ** 2Q,
                  0Q
              )
          )
          Expansion(
              "a start α times as large needs φ² = 4s/(α‖p₀‖)² + α²‖m₀‖²/(4s) where y > 0, so that βP shrinks like α",
              alpha,
              0Q,
              growthFrom (alpha * plus) (alpha * minus),
              4Q * s / (alpha * plus) ** 2Q + (alpha * minus) ** 2Q / (4Q * s),
              alpha ** 6Q
          ) ]
      Measure =
        fun case ->
            let parametrization = parametrization case

            Measure.at (fun snapshot ->
                Measure.norm (across case.Data (predictor parametrization snapshot.Parameters)))
      Rivals =
        [ Rival.create "already at the limit" "the least-norm interpolant from any start" 0Q
          Rival.create "no square root" "α e·A₀P without ‖w‖^{1/2}" (pp ** (1Q / 2Q) / plus)
          Rival.create "outer layer alone" "e along a₀, not a₀ + W₁(0)x̂" (s ** (1Q / 2Q) * outer)
          |> Rival.where isPositive
          Rival.create
              "leading order"
              "α ‖w‖^{1/2} e·A₀P at finite α"
              (s ** (1Q / 2Q) * pp ** (1Q / 2Q) / plus)
          |> Rival.where isPositive
          Rival.create "wrong norm" "the ℓ₁ interpolant" sparse
          Rival.create "no half" "p for a = (p + m)/2" ((pp * growth) ** (1Q / 2Q)) ]
      Controls =
        [ { Breaks = "there is one example"
            Case =
              { Case.create twoExamples.Name twoExamples cases.Head.Start cases.Head.Method [] [ 3.0; 4.0 ] with
                  Instance = "two examples" }
            PredictedAs = cases.Head
            Instead = "the second example turns a" } ]
      Cases = cases
      OnData = fun _ -> [] }
