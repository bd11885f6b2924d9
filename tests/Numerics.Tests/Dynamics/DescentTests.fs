module ImplicitBias.Tests.Dynamics.DescentTests

open System
open System.Threading
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

/// w after exact iterations, sums compensated.
let private iterate (rows: float[,]) (loss: ILoss) (step: float) (start: float[]) (iterations: int) =
    let model = LinearModel rows
    let w, lost = Array.copy start, Array.zeroCreate<float> start.Length

    let outputs, weights =
        Array.zeroCreate<float> model.SampleCount, Array.zeroCreate<float> model.SampleCount

    let gradient = Array.zeroCreate<float> start.Length

    for _ in 1..iterations do
        model.Predict(w, outputs)
        loss.Gradient(outputs, 0.0, weights)
        model.Pullback(w, weights, gradient)

        for j in 0 .. w.Length - 1 do
            let change = lost[j] - step * gradient[j]
            let sum = w[j] + change
            lost[j] <- change - (sum - w[j])
            w[j] <- sum

    w

[<Tests>]
let tests =
    testList
        "gradient descent"
        [ testCase "iterations by hand"
          <| fun () ->
              // One point z = 1: w ← w + ½ e^{-w}, from 0.
              let snapshots =
                  Runs.run
                      (Runs.descent (array2D [ [ 1.0 ] ]) (ExponentialLoss()) 0.5)
                      [ 0.0 ]
                      [ 0.0; log 2.0 ]

              within (ulps 2.0 0.5) 0.5 snapshots[0].Parameters[0] "one"
              let second = 0.5 + 0.5 * exp -0.5
              within (ulps 2.0 second) second snapshots[1].Parameters[0] "two"
          testCase "the passage to the flow is within its estimate of brute force"
          <| fun () ->
              for name, loss in Runs.losses do
                  for rows, step in [ Runs.fivePoints, 1.0 / 64.0; Runs.nearlyActive, 1.0 / 16.0 ] do
                      let iterations = [ 8_192; 32_768; 131_072 ]

                      let snapshots =
                          Runs.run
                              (Runs.descent rows loss step)
                              [ 0.5; -0.5 ]
                              (iterations |> List.map (float >> log))

                      for count, snapshot in List.zip iterations snapshots do
                          let brute = iterate rows loss step [| 0.5; -0.5 |] count
                          let error = Runs.distance brute snapshot.Parameters

                          Expect.isLessThanOrEqual
                              error
                              snapshot.ErrorEstimate
                              $"{name} after {count} iterations: {snapshot.ErrorEstimate}"

                          // (κR²)³ at the passage, κR² ≤ 2⁻⁸, in units of 1/R, R > 1.
                          Expect.isLessThan snapshot.ErrorEstimate (pown 2.0 -24) $"{name}: a useful estimate"
          testCase "far along, descent is the flow at ηt, up to the half step it leaves behind"
          <| fun () ->
              for name, loss in Runs.losses do
                  let step = 1.0 / 64.0
                  let logTimes = [ 1e2; 1e4; 1e6 ]

                  let limit (snapshots: Snapshot list) shift =
                      [ for s in snapshots ->
                            [ for j, slope in [ 0, 4.0 / 11.0; 1, 6.0 / 11.0 ] ->
                                  s.Parameters[j] - slope * (s.LogTime + shift) ] ]

                  let flow = Runs.run (Runs.flow Runs.fivePoints loss) [ 0.0; 0.0 ] logTimes

                  let descent =
                      Runs.run (Runs.descent Runs.fivePoints loss step) [ 0.0; 0.0 ] logTimes

                  for a, b, x, y in
                      List.zip3 (limit flow 0.0) (limit descent (log step)) (List.zip flow descent)
                      |> List.map (fun (a, b, (x, y)) -> a, b, x, y) do
                      List.iter2
                          (fun p q ->
                              within
                                  (part "estimates" (x.ErrorEstimate + y.ErrorEstimate)
                                   // The slowest mode dies like t^(-30/121).
                                   + part "slow mode" (exp (-30.0 / 121.0 * (x.LogTime + log step)))
                                   + ulps 4.0 x.LogTime)
                                  p
                                  q
                                  $"{name} at log t = {x.LogTime}")
                          a
                          b
          testCase "data twice as large: half of w at a step four times as long"
          <| fun () ->
              for name, loss in Runs.losses do
                  let logTimes = [ log 100.0; 1e2; 1e4 ]
                  let doubled = Array2D.map ((*) 2.0) Runs.fivePoints

                  let once =
                      Runs.run (Runs.descent Runs.fivePoints loss (1.0 / 16.0)) [ 1.0; -1.0 ] logTimes

                  let twice = Runs.run (Runs.descent doubled loss (1.0 / 64.0)) [ 0.5; -0.5 ] logTimes

                  for a, b in List.zip once twice do
                      for j in 0..1 do
                          within
                              (part "estimates" (a.ErrorEstimate + b.ErrorEstimate))
                              (a.Parameters[j] / 2.0)
                              b.Parameters[j]
                              $"{name}, w[{j}] at log t = {a.LogTime}"
          testCase "what is orthogonal to the data stays, to the rounding of w"
          <| fun () ->
              let rows =
                  Array2D.init 5 3 (fun i j ->
                      if j < 2 then
                          Runs.fivePoints[i, j]
                      else
                          Runs.fivePoints[i, 0] + Runs.fivePoints[i, 1])

              for name, loss in Runs.losses do
                  for snapshot in
                      Runs.run
                          (Runs.descent rows loss (1.0 / 64.0))
                          [ 1.0; 1.0; 0.5 ]
                          [ log 100.0; 20.0; 1e3; 1e6 ] do
                      let w = snapshot.Parameters
                      let size = Seq.max (Seq.map abs w)
                      // Exact iterations combine rounded rows: 2¹⁸ increments that sum to less than 16, an ulp of each.
                      within
                          (ulps 1.5 size + part "iterations" (16.0 * 2.3e-16 * 3.0))
                          1.5
                          (w[0] + w[1] - w[2])
                          $"{name} at log t = {snapshot.LogTime}"
          testCase "a step that overflows and a cancelled run are outcomes"
          <| fun () ->
              let run (step: float) (token: CancellationToken) =
                  let dynamics = Runs.descent (array2D [ [ 1.0 ]; [ -2.0 ] ]) (ExponentialLoss()) step
                  Runs.trajectory dynamics [ 0.0 ] [ 20.0 ] Runs.accuracy token

              Expect.equal (run 1e300 CancellationToken.None).Outcome Outcome.NonFinite "overflow"
              use source = new CancellationTokenSource()
              source.Cancel()
              Expect.equal (run 0.1 source.Token).Outcome Outcome.Cancelled "cancelled"
          testCase "a step size that is no step is refused"
          <| fun () ->
              for step in [ 0.0; -1.0; nan; infinity ] do
                  Expect.throwsT<ArgumentOutOfRangeException>
                      (fun () -> Runs.descent Runs.fivePoints (LogisticLoss()) step |> ignore)
                      $"{step}" ]
