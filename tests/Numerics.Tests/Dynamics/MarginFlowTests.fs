/// The flow in log log t, against its solution in one unknown and against gradient flow itself.
module ImplicitBias.Tests.Dynamics.MarginFlowTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private accuracy = Accuracy(1e-13, 1e-12)

let private signals =
    array2D [ [ -0.2; -0.6; -1.4; 0.0; 1.5; 1.0 ]; [ -0.9; -0.9; -0.5; 0.3; -0.2; 0.2 ] ]

let private network () =
    LinearNetwork(signals, ConvolutionalNetwork(6, 2))

let private run (network: LinearNetwork) (start: float array) (readings: float array) =
    MarginFlow(network).Run(start, readings, accuracy)

/// From θ/√ℓ at one snapshot to the next, ℓ = -log L, relative to the size there: how far the flow in log ℓ is off.
let private missedBy (before: Snapshot) (after: Snapshot) =
    let scaled (snapshot: Snapshot) =
        snapshot.Parameters
        |> Seq.map (fun w -> w / sqrt -snapshot.LogLoss)
        |> Array.ofSeq

    let elapsed = log (after.LogLoss / before.LogLoss)
    let run = run (network ()) (scaled before) [| elapsed |]

    let distance a b =
        Array.map2 (fun x y -> (x - y) ** 2.0) a b |> Array.sum |> sqrt

    distance (Seq.toArray run.Snapshots[0].Parameters) (scaled after)
    / distance (scaled after) (Array.zeroCreate 12)

[<Tests>]
let tests =
    testList
        "flow in log log t"
        [ testCase "one weight in two equal layers comes to the margin 1 at the rate 1 + K = 9"
          <| fun () ->
              // The second point, twice as far, is never the nearest.
              let network =
                  LinearNetwork(array2D [ [ 1.0 ]; [ 2.0 ] ], DiagonalNetwork.Untied(1, 2))

              let run = run network [| 0.5; 0.5 |] [| 0.05; 0.2; 1.0 |]

              for snapshot in run.Snapshots do
                  let exact = 1.0 - 0.75 * exp (-9.0 * snapshot.LogTime)
                  let allowed = part "run" (4.0 * snapshot.ErrorEstimate)
                  within allowed exact snapshot.Outputs[0] $"x = {snapshot.LogTime}"
          testCase "gradient flow follows it up to O(1/log t)"
          <| fun () ->
              let logTimes: float array = [| 1e3; 4e3; 1e4; 4e4; 1e5; 4e5 |]
              let start: float array = [| for k in 1..12 -> 0.4 * cos (float (k * k)) |]

              let flow =
                  GradientFlow(network (), ExponentialLoss()).Run(start, logTimes, Accuracy(1e-14, 1e-11))

              let missed =
                  [ for k in 0..2..4 ->
                        missedBy flow.Snapshots[k] flow.Snapshots[k + 1] * -flow.Snapshots[k].LogLoss ]

              for times in missed do
                  Expect.isLessThan times (2.0 * List.min missed) $"{missed} does not depend on t"
          testCase "points that contradict each other end the run"
          <| fun () ->
              let network =
                  LinearNetwork(array2D [ [ 1.0 ]; [ -1.0 ] ], DiagonalNetwork.Untied(1, 2))

              let run = run network [| 1.0; 1.0 |] [| 1.0 |]
              Expect.notEqual run.Outcome Outcome.ReachedHorizon "outcome"
              Expect.isEmpty run.Snapshots "nothing invented" ]
