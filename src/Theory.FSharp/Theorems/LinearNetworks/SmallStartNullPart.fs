/// # From small starts two fully connected layers choose the least-norm interpolant, with a remainder of order α
///
/// f = aᵀW₁x from α(a₀, A₀). While the network is small it grows along the first gradient, b = Xᵀy: a + W₁b̂ like e^{‖b‖t}, so a leaves with
/// the direction e of a₀ + A₀b̂ and keeps it up to O(α). W₁P never moves, P the projection across the rows, and at the end ‖a‖² = ‖β‖: so
/// βP = aᵀW₁P = α ‖w₂‖^{1/2} eᵀA₀P (1 + O(α)), w₂ the interpolant of least ℓ₂ norm, for any number of examples. Here
/// t = 1/α: every reading is the end of a flow of its own.
module ImplicitBias.Theory.Theorems.SmallStartNullPart

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.NetworkRegression

/// ‖w₂‖, ‖eᵀA₀P‖, what other directions in place of e have along it, and the sparsest interpolant.
let private least, part, ofOuter, ofLimit, ofSparse =
    symbol "least", symbol "part", symbol "ofOuter", symbol "ofLimit", symbol "ofSparse"

let private alpha = exp (-logT)
let private g, t, p, m = symbol "g", symbol "t", symbol "p", symbol "m"
let private p0, m0 = symbol "p0", symbol "m0"
let private width = 3

let private parametrization (data: Dataset) =
    FullyConnectedNetwork(data.Dimension, 2, width)

let private method =
    flow "fully connected network of depth 2" (fun dimension -> FullyConnectedNetwork(dimension, 2, width))

/// At t = 20 the slowest mode has shrunk by more than 35 e-folds from every start read here.
let private ends =
    RegressionNetworks.endsOverScales
        (fun data start ->
            Case.create data.Name data start method [] [ System.Math.Log 20.0 ]
            |> Case.coarsely)
        -1.0
        method

/// W₁ row by row and a, at α = 1.
let private parts (case: Case) =
    let d = case.Data.Dimension
    let start = List.toArray case.Start
    [| for i in 0 .. width - 1 -> Array.sub start (i * d) d |], Array.sub start (width * d) width

/// The unit vector along a₀ + A₀x̂.
let private leaving (case: Case) (x: float array) =
    let rows, outer = parts case
    let along = rows |> Array.map (fun row -> Measure.dot row x / Measure.norm x)
    let sum = Array.map2 (+) outer along
    Measure.unit sum

/// eᵀA₀.
let private combine (case: Case) (weights: float array) =
    let rows, _ = parts case
    Array.init case.Data.Dimension (fun j -> Seq.sum (Seq.init width (fun i -> weights[i] * rows[i][j])))

/// Xᵀy.
let private gradient (case: Case) =
    let inputs, targets = case.Data.Inputs(), case.Data.Targets()
    Array.init case.Data.Dimension (fun j -> Measure.dot inputs[*, j] targets)

let private limit (case: Case) =
    closest case.Data (Array.zeroCreate case.Data.Dimension)

/// eᵀA₀P.
let private off (case: Case) =
    combine case (leaving case (gradient case)) |> across case.Data

let private direction (case: Case) = Measure.unit (off case)

let private start (data: Dataset) inside =
    let d = data.Dimension
    let entries = [| for k in 1 .. width * (d + 1) -> System.Math.Cos(float (k * k)) |]

    List.concat
        [ for i in 0 .. width - 1 ->
              let row = Array.sub entries (i * d) d

              List.ofArray (if inside then Measure.minus row (across data row) else row) ]
    @ List.ofArray (Array.sub entries (width * d) width)

let private from (data: Dataset) inside =
    Case.create
        data.Name
        data
        (start data inside)
        ends
        [ -(System.Math.Log 0.03) ]
        [ for scale in [ 0.01; 0.003 ] -> -(System.Math.Log scale) ]

let private threeEquations =
    sample
        "three equations"
        [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]
          [ 0.0; 1.0; 1.0; 1.0; -2.0 ]
          [ 2.0; -1.0; 1.0; 0.0; 1.0 ] ]
        [| 1.0; 2.0; -1.0 |]

let private cases = [ from twoEquations false; from threeEquations false ]

let theorem: Theorem =
    { Id = "small-start-null-part"
      Title = "βP = α ‖w₂‖^{1/2} eᵀA₀P (1 + O(α)) at the end as α → 0, e along a₀ + A₀b̂, b = Xᵀy"
      Source =
        Papers.unifyingView
            "fully connected networks from small starts select the ℓ₂ norm; the coefficient for many examples is derived here"
      Hypotheses =
        [ NetworkRegression.interpolates
          { Says = "the first layer starts off the row space along e"
            Holds =
              fun case ->
                  let whole = combine case (leaving case (gradient case))
                  Measure.differ whole (Measure.minus whole (off case)) } ]
      Prediction =
        { Prediction.asymptotic "the part of β(∞) along eᵀA₀P, t = 1/α" (least ** (1Q / 2Q) * part * alpha) with
            Transient = alpha ** 2Q }
      Constants =
        fun case ->
            let direction = direction case
            let _, outer = parts case

            let along weights =
                Measure.dot direction (combine case weights)

            [ least, Measure.norm (limit case)
              part, Measure.norm (off case)
              ofOuter, along (Measure.unit outer)
              ofLimit, along (leaving case (limit case))
              ofSparse, Measure.dot direction (sparsest case.Data) ]
      Derivation =
        [ SolvesOde(
              "while f is small, p = a + W₁b̂ has p' = gp and m = a - W₁b̂ has m' = -gm, g = ‖b‖",
              t,
              [ p, p0 * exp (g * t), g * p; m, m0 * exp (-g * t), -g * m ]
          )
          Identity(
              "4a² = 4(W₁b̂)² + 4pm, and pm = p₀m₀ is of the order α²: at the end ‖a‖² = ‖a‖‖W₁‖ = ‖β‖",
              (p + m) ** 2Q,
              (p - m) ** 2Q + 4Q * p * m
          )
          Cited "the direction of a moves by O(α) between the escape and the end" ]
      Measure =
        fun case ->
            let direction, parametrization = direction case, parametrization case.Data

            Measure.at (fun snapshot -> Measure.dot direction (predictor parametrization snapshot.Parameters))
      Rivals =
        [ Rival.create "wrong norm" "the ℓ₁ interpolant" ofSparse
          Rival.create "no half" "p for a = p/2" (2Q * least ** (1Q / 2Q) * part * alpha)
          Rival.create "exactly least norm" "the limit at a finite α" 0Q
          Rival.create "no square root" "‖a‖ = ‖β‖" (least * part * alpha)
          Rival.create "size forgotten" "‖a‖ = 1" (part * alpha)
          Rival.create "outer layer alone" "e along a₀" (least ** (1Q / 2Q) * ofOuter * alpha)
          Rival.create
              "limit for gradient"
              "e along a₀ + A₀ŵ, w the end"
              (least ** (1Q / 2Q) * ofLimit * alpha) ]
      Controls =
        [ { Breaks = "the first layer starts off the row space"
            Case = from twoEquations true
            PredictedAs = cases.Head
            Instead = "W₁P = 0 stays, and the limit is exact at any α" } ]
      Cases = cases
      OnData = fun _ -> [] }
