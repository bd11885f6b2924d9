/// # As the initialisation grows, u₊² - u₋² goes to the interpolant of least norm like α⁻⁴
///
/// asinh(s) = s - s³/6 + 3s⁵/40 - ... in P₀ asinh(w/2α²) = 0 gives w = w₂ + P₀(w₂³)/(24α⁴) + P₀(w₂²∘P₀(w₂³)/192 - 3w₂⁵/640)/α⁸ + ...,
/// powers entry by entry, w₂ the interpolant of least ℓ₂ norm. Here t = α: every reading is the end of a flow of its own.
module ImplicitBias.Theory.Theorems.LargeInitialisation

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.RegressionNetworks

/// ‖P₀(w₂³)‖, ‖w₂³‖, the coefficient of α⁻⁸ along P₀(w₂³), and how far the sparsest interpolant is from w₂ along it.
let private cube, wholeCube, bend, toSparse =
    symbol "cube", symbol "wholeCube", symbol "bend", symbol "toSparse"

let private w, c, alpha = symbol "w", symbol "c", symbol "alpha"

let private tryLeast (data: Dataset) =
    tryProject data (Euclidean()) (Array.zeroCreate<float> data.Dimension)

let private least (case: Case) =
    match tryLeast case.Data with
    | Some weights -> weights
    | None -> invalidOp $"{case.Instance} has no interpolant."

let private entrywise (exponent: float) (weights: float array) =
    weights |> Array.map (fun w -> Math.Pow(w, exponent))

let private cubes (case: Case) = entrywise 3.0 (least case)

let private direction (case: Case) = directionAcross case.Data (cubes case)

/// w/2α².
let private scaled = w / (2Q * alpha ** 2Q)

/// Read at multiples of √max|w₂|, so that w₂/2α² is as small whatever the units.
let private case (data: Dataset) =
    let unit =
        tryLeast data
        |> Option.map (Array.map Math.Abs >> Array.max >> Math.Sqrt)
        |> Option.defaultValue 1.0

    let at = List.map (fun multiple -> Math.Log(multiple * unit))
    Case.create data.Name data (from 1.0 data) largeScales (at [ 1.25 ]) (at [ 3.0; 6.0 ])

let theorem: Theorem =
    { Id = "large-initialisation"
      Title =
        "w(∞) = w₂ + P₀(w₂³)/(24α⁴) + P₀(w₂²∘P₀(w₂³)/192 - 3w₂⁵/640)/α⁸ + O(α⁻¹²) as α → ∞, w₂ of least ℓ₂ norm"
      Source = Papers.kernelAndRich "the kernel limit; the rate and its next term are derived here"
      Hypotheses =
        [ RegressionNetworks.interpolates
          underdetermined
          { Says = "P₀(w₂³) is not zero"
            Holds =
              fun case ->
                  let cubes = cubes case
                  Measure.differ cubes (Measure.minus cubes (across case.Data cubes)) } ]
      Prediction =
        { Prediction.asymptotic "the part of w(∞) - w₂ along P₀(w₂³), t = α" (cube / 24Q * exp (-4Q * logT)) with
            Next = bend * exp (-8Q * logT)
            Transient = exp (-12Q * logT) }
      Constants =
        fun case ->
            let least, direction = least case, direction case
            let kept = across case.Data (cubes case)

            let second =
                Array.map3
                    (fun w c w5 -> w * w * c / 192.0 - 3.0 * w5 / 640.0)
                    least
                    kept
                    (entrywise 5.0 least)

            [ cube, Measure.norm kept
              wholeCube, Measure.norm (cubes case)
              bend, Measure.dot direction second
              toSparse,
              (match Interpolants.sparsest case with
               | Some sparsest -> Measure.dot direction (Measure.minus sparsest least)
               | None -> nan) ]
      Derivation =
        [ Expansion(
              "2α² asinh(w/2α²) = w - w³/(24α⁴) + 3w⁵/(640α⁸) + O(α⁻¹²), of which P₀ is zero; odd in w",
              alpha,
              infinity,
              2Q * alpha ** 2Q * ln (scaled + sqrt (1Q + scaled ** 2Q)),
              w - w ** 3Q / (24Q * alpha ** 4Q) + 3Q * w ** 5Q / (640Q * alpha ** 8Q),
              alpha ** -12Q
          )
          Assuming(
              "c real",
              Expansion(
                  "with w₂ + c/(24α⁴) for w, c = P₀(w₂³), the cube contributes w₂²c/192 to α⁻⁸",
                  alpha,
                  infinity,
                  (w + c / (24Q * alpha ** 4Q)) ** 3Q / (24Q * alpha ** 4Q),
                  w ** 3Q / (24Q * alpha ** 4Q) + w ** 2Q * c / (192Q * alpha ** 8Q),
                  alpha ** -12Q
              )
          ) ]
      Measure =
        fun case ->
            let predictor, least, direction = predictor case, least case, direction case
            Measure.at (fun snapshot -> Measure.dot direction (Measure.minus (predictor snapshot) least))
      Rivals =
        [ Rival.create
              "leading term"
              "asinh cut off after the cube, so no α⁻⁸"
              (cube / 24Q * exp (-4Q * logT))
          Rival.create "1/12" "a factor 2 in the coefficient" (cube / 12Q * exp (-4Q * logT))
          Rival.create "wrong norm" "the ℓ₁ interpolant" toSparse
          Rival.create "α⁻²" "the wrong power" (cube / 24Q * exp (-2Q * logT))
          Rival.create "exactly least norm" "zero at a finite α" 0Q
          Rival.create "no projection" "‖w₂³‖ in place of ‖P₀(w₂³)‖" (wholeCube / 24Q * exp (-4Q * logT)) ]
      Controls =
        [ { Breaks = "u₊ and u₋ start equal"
            Case =
              (let d = twoRows.Dimension

               { case twoRows with
                   Start = List.replicate d 1.0 @ List.init d (fun j -> 1.0 + float j / 64.0) }
               |> Case.readAt (case twoRows).Auxiliary (case twoRows).LogTimes)
            PredictedAs = case twoRows
            Instead = "a bias grows with α² and moves w(0) away from 0" } ]
      Cases = [ case twoRows; case threeIrises; case nearlyParallel ]
      OnData = fun data -> [ case data ] }
