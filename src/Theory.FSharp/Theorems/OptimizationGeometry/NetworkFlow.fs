/// # The predictor of u₊² - u₋² is hypentropy flow, four times as fast, moment by moment
///
/// Two runs that share nothing: gradient flow of the 2d parameters from u₊ = u₋ = α, and mirror flow of the d weights from 0 with
/// the hypentropy of scale 2α², metric √(w² + 4α⁴). The first at t is the second at 4t.
module ImplicitBias.Theory.Theorems.NetworkFlow

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.RegressionNetworks

/// What mistakes would make of the distance, at the reading.
let private ofTime, ofLoss, ofHalfScale, ofDoubleScale =
    symbol "ofTime", symbol "ofLoss", symbol "ofHalfScale", symbol "ofDoubleScale"

let private u, v, g, alpha = symbol "u", symbol "v", symbol "g", symbol "alpha"
let private w, t = symbol "w", symbol "t"

/// The mirror flow of scale · α², at a multiple of the time of the reading.
let private mirrored (case: Case) (scale: float) (speed: float) : Snapshot =
    let alpha = case.Start.Head
    let potential = Hypentropy(scale * alpha * alpha)
    let flow = MirrorFlow(ResidualModel.Linear case.Data, SquareLoss(), potential)
    let start: float array = Array.zeroCreate case.Data.Dimension
    let readings: float array = [| case.LogTimes.Head + Math.Log speed |]
    let trajectory = flow.Run(ReadOnlySpan start, ReadOnlySpan readings, Case.accuracy)
    Seq.head trajectory.Snapshots

/// v(4t), the flow that the network is.
let private partner (case: Case) : Snapshot = mirrored case 2.0 4.0

let private distance (a: float seq) (b: float seq) =
    Seq.map2 (fun (x: float) y -> Math.Abs(x - y)) a b |> Seq.max

/// One reading, after so many e-folds of the slowest mode.
let private case (alpha: float) (folds: float) (data: Dataset) =
    caseAt [] [ folds ] data (from alpha data) (diagonal 2)

let theorem: Theorem =
    { Id = "network-flow"
      Title = "w(t) of u₊² - u₋² = hypentropy mirror flow of scale 2α² at 4t, for all t"
      Source = Papers.kernelAndRich "depth 2, along the path"
      Hypotheses = [ RegressionNetworks.interpolates; unbiased ]
      Prediction = Prediction.forAllTime "maxⱼ |w(t) - v(4t)|, v the mirror flow" 0Q
      Constants =
        fun case ->
            let exact = partner case

            let against scale speed =
                distance exact.Parameters (mirrored case scale speed).Parameters

            [ ofTime, against 2.0 1.0
              ofLoss, against 2.0 8.0
              ofHalfScale, against 1.0 4.0
              ofDoubleScale, against 4.0 4.0 ]
      Derivation =
        [ Identity(
              "w' = 2u₊u₊' - 2u₋u₋' = -4(u₊² + u₋²)g",
              2Q * u * (-2Q * u * g) - 2Q * v * (2Q * v * g),
              -4Q * (u ** 2Q + v ** 2Q) * g
          )
          Identity(
              "(u₊² + u₋²)² = w² + 4α⁴ where u₊u₋ = α²",
              (u ** 2Q + v ** 2Q) ** 2Q,
              (u ** 2Q - v ** 2Q) ** 2Q + 4Q * (u * v) ** 2Q
          )
          Derivative(
              "asinh(w/2α²)' = 1/√(w² + 4α⁴), the inverse metric",
              w,
              ln (w + sqrt (w ** 2Q + 4Q * alpha ** 4Q)),
              1Q / sqrt (w ** 2Q + 4Q * alpha ** 4Q)
          )
          SolvesOde(
              "mirror flow w' = -g√(w² + 4α⁴), here under a constant pull",
              t,
              [ w, alpha ** 2Q * (exp (-g * t) - exp (g * t)), -g * sqrt (w ** 2Q + 4Q * alpha ** 4Q) ]
          )
          Substitution(
              "at 4t it is u₊² - u₋² at t, u± = αe^{∓2gt}",
              alpha ** 2Q * (exp (-g * t) - exp (g * t)),
              [ t, 4Q * t ],
              (alpha * exp (-2Q * g * t)) ** 2Q - (alpha * exp (2Q * g * t)) ** 2Q
          ) ]
      Measure =
        fun case ->
            let predictor, other = predictor case, partner case

            Measure.at (fun snapshot -> distance (predictor snapshot) other.Parameters)
      Rivals =
        [ Rival.create "same time" "the speed 4 forgotten" ofTime
          Rival.create "no half" "the speed 8 of the loss without ½" ofLoss
          Rival.create "scale α²" "hypentropy of scale α²" ofHalfScale
          Rival.create "scale 4α²" "hypentropy of scale 4α²" ofDoubleScale ]
      Controls =
        [ { Breaks = "the network has depth 2"
            Case =
              (let predicted = case 0.5 1.0 twoRows
               Case.readAt [] predicted.LogTimes (caseAt [] [ 1.0 ] twoRows (from 0.5 twoRows) (diagonal 3)))
            PredictedAs = case 0.5 1.0 twoRows
            Instead = "depth 3 moves by another metric" } ]
      Cases =
        [ case 0.5 0.5 twoRows
          case 0.75 2.0 twoRows
          case 1.0 1.0 oneRow
          case 0.3 1.0 threeIrises
          case 0.3 1.0 nearlyParallel ]
      OnData = fun data -> [ case 0.5 1.0 data ] }
