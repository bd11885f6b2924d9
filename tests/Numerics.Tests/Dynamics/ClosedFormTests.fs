/// Flows whose solution is known for all t, to log t = 10⁶: the truth that the error estimates are held against.
module ImplicitBias.Tests.Dynamics.ClosedFormTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private readings =
    [ -30.0; -5.0; 0.0; 2.0; 5.0; 10.0; 30.0; 100.0; 700.0; 1e4; 1e5; 1e6 ]

/// log(e^a + t) for t known by its logarithm.
let private logAfter (a: float) (logTime: float) = LogDomain.LogAdd(a, logTime)

/// The root m of m + e^m = c + t, Newton on log(c + t - m) = m where it is large.
let private logisticMargin (start: float) (logTime: float) =
    let total =
        if logTime < 600.0 then
            log (start + exp start + exp logTime)
        else
            logTime

    if logTime < 3.0 then
        // Newton on a convex increasing function.
        let target = start + exp start + exp logTime
        let mutable m = start

        for _ in 1..100 do
            m <- m - (m + exp m - target) / (1.0 + exp m)

        m
    else
        // m = log(T - m) = log T + log(1 - m/T), a contraction by 1/T.
        let mutable m = total

        for _ in 1..100 do
            m <- total + LogDomain.Log1p(-m * exp -total)

        m

/// The estimate covers the error; the closed form is itself rounded, to a few ulp of its largest term.
let private covers (largestTerm: float) (expected: float list) (snapshot: Snapshot) name =
    List.iteri2
        (fun j truth measured ->
            within
                (part "estimate" snapshot.ErrorEstimate + ulps 4.0 (max largestTerm (abs truth)))
                truth
                measured
                $"{name}, w[{j}] at log t = {snapshot.LogTime}")
        expected
        (List.ofSeq snapshot.Parameters)

    let size = Seq.max (Seq.map abs snapshot.Parameters)
    // Twice a local error of 10⁻¹¹ at most, and room for the errors of two steps to add up.
    Expect.isLessThanOrEqual snapshot.ErrorEstimate (4e-11 + 2e-15 * size) $"{name}: a sharp estimate"

[<Tests>]
let tests =
    testList
        "flows in closed form"
        [ testCase "orthogonal points under the exponential loss: e^m grows by ‖z‖² t"
          <| fun () ->
              // Margins decouple: m' = ‖z‖² e^{-m}.
              for start in [ [ 0.0; 0.0 ]; [ 0.5; -1.25 ] ] do
                  for snapshot in
                      Runs.run
                          (Runs.flow (array2D [ [ 1.0; 0.0 ]; [ 0.0; 2.0 ] ]) (ExponentialLoss()))
                          start
                          readings do
                      let margin square w =
                          logAfter w (snapshot.LogTime + log square)

                      covers
                          0.0
                          [ margin 1.0 start[0]; margin 4.0 (2.0 * start[1]) / 2.0 ]
                          snapshot
                          "orthogonal"
          testCase "readings before anything moves: z w = log(1 + z² t), right to a few ulp"
          <| fun () ->
              for z in [ 0.3; 0.7; 1.1; 2.3; 5.9; 17.3 ] do
                  for snapshot in
                      Runs.run
                          (Runs.flow (array2D [ [ z ] ]) (ExponentialLoss()))
                          [ 0.0 ]
                          [ -300.0; -60.0; -20.0; -8.0 ] do
                      let expected = LogDomain.Log1p(z * z * exp snapshot.LogTime) / z
                      // The closed form is rounded four times.
                      let budget = part "estimate" snapshot.ErrorEstimate + ulps 2.0 expected

                      within budget expected snapshot.Parameters[0] $"{z} at log t = {snapshot.LogTime}"
          testCase "one point under the logistic loss: m + e^m grows by t"
          <| fun () ->
              for start in [ 0.0; 1.5; -2.0 ] do
                  for snapshot in
                      Runs.run (Runs.flow (array2D [ [ 1.0 ] ]) (LogisticLoss())) [ start ] readings do
                      covers
                          (abs start + exp start)
                          [ logisticMargin start snapshot.LogTime ]
                          snapshot
                          $"from {start}"
          testCase "a zero dual variable: (e^b - 1) e^{e^b} = e t, e^b + b - a = 1"
          <| fun () ->
              let rows = array2D [ [ 1.0; 0.0 ]; [ 1.0; 1.0 ] ]

              for snapshot in Runs.run (Runs.flow rows (ExponentialLoss())) [ 0.0; 0.0 ] readings do
                  let a, b = snapshot.Parameters[0], snapshot.Parameters[1]
                  let estimate = snapshot.ErrorEstimate
                  let growth = exp b
                  // Errors of a and b enter with weights 1 and e^b + 1.
                  let budget = part "estimate" ((growth + 2.0) * estimate) + ulps 8.0 (a + 2.0)
                  within budget 1.0 (growth + b - a) $"invariant at log t = {snapshot.LogTime}"

                  if snapshot.LogTime > -20.0 then
                      // d/db of log(e^b - 1) + e^b = e^b/(e^b - 1) + e^b.
                      let slope = growth / LogDomain.Expm1 b + growth
                      let budget = part "estimate" (slope * estimate) + ulps 16.0 (growth + 2.0)

                      within
                          budget
                          (1.0 + snapshot.LogTime)
                          (log (LogDomain.Expm1 b) + growth)
                          $"time at log t = {snapshot.LogTime}"
          testCase "a start of any loss: margins of ±10⁵"
          <| fun () ->
              for start in [ 1e5; -1e5 ] do
                  for snapshot in
                      Runs.run
                          (Runs.flow (array2D [ [ 1.0 ] ]) (ExponentialLoss()))
                          [ start ]
                          [ -2e5; -1e5; 0.0; 1e5; 2e5 ] do
                      within
                          (part "estimate" snapshot.ErrorEstimate + ulps 4.0 start)
                          (logAfter start snapshot.LogTime)
                          snapshot.Parameters[0]
                          $"from {start} at log t = {snapshot.LogTime}" ]
