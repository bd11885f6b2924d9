/// Runs of the dynamics, and what the tests ask of them.
module ImplicitBias.Tests.Runs

open System
open System.Threading
open Expecto
open ImplicitBias.Numerics

/// The accuracy of the suite's theorems.
let accuracy = Accuracy(1e-14, 1e-11)

/// Two support vectors that span the plane and three more points.
let fivePoints =
    array2D [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 3.0; 1.0 ]; [ 1.0; 3.0 ]; [ 2.5; 2.0 ] ]

/// The same with a point whose slack is 10⁻⁴: its weight dies like t^(-1/10000).
let nearlyActive = array2D [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 1.10011; 1.10011 ] ]

/// The two losses with an exponential tail.
let losses: (string * ILoss) list =
    [ "exponential", ExponentialLoss(); "logistic", LogisticLoss() ]

/// A run, however it ends.
let trajectory (dynamics: IDynamics) (start: float list) (logTimes: float list) accuracy cancellation =
    let start: float[] = List.toArray start
    let logTimes: float[] = List.toArray logTimes
    dynamics.Run(start, logTimes, accuracy, cancellation)

/// A run that must reach its horizon.
let run (dynamics: IDynamics) (start: float list) (logTimes: float list) : Snapshot list =
    let trajectory = trajectory dynamics start logTimes accuracy CancellationToken.None
    Expect.equal trajectory.Outcome Outcome.ReachedHorizon "outcome"
    List.ofSeq trajectory.Snapshots

/// Gradient flow of a linear model.
let flow (rows: float[,]) (loss: ILoss) = GradientFlow(LinearModel rows, loss)

/// Gradient descent of a linear model.
let descent (rows: float[,]) (loss: ILoss) (step: float) =
    GradientDescent(LinearModel rows, loss, step)

/// ‖a - b‖∞.
let distance (a: float seq) (b: float seq) =
    Seq.map2 (fun x y -> abs (x - y)) a b |> Seq.max

/// The same model behind an interface that hides that it is linear: it is run in the loss clock.
let hidden (rows: float[,]) : ICurvedModel =
    let model = LinearModel rows

    { new ICurvedModel with
        member _.ParameterCount = model.ParameterCount
        member _.SampleCount = model.SampleCount

        member _.Predict(parameters: ReadOnlySpan<float>, outputs: Span<float>) =
            model.Predict(parameters, outputs)

        member _.Pullback
            (parameters: ReadOnlySpan<float>, weights: ReadOnlySpan<float>, gradient: Span<float>)
            =
            model.Pullback(parameters, weights, gradient)

        member _.Hessian
            (
                parameters: ReadOnlySpan<float>,
                weights: ReadOnlySpan<float>,
                curvatures: ReadOnlySpan<float>,
                hessian: Span<float>
            ) =
            model.Hessian(parameters, weights, curvatures, hessian) }
