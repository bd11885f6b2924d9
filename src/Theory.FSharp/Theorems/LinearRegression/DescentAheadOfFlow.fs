/// # Gradient descent runs ahead of gradient flow by a first-order term in the step
///
/// Up to a time T, N steps of size η = T/N shrink a mode by (1 - x/N)ᴺ where the flow does by e^{-x}, x = s²T. With N log(1 - x/N) = -x - x²/(2N) -
/// x³/(3N²) - ... the difference along a right singular vector v is ⟨v, w_N - w(T)⟩ = ⟨v, w(∞) - w(0)⟩e^{-x} (x²/(2N) + (x³/3 - x⁴/8)/N²
/// + ...). The limit is the same, the path is not. Here t = N: every reading is a run of its own to the same time.
module ImplicitBias.Theory.Theorems.DescentAheadOfFlow

open System
open System.Collections.Immutable
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// ⟨v, w(∞) - w(0)⟩ and x = s²T of the slowest mode.
let private amplitude, x = symbol "amplitude", symbol "x"

let private n = symbol "N"
let private steps = exp logT

/// T: the slowest mode shrinks by two e-folds.
let private horizon (data: Dataset) = 2.0 / smallestSquare data

let private slowest (data: Dataset) = List.last (rightVectors data)

/// N steps up to the same time, for N = t; a momentum has the step that makes its flow as fast.
let private upTo (momentum: float) : Method =
    let residuals (data: Dataset) = ResidualModel.Linear data

    let run (data: Dataset) (start: float array) (accuracy: Accuracy) (logTime: float) =
        let count = Math.Round(Math.Exp logTime)
        let step = (1.0 - momentum) * horizon data / count

        let descent =
            MirrorDescent(residuals data, SquareLoss(), Euclidean(), step, Momentum = momentum)

        let reading: float array = [| Math.Log count |]
        descent.Run(ReadOnlySpan start, ReadOnlySpan reading, accuracy)

    { descent with
        Name = "descent to a time in N steps, square loss"
        Dynamics =
            fun data ->
                { new IDynamics with
                    member _.Run(start, logTimes, accuracy, cancellation) =
                        let start, readings = start.ToArray(), logTimes.ToArray()

                        let runs =
                            [ for logTime in readings do
                                  cancellation.ThrowIfCancellationRequested()
                                  run data start accuracy logTime ]

                        Trajectory(
                            ImmutableArray.CreateRange(runs |> Seq.collect _.Snapshots),
                            runs |> List.sumBy _.Steps,
                            Outcome.ReachedHorizon
                        ) }
        StepSize = fun _ -> 1.0 }

let private from (momentum: float) (counts: int list) (data: Dataset) (start: float list) =
    Case.create data.Name data start (upTo momentum) [] [ for count in counts -> Math.Log(float count) ]

let private start = [ 0.5; -0.25; 1.0; 0.0; 0.75 ]
let private predicted = from 0.0 [ 16; 4096 ] twoRows start

let theorem: Theorem =
    { Id = "descent-ahead-of-flow"
      Title = "⟨v, w_N - w(T)⟩ = ⟨v, w(∞) - w(0)⟩ e^{-x} x²/(2N) + O(1/N²), η = T/N, x = s²T"
      Source =
        Papers.continuousLeastSquares
            "the continuous path of least squares; the difference to descent is derived here"
      Hypotheses =
        [ interpolates
          { Says = "the fastest mode is stable at the first reading"
            Holds =
              fun case ->
                  let fastest = List.head (List.ofArray (singularValues case.Data))

                  fastest * fastest * horizon case.Data
                  < 2.0 * Math.Exp(List.min case.LogTimes) } ]
      Prediction =
        { Prediction.asymptotic
              "⟨v, w_N - w(T)⟩, v the slowest direction, t = N"
              (amplitude * exp (-x) * x ** 2Q / (2Q * steps)) with
            Remainder = amplitude * exp (-x) * (x ** 3Q / 3Q - x ** 4Q / 8Q) / steps ** 2Q }
      Constants =
        fun case ->
            [ amplitude, Measure.dot (slowest case.Data) (Measure.minus (projection case) case.Start)
              x, smallestSquare case.Data * horizon case.Data
              count, float case.Data.SampleCount ]
      Derivation =
        [ Expansion(
              "e^{-x} - (1 - x/N)ᴺ = e^{-x} (x²/(2N) + (x³/3 - x⁴/8)/N²) up to N⁻³",
              n,
              infinity,
              1Q - exp (n * ln (1Q - x / n) + x),
              x ** 2Q / (2Q * n) + (x ** 3Q / 3Q - x ** 4Q / 8Q) / n ** 2Q,
              n ** -3Q
          )
          Limit("the flow is the limit of many steps", n, infinity, (1Q - x / n) ** n, exp (-x)) ]
      Measure =
        fun case ->
            let direction, limit = slowest case.Data, projection case
            let from = Measure.dot direction (Measure.minus limit case.Start)
            let square = smallestSquare case.Data * horizon case.Data

            Measure.at (fun snapshot ->
                Measure.dot direction (Measure.minus snapshot.Parameters limit)
                + from * Math.Exp -square)
      Rivals =
        [ Rival.create "the same path" "descent is flow read at kη" 0Q
          Rival.create "behind" "the sign of Euler's error" (-amplitude * exp (-x) * x ** 2Q / (2Q * steps))
          Rival.create "no half" "x² for x²/2" (amplitude * exp (-x) * x ** 2Q / steps)
          Rival.create
              "error of one step"
              "the square of the step, not summed"
              (amplitude * exp (-x) * x ** 2Q / (2Q * steps ** 2Q))
          Rival.create
              "mean loss"
              "averaging makes x n times smaller"
              (amplitude * exp (-x / count) * (x / count) ** 2Q / (2Q * steps))
          |> Rival.where (fun case -> case.Data.SampleCount > 1) ]
      Controls =
        [ { Breaks = "steps have no momentum"
            Case = from 0.5 [ 16; 4096 ] twoRows start
            PredictedAs = predicted
            Instead = "momentum has the same flow, and another first-order term" } ]
      Cases =
        [ predicted
          from 0.0 [ 16; 4096 ] oneRow [ 1.0; 0.0 ]
          from 0.0 [ 2048; 16384 ] nearlyParallel [ 1.0; 0.0; 0.0; 0.5 ] ]
      OnData = fun _ -> [] }
