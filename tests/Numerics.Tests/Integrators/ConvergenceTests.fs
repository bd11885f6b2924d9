module ImplicitBias.Tests.Integrators.ConvergenceTests

open System
open System.Threading
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Integrators
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

/// The state after equal steps of a given order.
let private repeat (stepper: IStepper) (start: float[]) (length: float) (steps: int) (order: int) =
    let h = length / float steps
    let mutable state = Array.copy start

    for k in 0 .. steps - 1 do
        let next: float[] = Array.zeroCreate state.Length
        stepper.Repeat(float k * h, state, h, order, next)
        state <- next

    state

let private error (expected: float[]) (measured: float[]) =
    Array.map2 (fun a b -> abs (a - b)) expected measured |> Array.max

/// The order seen when steps are halved; the next term of the error is of relative size O(h), so within ½ of the order.
let private measuredOrder (errorWith: int -> float) (steps: int) =
    Math.Log2(errorWith steps / errorWith (2 * steps))

let private isOrder (order: int) (measured: float) name =
    within (part "the next term of the error" 0.5) (float order) measured name

/// Steps of an embedded method under control from reading to reading.
let private run (flow: IFlow) (stepper: IStepper) (start: float[]) (target: float) (accuracy: Accuracy) =
    let run = AdaptiveRun(flow, stepper, accuracy, 0.0, start, 0.01)
    let outcome = run.AdvanceTo target
    outcome, run.State.ToArray(), run

[<Tests>]
let tests =
    testList
        "integrators"
        [ testCase "Dormand–Prince converges with order five"
          <| fun () ->
              let stepper = DormandPrince Equations.logistic

              let logistic steps =
                  repeat stepper [| 0.1 |] 2.0 steps 5 |> error [| Equations.logisticAt 0.1 2.0 |]

              isOrder 5 (measuredOrder logistic 8) "logistic equation"
              let stepper = DormandPrince Equations.oscillator

              let oscillator steps =
                  repeat stepper [| 0.0; 1.0 |] 2.0 steps 5 |> error [| sin 2.0; cos 2.0 |]

              isOrder 5 (measuredOrder oscillator 8) "oscillator"
          testCase "its dense output has a local error of order five"
          <| fun () ->
              let stepper = DormandPrince Equations.oscillator
              let start = [| 0.0; 1.0 |]
              let next: float[] = Array.zeroCreate 2
              let between: float[] = Array.zeroCreate 2

              let step (h: float) =
                  stepper.Step(0.0, start, h, Accuracy(1.0, 1.0), next) |> ignore

              let largest h =
                  step h

                  Seq.max
                      [ for tenth in 1..9 do
                            let fraction = float tenth / 10.0
                            stepper.Interpolate(fraction, between)
                            error [| sin (fraction * h); cos (fraction * h) |] between ]

              isOrder 5 (Math.Log2(largest 0.4 / largest 0.2)) "inside the step"
              step 0.5
              stepper.Interpolate(1.0, between)
              within (ulps 4.0 next[1]) next[1] between[1] "the end"
              stepper.Interpolate(0.0, between)
              within (ulps 4.0 1.0) 1.0 between[1] "the start"
          testCase "extrapolation converges with every order asked"
          <| fun () ->
              for order in 2..6 do
                  let stepper = LinearlyImplicitExtrapolation Equations.oscillator

                  let oscillator steps =
                      repeat stepper [| 0.0; 1.0 |] 2.0 steps order |> error [| sin 2.0; cos 2.0 |]

                  isOrder order (measuredOrder oscillator 8) $"oscillator, order {order}"
          testCase "a stiff mode is damped whatever the step"
          <| fun () ->
              for order in 2..8 do
                  let stepper = LinearlyImplicitExtrapolation Equations.regression
                  let state = repeat stepper [| 0.0; 0.0 |] 1e3 1 order
                  // T_kk leaves (-1)ᵏ⁻¹/((k-1)! hλ) of an infinitely fast mode, and hλ = 10⁹.
                  let left =
                      Seq.fold (fun left k -> -left / k) 3.0 (seq { 1.0 .. float (order - 1) }) / 1e9

                  within
                      (relative (float (order * order) / 1e9) left + ulps 4.0 3.0)
                      left
                      (state[1] + 3.0)
                      $"order {order}"
          testCase "an implicit run costs no more where a mode is a million times faster"
          <| fun () ->
              let stepper = LinearlyImplicitExtrapolation Equations.regression
              let accuracy = Accuracy(1e-10, 1e-10)

              let outcome, state, run =
                  run Equations.regression stepper [| 0.0; 0.0 |] 20.0 accuracy

              Expect.equal outcome Outcome.ReachedHorizon "outcome"
              // An explicit method is held to steps of 3.3/λ: six million of them.
              Expect.isLessThan run.Steps 200L "steps"
              // Local errors are damped by the flow: their sum is at most steps · accuracy · size.
              let budget = part "local errors" (float run.Steps * accuracy.Relative * 4.0)
              Array.iter2 (fun a b -> within budget a b "w") (Equations.regressionAt 20.0) state
          testCase "both methods meet their accuracy and agree on the product model"
          <| fun () ->
              let accuracy = Accuracy(1e-11, 1e-11)
              let start = [| 0.25; 1.5 |]

              let ends =
                  [ for stepper in
                        [ DormandPrince Equations.product :> IStepper
                          LinearlyImplicitExtrapolation Equations.product ] do
                        let outcome, state, run = run Equations.product stepper start 6.0 accuracy
                        Expect.equal outcome Outcome.ReachedHorizon "outcome"
                        let budget = part "local errors" (float run.Steps * accuracy.Relative * 4.0)
                        let conserved = start[0] * start[0] - start[1] * start[1]

                        within
                            (part "local errors" (float run.Steps * accuracy.Relative * 8.0))
                            conserved
                            (state[0] * state[0] - state[1] * state[1])
                            "x² - y²"

                        state, budget ]

              match ends with
              | [ explicit, a; implicit, b ] ->
                  Array.iter2 (fun x y -> within (a + b) x y "explicit and implicit") explicit implicit
                  // r = xy - 1 obeys r' = -r (x² + y²) with x² + y² ≥ 2: at 6 it is below e⁻¹² times its start.
                  within (part "decay" (exp -12.0)) 1.0 (explicit[0] * explicit[1]) "xy → 1"
              | _ -> failtest "two runs"
          testCase "a run stops exactly at its readings"
          <| fun () ->
              let stepper = DormandPrince Equations.logistic
              let start = [| 0.1 |]

              let run =
                  AdaptiveRun(Equations.logistic, stepper, Accuracy(1e-9, 1e-9), 0.0, start, 0.01)

              for target in [ 0.1; 0.5; 7.0; 100.0 ] do
                  Expect.equal (run.AdvanceTo target) Outcome.ReachedHorizon "outcome"
                  within (ulps 4.0 target) target run.Clock "clock"
          testCase "blow-up and cancellation are outcomes"
          <| fun () ->
              let square =
                  { new IFlow with
                      member _.Dimension = 1
                      member _.Rate(_, state, rate) = rate[0] <- state[0] * state[0] }

              let start, accuracy = [| 1.0 |], Accuracy(1e-9, 1e-9)

              let run () =
                  AdaptiveRun(square, DormandPrince square, accuracy, 0.0, start, 0.1)

              let blown = run ()
              let outcome = blown.AdvanceTo 2.0

              Expect.isTrue
                  (outcome = Outcome.StepUnderflow
                   || outcome = Outcome.NonFinite
                   || outcome = Outcome.StepLimit)
                  $"y' = y² has no solution at 2: {outcome}"

              // An error relative to y = 1/(1 - t) moves the singularity by no more than itself.
              Expect.isLessThan
                  blown.Clock
                  (1.0 + float blown.Steps * accuracy.Relative)
                  "it stops at the singularity"

              use source = new CancellationTokenSource()
              source.Cancel()
              Expect.equal ((run ()).AdvanceTo(0.5, source.Token)) Outcome.Cancelled "cancelled" ]
