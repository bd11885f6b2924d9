/// What every loss must do, applied to each of LossInstances.
module ImplicitBias.Tests.Losses.LossBatteryTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests
open ImplicitBias.Tests.Within
open ImplicitBias.Tests.LossInstances

module Reference = ImplicitBias.Tests.HighPrecision

let private margins =
    let random = Seeded.random 1710

    [ 0.0; 1e-300; 1e-12; 0.5; 1.0; 36.9; 37.1; 300.0; 700.0 ]
    |> List.collect (fun m -> [ m; -m ])
    |> List.append (List.init 60 (fun _ -> Seeded.uniform random -40.0 40.0))

/// Away from 0, where the third derivative of a polynomial tail has a kink.
let private smoothMargins = [ -12.0; -3.0; -0.7; 0.7; 1.5; 6.0; 20.0 ]

/// Rounding of one derivative, relative: a few ulp, more where it is computed as e^{log}.
let private rounding (instance: Instance) (size: float) =
    let logarithms =
        if instance.ThroughLogarithms && size <> 0.0 then
            abs (log (abs size)) + 2.0
        else
            1.0

    4.0 * 2.2e-16 * logarithms

let private derivatives: (string * (ILoss -> float -> float[] -> float[]) * (Exact -> Rational)) list =
    [ "first", gradient, _.First
      "second", curvature, _.Second
      "third", thirdDerivative, _.Third ]

let private exactValues (instance: Instance) =
    testCase "log-value of one margin" (fun () ->
        for m in margins do
            let predicted = (Reference.log (instance.Exact(Reference.exact m)).Value).ToDouble()
            let measured = logValue instance.Loss [| m |]
            within (ulps 4.0 (max 1.0 (abs predicted))) predicted measured $"log ℓ(%.17g{m})")

let private exactSum (instance: Instance) =
    testCase "log-value of many margins" (fun () ->
        let random = Seeded.random 42

        for n in [ 2; 3; 10; 40 ] do
            let centre = Seeded.uniform random -100.0 100.0
            let sample = Array.init n (fun _ -> centre + Seeded.uniform random -10.0 10.0)

            let total =
                sample
                |> Array.map (fun m -> (instance.Exact(Reference.exact m)).Value)
                |> Array.fold (+) Rational.Zero

            let predicted = (Reference.log total).ToDouble()

            within
                (ulps 4.0 (max 1.0 (abs predicted)))
                predicted
                (logValue instance.Loss sample)
                $"{n} margins")

/// Naive summation would be off by thousands of ulp here.
let private manyMargins (instance: Instance) =
    testCase "log-value of 100 001 margins" (fun () ->
        let count, one, many = 100_000, 0.9, 1.1

        let value m =
            (instance.Exact(Reference.exact m)).Value

        let total = value one + Rational.op_Implicit (int64 count) * value many
        let predicted = (Reference.log total).ToDouble()

        let measured =
            logValue instance.Loss (Array.append (Array.create count many) [| one |])

        within (ulps 3.0 predicted) predicted measured "ℓ(0.9) + 10⁵ ℓ(1.1)")

let private exactDerivatives (instance: Instance) =
    [ for name, derivative, pick in derivatives ->
          testCase $"{name} derivative" (fun () ->
              // All at once, four to a vector, and one by one.
              let together = derivative instance.Loss 0.0 (Array.ofList margins)

              for i, m in List.indexed margins do
                  let predicted = (pick (instance.Exact(Reference.exact m))).ToDouble()
                  let alone = derivative instance.Loss 0.0 [| m |] |> Array.head

                  for measured in [ together[i]; alone ] do
                      within
                          (relative (rounding instance predicted) predicted)
                          predicted
                          measured
                          $"{name} derivative at %.17g{m}") ]

/// Gradient → Curvature → ThirdDerivative by extrapolated differences: independent of any reference.
let private chain (instance: Instance) =
    [ for name, f, derivative in
          [ "first to second", gradient, curvature
            "second to third", curvature, thirdDerivative ] ->
          testCase $"differences: {name}" (fun () ->
              for m in smoothMargins do
                  let at m =
                      (f instance.Loss 0.0 [| m |] |> Array.head)

                  let measured, budget = Richardson.derivative (rounding instance (at m)) at m 0.5

                  within
                      budget
                      (derivative instance.Loss 0.0 [| m |] |> Array.head)
                      measured
                      $"{name} at {m}") ]

let private gradientOfLogValue (instance: Instance) =
    testCase "differences: log-value to gradient, along random directions" (fun () ->
        let random = Seeded.random 7

        for _ in 1..20 do
            let sample = Array.init 6 (fun _ -> Seeded.uniform random 1.0 9.0)
            let direction = Array.init 6 (fun _ -> Seeded.uniform random -1.0 1.0)

            let along step =
                Array.map2 (fun m v -> m + step * v) sample direction |> logValue instance.Loss

            let weights = gradient instance.Loss (logValue instance.Loss sample) sample
            let predicted = Array.fold2 (fun sum w v -> sum + w * v) 0.0 weights direction
            let measured, budget = Richardson.derivative (4.0 * 2.2e-16) along 0.0 0.4
            within (budget + ulps 20.0 1.0) predicted measured "d/ds log L(m + s v)")

/// The error of a central difference of f must fall like h²: halving the step divides it by four.
let private order (instance: Instance) =
    testCase "central differences of the gradient converge with order 2" (fun () ->
        for m in [ 0.7; 1.5; 6.0 ] do
            let at m =
                (gradient instance.Loss 0.0 [| m |] |> Array.head)

            let truth = (curvature instance.Loss 0.0 [| m |] |> Array.head)
            let error h = abs (Richardson.central at m h - truth)
            let order h = Math.Log2(error h / error (h / 2.0))
            // observed order = 2 + O(h²); its own change from h to h/2 is three quarters of that.
            let change = abs (order 0.02 - order 0.01)
            within (part "O(h²)" (2.0 * change) + part "rounding" 1e-4) 2.0 (order 0.01) $"order at {m}")

let private scaled (instance: Instance) =
    testCase "logScale divides by its exponential" (fun () ->
        for _, derivative, _ in derivatives do
            for m in smoothMargins do
                for logScale in [ -30.0; -1.0; 2.5; 30.0 ] do
                    let plain = (derivative instance.Loss 0.0 [| m |] |> Array.head)
                    let predicted = plain * exp -logScale

                    let slack =
                        part "of m + logScale" (4.0 * 2.2e-16 * (abs m + abs logScale + 4.0) * abs predicted)

                    within
                        (slack + relative (rounding instance plain) predicted)
                        predicted
                        (derivative instance.Loss logScale [| m |] |> Array.head)
                        $"m = {m}, logScale = {logScale}")

let private shape (instance: Instance) =
    [ Seeded.property 1UL "decreasing and convex" (fun (seed: int) ->
          let random = Seeded.random seed
          let m = Seeded.uniform random -50.0 50.0
          let first = (gradient instance.Loss 0.0 [| m |] |> Array.head)
          let second = (curvature instance.Loss 0.0 [| m |] |> Array.head)
          first < 0.0 && second > 0.0)
      Seeded.property 2UL "log-value falls when a margin grows" (fun (seed: int) ->
          let random = Seeded.random seed
          let sample = Array.init 5 (fun _ -> Seeded.uniform random -50.0 50.0)
          let grown = Array.map (fun m -> m + Seeded.uniform random 0.5 2.0) sample
          logValue instance.Loss grown < logValue instance.Loss sample)
      Seeded.property 3UL "midpoint convexity of L" (fun (seed: int) ->
          let random = Seeded.random seed
          let a = Array.init 4 (fun _ -> Seeded.uniform random -20.0 20.0)
          let b = Array.init 4 (fun _ -> Seeded.uniform random -20.0 20.0)
          let middle = Array.map2 (fun x y -> 0.5 * (x + y)) a b
          let logOf sample = logValue instance.Loss sample
          // The exponential turns the rounding of a logarithm into a relative one of that size, on both sides.
          let slack = 4.0 * ulp 1.0 * (1.0 + abs (logOf a) + abs (logOf b))
          exp (logOf middle) <= 0.5 * (exp (logOf a) + exp (logOf b)) * (1.0 + slack))
      Seeded.property 4UL "order of the samples does not matter" (fun (seed: int) ->
          let random = Seeded.random seed
          let sample = Array.init 30 (fun _ -> Seeded.uniform random -20.0 20.0)

          let there, back =
              logValue instance.Loss sample, logValue instance.Loss (Array.rev sample)

          abs (there - back) <= 4.0 * ulp (max 1.0 (abs there))) ]

let private extremes (instance: Instance) =
    let atPlus, atMinus = instance.Extremes

    [ testCase "log-value at ±1e300" (fun () ->
          within (ulps 2.0 atPlus) atPlus (logValue instance.Loss [| 1e300 |]) "1e300"
          within (ulps 2.0 atMinus) atMinus (logValue instance.Loss [| -1e300 |]) "-1e300"

          within
              (ulps 2.0 atMinus)
              atMinus
              (logValue instance.Loss [| 1e300; -1e300 |])
              "the worst margin counts")
      testCase "relative derivatives are finite, of the right sign and at most some polynomial" (fun () ->
          for m in [ 1e3; 1e6; 1e12; 1e300; -1e3; -1e6; -1e12; -1e300 ] do
              let logScale = logValue instance.Loss [| m |]

              for name, derivative, _ in derivatives do
                  for measured in derivative instance.Loss logScale (Array.create 5 m) do
                      Expect.isTrue (Double.IsFinite measured) $"{name} derivative at {m} is {measured}"
                      Expect.isTrue (abs measured <= 60.0) $"{name} derivative at {m} is {measured}"

              Expect.isTrue ((gradient instance.Loss logScale [| m |] |> Array.head) < 0.0) $"ℓ' < 0 at {m}")
      testCase "no margins: log 0" (fun () ->
          Expect.equal (logValue instance.Loss [||]) -infinity "empty sum")
      testCase "an infinite margin has no loss" (fun () ->
          Expect.equal (logValue instance.Loss [| infinity |]) -infinity "ℓ(∞) = 0"

          Expect.equal
              (logValue instance.Loss [| infinity; 2.0 |])
              (logValue instance.Loss [| 2.0 |])
              "adds nothing")
      testCase "NaN in, NaN out" (fun () ->
          let late = Array.init 11 (fun i -> 50.0 + float i)

          for sample in
              [ [| nan |]
                [| 1.0; nan |]
                [| nan; 1.0 |]
                [| 50.0; nan; 60.0 |]
                yield! List.init 11 (fun i -> Array.updateAt i nan late) ] do
              Expect.isTrue (Double.IsNaN(logValue instance.Loss sample)) "log-value"

          for _, derivative, _ in derivatives do
              for i in 0..4 do
                  let weights =
                      derivative instance.Loss 0.0 (Array.updateAt i nan (Array.create 5 1.0))

                  for j in 0..4 do
                      Expect.equal (Double.IsNaN weights[j]) (i = j) "NaN where the margin is, nowhere else")
      testCase "weights of another length are refused" (fun () ->
          for run in
              [ fun () -> instance.Loss.Gradient(ReadOnlySpan [| 1.0; 2.0 |], 0.0, Span [| 0.0 |])
                fun () -> instance.Loss.Curvature(ReadOnlySpan [| 1.0 |], 0.0, Span [| 0.0; 0.0 |])
                fun () -> instance.Loss.ThirdDerivative(ReadOnlySpan [| 1.0 |], 0.0, Span [||]) ] do
              Expect.throwsT<ArgumentOutOfRangeException> run "length") ]

let private allocation (instance: Instance) =
    testCase "nothing is allocated" (fun () ->
        let sample = Array.init 100 (fun i -> float i - 50.0)
        let weights: float[] = Array.zeroCreate 100

        let run () =
            let logScale = instance.Loss.LogValue(ReadOnlySpan sample)
            instance.Loss.Gradient(ReadOnlySpan sample, logScale, Span weights)
            instance.Loss.Curvature(ReadOnlySpan sample, logScale, Span weights)
            instance.Loss.ThirdDerivative(ReadOnlySpan sample, logScale, Span weights)

        run ()
        let before = GC.GetAllocatedBytesForCurrentThread()

        for _ in 1..100 do
            run ()

        Expect.equal (GC.GetAllocatedBytesForCurrentThread() - before) 0L "bytes")

[<Tests>]
let battery =
    testList
        "losses"
        [ for instance in instances ->
              testList
                  instance.Name
                  [ exactValues instance
                    exactSum instance
                    manyMargins instance
                    yield! exactDerivatives instance
                    yield! chain instance
                    gradientOfLogValue instance
                    order instance
                    scaled instance
                    yield! shape instance
                    yield! extremes instance
                    allocation instance ] ]
