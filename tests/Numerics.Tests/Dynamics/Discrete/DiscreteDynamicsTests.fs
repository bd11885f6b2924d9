/// Runs that are read, stopped, saved and gone on with.
module ImplicitBias.Tests.Dynamics.Discrete.DiscreteDynamicsTests

open System
open System.IO
open System.Threading
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private data () =
    LinearModel(BuiltInData.Iris("setosa", "versicolor").Augmented().SignedInputs())

let private zeros: float[] = Array.zeroCreate 5
let private accuracy = Accuracy(0.0, 0.0)
let private loss: ILoss = LogisticLoss()

let private run (dynamics: IDynamics) (iterations: int list) =
    let logTimes = [| for k in iterations -> log (float k) |]
    dynamics.Run(ReadOnlySpan zeros, ReadOnlySpan logTimes, accuracy, CancellationToken.None)

let private states (trajectory: Trajectory) =
    [ for snapshot in trajectory.Snapshots -> snapshot.LogTime, List.ofSeq snapshot.Parameters ]

/// In a directory of its own, which is gone afterwards.
let private withFile (test: string -> unit) =
    let directory = Directory.CreateTempSubdirectory "implicit-bias-"

    try
        test (Path.Combine(directory.FullName, "run.checkpoint"))
    finally
        directory.Delete(recursive = true)

let private readings = [ 1; 700; 1024; 1025; 3000; 5000 ]

/// A run stopped at every one of these iterations and gone on with in another process's place is the run itself.
let private resumes (method: 'method) batches =
    testCase $"resumed to the same bits: {method}, {batches}" (fun () ->
        withFile (fun file ->
            let whole = run (DiscreteDynamics<'method>(data (), loss, method, batches)) readings
            Expect.equal whole.Outcome Outcome.ReachedHorizon "the whole run"

            for stop in [ 1L; 1024L; 2500L; 4999L ] do
                let limited =
                    DiscreteDynamics<'method>(
                        data (),
                        loss,
                        method,
                        batches,
                        CheckpointFile = file,
                        MostIterations = stop
                    )

                let partial = run limited readings
                Expect.equal partial.Outcome Outcome.StepLimit $"stopped at {stop}"

                Expect.equal
                    (states partial)
                    (List.take partial.Snapshots.Length (states whole))
                    "what was read so far"

            let last =
                DiscreteDynamics<'method>(data (), loss, method, batches, CheckpointFile = file)

            let resumed = run last readings
            Expect.equal (states resumed) (states whole) "every bit"
            Expect.equal resumed.Steps 5000L "no more steps than asked for"
            // And a finished run is not made again.
            Expect.equal (states (run last readings)) (states whole) "read off the checkpoint"))

[<Tests>]
let tests =
    testList
        "discrete dynamics"
        [ resumes (HeavyBall(0.01, 0.9)) null
          resumes (NesterovMomentum(0.01, 0.9)) null
          resumes (Adam(0.01, 0.9, 0.999, 1e-8)) null
          resumes (NormalizedStep(0.1, 0.5)) null
          resumes (FixedStep 0.01) (Batches(Sampling.WithoutReplacement, 7, 11UL))
          resumes (AdaGrad(0.1, 1e-8)) (Batches(Sampling.WithReplacement, 3, 11UL))

          testCase
              "mirror descent is saved with its disturbed copy: the same bits and the same error estimate"
          <| fun () ->
              withFile (fun file ->
                  for seed in [ Nullable(); Nullable 3UL ] do
                      let mirror file =
                          MirrorDescent(
                              data (),
                              loss,
                              Hypentropy 0.5,
                              0.01,
                              Momentum = 0.5,
                              Seed = seed,
                              CheckpointFile = file
                          )

                      File.Delete file
                      let straight = run (mirror null) [ 10; 2000; 5000 ]
                      let first = run (mirror file) [ 10; 2000 ]
                      let resumed = run (mirror file) [ 10; 2000; 5000 ]
                      Expect.equal (Checkpoint.Read file).Iteration 5000L "saved again"

                      for one, other in
                          Seq.zip
                              (Seq.append first.Snapshots resumed.Snapshots)
                              (Seq.append (Seq.take 2 straight.Snapshots) straight.Snapshots) do
                          Expect.sequenceEqual one.Parameters other.Parameters "every bit"
                          Expect.equal one.ErrorEstimate other.ErrorEstimate "error estimate")

          testCase "a run killed between two checkpoints goes on from the last"
          <| fun () ->
              withFile (fun file ->
                  let method = HeavyBall(0.01, 0.9)
                  let straight = Descent<HeavyBall>(data (), loss, method, ReadOnlySpan zeros)
                  straight.Advance 3000L |> ignore
                  let killed = Descent<HeavyBall>(data (), loss, method, ReadOnlySpan zeros)
                  killed.Advance 1777L |> ignore
                  killed.Save().Write file
                  killed.Advance 2222L |> ignore // and is never heard of again
                  let resumed = Descent<HeavyBall>(data (), loss, method, ReadOnlySpan zeros)
                  resumed.Restore(Checkpoint.Read file)
                  Expect.equal resumed.Iteration 1777L "from the last checkpoint"
                  resumed.Advance 3000L |> ignore
                  Expect.equal (resumed.Parameters.ToArray()) (straight.Parameters.ToArray()) "every bit")

          testCase "cancelled runs save themselves and say so"
          <| fun () ->
              withFile (fun file ->
                  use source = new CancellationTokenSource()
                  source.Cancel()

                  let dynamics: IDynamics =
                      DiscreteDynamics<FixedStep>(data (), loss, FixedStep 0.01, null, CheckpointFile = file)

                  let logTimes = [| log 100000.0 |]

                  let trajectory =
                      dynamics.Run(ReadOnlySpan zeros, ReadOnlySpan logTimes, accuracy, source.Token)

                  Expect.equal trajectory.Outcome Outcome.Cancelled "outcome"
                  Expect.isEmpty trajectory.Snapshots "nothing invented"
                  Expect.equal trajectory.Steps 1024L "at the first look"
                  Expect.equal (Checkpoint.Read file).Iteration 1024L "saved")

          testCase "descent with a fixed step is gradient descent"
          <| fun () ->
              let iterations = [ 1; 10; 1000; 4000 ]

              let ours =
                  run (DiscreteDynamics<FixedStep>(data (), loss, FixedStep 0.01)) iterations

              let known = run (GradientDescent(data (), loss, 0.01)) iterations

              for one, other in Seq.zip ours.Snapshots known.Snapshots do
                  within exactly other.LogTime one.LogTime "log t"

                  for a, b in Seq.zip one.Parameters other.Parameters do
                      within
                          (part "error estimates" (one.ErrorEstimate + other.ErrorEstimate))
                          b
                          a
                          $"log t = {one.LogTime}"

          testCase "readings between two iterations are taken at the nearest"
          <| fun () ->
              let dynamics: IDynamics = DiscreteDynamics<FixedStep>(data (), loss, FixedStep 0.01)
              let logTimes = [| -3.0; log 2.4; log 2.6 |]

              let trajectory =
                  dynamics.Run(ReadOnlySpan zeros, ReadOnlySpan logTimes, accuracy, CancellationToken.None)

              Expect.equal
                  [ for snapshot in trajectory.Snapshots -> snapshot.LogTime ]
                  [ 0.0; log 2.0; log 3.0 ]
                  "moved"

          testCase "a step far too large ends as not finite"
          <| fun () ->
              let dynamics =
                  DiscreteDynamics<FixedStep>(data (), ExponentialLoss(), FixedStep 1e3)

              let trajectory = run dynamics [ 100000 ]
              Expect.equal trajectory.Outcome Outcome.NonFinite "outcome"
              Expect.isEmpty trajectory.Snapshots "nothing invented"

          testCase "checkpoints that do not fit are refused, with what is wrong"
          <| fun () ->
              withFile (fun file ->
                  let dynamics step =
                      DiscreteDynamics<FixedStep>(data (), loss, FixedStep step, null, CheckpointFile = file)

                  run (dynamics 0.01) [ 100; 200 ] |> ignore

                  let refused (dynamics: IDynamics) iterations (found: string) =
                      let refusal =
                          try
                              run dynamics iterations |> ignore
                              failtestf "not refused: %s" found
                          with :? DataException as refusal ->
                              refusal

                      Expect.stringContains refusal.Message found "what was found"
                      Expect.stringContains refusal.Message file "where"

                  refused (dynamics 0.02) [ 100; 200 ] "another run"
                  refused (dynamics 0.01) [ 50; 200 ] "readings"

                  let changed = data().SignedInputs.ToArray()
                  changed[17] <- changed[17] * 1.0000001

                  let otherData = LinearModel(Array2D.init 100 5 (fun i j -> changed[5 * i + j]))

                  refused
                      (DiscreteDynamics<FixedStep>(
                          otherData,
                          loss,
                          FixedStep 0.01,
                          null,
                          CheckpointFile = file
                      ))
                      [ 100; 200 ]
                      "another run"

                  let bytes = File.ReadAllBytes file
                  bytes[bytes.Length / 2] <- bytes[bytes.Length / 2] ^^^ 1uy
                  File.WriteAllBytes(file, bytes)
                  refused (dynamics 0.01) [ 100; 200 ] "damaged"
                  File.WriteAllBytes(file, bytes[.. bytes.Length / 2])
                  refused (dynamics 0.01) [ 100; 200 ] "damaged"
                  File.WriteAllText(file, "log t,loss\n")
                  refused (dynamics 0.01) [ 100; 200 ] "another kind of file")

          testCase "a finished run can be taken further"
          <| fun () ->
              withFile (fun file ->
                  let dynamics =
                      DiscreteDynamics<FixedStep>(data (), loss, FixedStep 0.01, null, CheckpointFile = file)

                  run dynamics [ 100; 200 ] |> ignore
                  let further = run dynamics [ 100; 200; 3000 ]

                  let whole =
                      run (DiscreteDynamics<FixedStep>(data (), loss, FixedStep 0.01)) [ 100; 200; 3000 ]

                  Expect.equal (states further) (states whole) "every bit") ]
