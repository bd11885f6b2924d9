module ImplicitBias.Tests.Dynamics.FlowTests

open System
open System.Threading
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Integrators
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private readings = [ 0.0; 3.0; 10.0; 30.0; 100.0; 1e3; 1e4; 1e6 ]

/// Two runs that are the same up to a map of parameters agree within both estimates, magnified by the map.
let private agree magnification (map: float[] -> float[]) (a: Snapshot list) (b: Snapshot list) name =
    for x, y in List.zip a b do
        let mapped = map (Array.ofSeq x.Parameters)
        let size = Array.maxBy abs mapped

        Array.iteri2
            (fun j expected measured ->
                within
                    (part "first estimate" (magnification * x.ErrorEstimate)
                     + part "second estimate" y.ErrorEstimate
                     + ulps 8.0 size)
                    expected
                    measured
                    $"{name}: w[{j}] at log t = {x.LogTime}")
            mapped
            (Array.ofSeq y.Parameters)

let private onEachLoss check =
    for name, loss in Runs.losses do
        check name loss

let private rowsOf (points: float[] list) = array2D points

let private points =
    [ for i in 0..4 -> [| Runs.fivePoints[i, 0]; Runs.fivePoints[i, 1] |] ]

/// w of the data with a slack of 10⁻⁴ from w = 0, to 30 digits before rounding: to log t = 400 from Taylor series of order 40 in
/// 45-digit arithmetic (mpmath), beyond from the equation of the slow solution, Σ Eᵢ zᵢ = dw/ds, to 14 terms in 60 digits; the two
/// agree to 30 digits where both were made.
let private slackInManyDigits =
    [ "exponential", 0.0, 0.9767247606437613, 0.9343362310071113
      "exponential", 3.0, 2.1995741374164277, 2.3249634785797118
      "exponential", 10.0, 4.944858110863758, 5.972858042458117
      "exponential", 30.0, 12.316127829475935, 16.812467968069658
      "exponential", 100.0, 37.77370607078622, 54.9906021976372
      "exponential", 400.0, 146.85483935435516, 218.6264734364389
      "exponential", 1000.0, 365.017883721157, 545.8980887097474
      "exponential", 10000.0, 3637.5588660103867, 5454.964940440932
      "exponential", 100000.0, 36364.695606541616, 54545.83941643235
      "exponential", 1000000.0, 363637.42286192655, 545454.9303200855
      "logistic", 0.0, 0.872602914303328, 0.8100687846395161
      "logistic", 3.0, 2.1942858024004432, 2.298238308123189
      "logistic", 10.0, 4.948162924910864, 5.970367736972706
      "logistic", 30.0, 12.316293981629967, 16.812356723099377
      "logistic", 100.0, 37.77370607627279, 54.99060219397981
      "logistic", 400.0, 146.85483935435516, 218.6264734364389
      "logistic", 1000.0, 365.017883721157, 545.8980887097474
      "logistic", 10000.0, 3637.5588660103867, 5454.964940440932
      "logistic", 100000.0, 36364.695606541616, 54545.83941643235
      "logistic", 1000000.0, 363637.42286192655, 545454.9303200855 ]

[<Tests>]
let tests =
    testList
        "gradient flow"
        [ testCase "log time, loss clock and time itself agree"
          <| fun () ->
              onEachLoss (fun name loss ->
                  let logTimes = [ -3.0; 0.0; 2.0; 5.0 ]
                  let coMoving = Runs.run (Runs.flow Runs.fivePoints loss) [ 0.5; -0.5 ] logTimes

                  let inLossClock =
                      Runs.run (GradientFlow(Runs.hidden Runs.fivePoints, loss)) [ 0.5; -0.5 ] logTimes

                  agree 1.0 id inLossClock coMoving $"{name}, loss clock"
                  let time = TimeClock(LinearModel Runs.fivePoints, loss)
                  let start, accuracy = [| 0.5; -0.5 |], Accuracy(0.0, 1e-13)
                  let run = AdaptiveRun(time, DormandPrince time, accuracy, 0.0, start, 1e-3)

                  for snapshot in coMoving do
                      Expect.equal (run.AdvanceTo(exp snapshot.LogTime)) Outcome.ReachedHorizon "plain time"
                      // The flow of a convex loss does not expand errors: they add up, √2 from the maximum norm.
                      let local = part "local errors" (1.5 * float run.Steps * accuracy.Absolute)

                      for j in 0..1 do
                          within
                              (local + part "estimate" snapshot.ErrorEstimate)
                              run.State[j]
                              snapshot.Parameters[j]
                              $"{name}, time, w[{j}] at log t = {snapshot.LogTime}")
          testCase "the loss clock agrees as far as its own rounding reaches"
          <| fun () ->
              onEachLoss (fun name loss ->
                  agree
                      1.0
                      id
                      (Runs.run
                          (GradientFlow(Runs.hidden Runs.fivePoints, loss))
                          [ 0.0; 0.0 ]
                          [ 10.0; 100.0; 1e3 ])
                      (Runs.run (Runs.flow Runs.fivePoints loss) [ 0.0; 0.0 ] [ 10.0; 100.0; 1e3 ])
                      name)
          testCase "turning the data turns the run"
          <| fun () ->
              // The rotation by (3/5, 4/5), of data that it turns into doubles exactly: multiples of 5/2.
              let turn (z: float[]) =
                  [| 0.6 * z[0] - 0.8 * z[1]; 0.8 * z[0] + 0.6 * z[1] |]

              let scaled = points |> List.map (Array.map ((*) 2.5))

              let turned =
                  scaled
                  |> List.map (fun z ->
                      [| (3.0 * z[0] - 4.0 * z[1]) / 5.0; (4.0 * z[0] + 3.0 * z[1]) / 5.0 |])

              onEachLoss (fun name loss ->
                  agree
                      1.4
                      turn
                      (Runs.run (Runs.flow (rowsOf scaled) loss) [ 0.5; 0.25 ] [ 0.0; 3.0; 30.0; 1e3 ])
                      (Runs.run
                          (Runs.flow (rowsOf turned) loss)
                          (turn [| 0.5; 0.25 |] |> List.ofArray)
                          [ 0.0; 3.0; 30.0; 1e3 ])
                      name)
          testCase "data twice as large: w(t) is half of what it was at 4t"
          <| fun () ->
              onEachLoss (fun name loss ->
                  let doubled = points |> List.map (Array.map ((*) 2.0)) |> rowsOf

                  agree
                      0.5
                      (Array.map (fun w -> w / 2.0))
                      (Runs.run
                          (Runs.flow Runs.fivePoints loss)
                          [ 1.0; -1.0 ]
                          (readings |> List.map ((+) (log 4.0))))
                      (Runs.run (Runs.flow doubled loss) [ 0.5; -0.5 ] readings)
                      name)
          testCase "every point twice: time runs twice as fast"
          <| fun () ->
              onEachLoss (fun name loss ->
                  agree
                      1.0
                      id
                      (Runs.run
                          (Runs.flow Runs.fivePoints loss)
                          [ 0.0; 0.0 ]
                          (readings |> List.map ((+) (log 2.0))))
                      (Runs.run (Runs.flow (rowsOf (points @ points)) loss) [ 0.0; 0.0 ] readings)
                      name)
          testCase "the order of the points does not matter"
          <| fun () ->
              onEachLoss (fun name loss ->
                  agree
                      1.0
                      id
                      (Runs.run (Runs.flow Runs.fivePoints loss) [ 0.0; 0.0 ] readings)
                      (Runs.run (Runs.flow (rowsOf (List.rev points)) loss) [ 0.0; 0.0 ] readings)
                      name)
          testCase "what is orthogonal to the data stays, to the rounding of w"
          <| fun () ->
              // (1, 1, -1) is orthogonal to rows (x, y, x + y).
              let rows = points |> List.map (fun z -> [| z[0]; z[1]; z[0] + z[1] |]) |> rowsOf

              onEachLoss (fun name loss ->
                  for snapshot in Runs.run (Runs.flow rows loss) [ 1.0; 1.0; 0.5 ] readings do
                      let w = snapshot.Parameters
                      let size = Seq.max (Seq.map abs w)
                      // Each coordinate is rounded once: half an ulp each.
                      within (ulps 1.5 size) 1.5 (w[0] + w[1] - w[2]) $"{name} at log t = {snapshot.LogTime}")
          testCase "a tighter run lies within the estimate, also with a slack of 10⁻⁴"
          <| fun () ->
              for rows in [ Runs.fivePoints; Runs.nearlyActive ] do
                  onEachLoss (fun name loss ->
                      let run accuracy =
                          Runs.trajectory
                              (Runs.flow rows loss)
                              [ 0.0; 0.0 ]
                              readings
                              accuracy
                              CancellationToken.None

                      let tight = run (Accuracy(1e-17, 1e-15))

                      for tolerance in [ 1e-11; 1e-9; 1e-7 ] do
                          let loose = run (Accuracy(1e-3 * tolerance, tolerance))

                          for a, b in Seq.zip tight.Snapshots loose.Snapshots do
                              let error = Runs.distance a.Parameters b.Parameters
                              let size = Seq.max (Seq.map abs b.Parameters)

                              Expect.isLessThanOrEqual
                                  error
                                  (b.ErrorEstimate + a.ErrorEstimate)
                                  $"{name} at {tolerance}, log t = {a.LogTime}"

                              Expect.isLessThanOrEqual
                                  error
                                  // The four units that the estimate of either run always holds.
                                  (tolerance + 8.0 * ulp 1.0 * size)
                                  $"{name} at {tolerance}, log t = {a.LogTime}: as accurate as asked")
          testCase "the estimate is above the error, and not far above, also with a slack of 10⁻⁴"
          <| fun () ->
              for name, loss in Runs.losses do
                  let expected =
                      [ for loss, logTime, x, y in slackInManyDigits do
                            if loss = name then
                                logTime, x, y ]

                  let flow = Runs.flow Runs.nearlyActive loss
                  let logTimes = [ for logTime, _, _ in expected -> logTime ]
                  let inOneRun = Runs.run flow [ 0.0; 0.0 ] logTimes

                  let alone =
                      [ for logTime in logTimes -> Runs.run flow [ 0.0; 0.0 ] [ logTime ] |> List.head ]

                  for (logTime, x, y), snapshot in List.zip (expected @ expected) (inOneRun @ alone) do
                      let error = Runs.distance [ x; y ] snapshot.Parameters
                      let ulp = Math.BitIncrement(max x y) - max x y
                      let name = $"{name} at log t = {logTime}"
                      // The table is rounded too.
                      Expect.isLessThanOrEqual error (snapshot.ErrorEstimate + ulp / 2.0) $"{name}: covered"

                      Expect.isLessThanOrEqual
                          snapshot.ErrorEstimate
                          (100.0 * max error (2.0 * ulp))
                          $"{name}: a sharp estimate"
          testCase "the cost does not grow with log t"
          <| fun () ->
              for rows in [ Runs.fivePoints; Runs.nearlyActive ] do
                  onEachLoss (fun name loss ->
                      let steps horizon =
                          (Runs.trajectory
                              (Runs.flow rows loss)
                              [ 0.0; 0.0 ]
                              [ horizon ]
                              Runs.accuracy
                              CancellationToken.None)
                              .Steps

                      Expect.isLessThanOrEqual (float (steps 1e6)) (1.5 * float (steps 700.0)) name
                      Expect.isLessThanOrEqual (steps 1e6) 30L $"{name}: a few steps")
          testCase "a loss without an exponential tail runs too"
          <| fun () ->
              let snapshots =
                  Runs.run
                      (Runs.flow Runs.fivePoints (PolynomialTailLoss 2.0))
                      [ 0.0; 0.0 ]
                      [ 0.0; 5.0; 20.0 ]

              Expect.isLessThan snapshots[2].LogLoss snapshots[1].LogLoss "the loss falls"
          testCase "data that cannot be separated come to rest"
          <| fun () ->
              let rows = array2D [ [ 1.0; 0.5 ]; [ -1.0; 0.25 ]; [ 0.5; -1.0 ] ]

              onEachLoss (fun name loss ->
                  let trajectory =
                      Runs.trajectory
                          (Runs.flow rows loss)
                          [ 0.0; 0.0 ]
                          [ 5.0; 1e3 ]
                          Runs.accuracy
                          CancellationToken.None

                  Expect.equal trajectory.Outcome Outcome.Stationary name
                  Expect.equal trajectory.Snapshots.Length 1 $"{name}: the reading before that is kept")
          testCase "an accuracy of zero is held to rounding, and a cancelled run is told so"
          <| fun () ->
              let run =
                  Runs.trajectory (Runs.flow Runs.fivePoints (LogisticLoss())) [ 0.0; 0.0 ] [ 1.0; 100.0 ]

              let exact = run (Accuracy(0.0, 0.0)) CancellationToken.None
              Expect.equal exact.Outcome Outcome.ReachedHorizon "zero"
              use source = new CancellationTokenSource()
              source.Cancel()
              let cancelled = run Runs.accuracy source.Token
              Expect.equal cancelled.Outcome Outcome.Cancelled "cancelled"
              Expect.isEmpty cancelled.Snapshots "nothing invented"
          testCase "a start at the minimum stays there"
          <| fun () ->
              let rows = array2D [ [ 1.0 ]; [ -1.0 ] ]

              for snapshot in Runs.run (Runs.flow rows (LogisticLoss())) [ 0.0 ] [ 0.0; 1e6 ] do
                  Expect.equal snapshot.Parameters[0] 0.0 "w" ]
