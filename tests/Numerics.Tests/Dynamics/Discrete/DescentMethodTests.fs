/// Every method against its published formula, written down a second time over whole vectors.
module ImplicitBias.Tests.Dynamics.Discrete.DescentMethodTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private signedInputs =
    array2D
        [ [ 2.0; 0.5; -0.25 ]
          [ 0.5; 1.5; 1.0 ]
          [ 3.0; 1.0; -2.0 ]
          [ 1.0; 3.0; 0.75 ]
          [ 2.5; -0.5; 1.25 ] ]

let private start = [| 0.25; -0.5; 0.125 |]

/// L = Σ e^{-z·w} and its gradient, by the formula.
let private loss (w: float[]) =
    Seq.sum (seq { for i in 0..4 -> exp -(Array.fold2 (fun s z x -> s + z * x) 0.0 signedInputs[i, *] w) })

let private slope (w: float[]) =
    Array.init 3 (fun j ->
        Seq.sum (
            seq {
                for i in 0..4 ->
                    -signedInputs[i, j]
                    * exp -(Array.fold2 (fun s z x -> s + z * x) 0.0 signedInputs[i, *] w)
            }
        ))

let private plus a b = Array.map2 (+) a b
let private times (s: float) a = Array.map ((*) s) a
let private zero = Array.zeroCreate<float> 3

let private iterate (model: IModel) (method: 'method) batches count =
    let descent =
        Descent<'method>(model, ExponentialLoss(), method, ReadOnlySpan start, batches)

    for _ in 1..count do
        descent.Step()

    descent.Parameters.ToArray()

/// count iterations of the loop.
let private after count (method: 'method) =
    iterate (LinearModel signedInputs) method null count

let private largest (w: float[]) = w |> Array.map abs |> Array.max

/// A method, and its iterates by the formula: state, then what a step makes of it.
let private agrees
    name
    (method: 'method)
    (initial: 'state)
    (step: int -> 'state -> float[] -> 'state * float[])
    =
    testCase name (fun () ->
        let mutable state, w = initial, start

        for k in 1..40 do
            let next, moved = step (k - 1) state w
            state <- next
            w <- moved
            let measured = after k method

            for j in 0..2 do
                // k steps of a contracting map, each with five terms a gradient, on both sides.
                within
                    (roundings (10.0 * float k) (largest w))
                    w[j]
                    measured[j]
                    $"iteration {k}, parameter {j}")

let private norm2 (w: float[]) = sqrt (Array.sumBy (fun x -> x * x) w)

let private smallestMargin (w: float[]) =
    Seq.min (seq { for i in 0..4 -> Array.fold2 (fun s z x -> s + z * x) 0.0 signedInputs[i, *] w })

[<Tests>]
let tests =
    testList
        "descent methods"
        [ agrees "fixed step" (FixedStep 0.05) () (fun _ () w -> (), plus w (times -0.05 (slope w)))
          agrees "normalised step" (NormalizedStep(0.3, 0.0)) () (fun _ () w ->
              (), plus w (times (-0.3 / loss w) (slope w)))
          agrees "aggressive step" (NormalizedStep(0.3, 0.5)) () (fun k () w ->
              (), plus w (times (-0.3 / sqrt (float k + 1.0) / loss w) (slope w)))
          agrees "heavy ball" (HeavyBall(0.05, 0.75)) start (fun _ before w ->
              // Polyak's two-term form, without a velocity.
              w, plus (plus w (times -0.05 (slope w))) (times 0.75 (plus w (times -1.0 before))))
          agrees "Nesterov's momentum" (NesterovMomentum(0.05, 0.75)) start (fun _ before w ->
              let ahead = plus w (times 0.75 (plus w (times -1.0 before)))
              w, plus ahead (times -0.05 (slope ahead)))
          agrees "AdaGrad" (AdaGrad(0.1, 1e-6)) zero (fun _ sums w ->
              let g = slope w
              let sums = plus sums (Array.map2 (*) g g)
              sums, Array.mapi (fun j x -> x - 0.1 * g[j] / (sqrt sums[j] + 1e-6)) w)
          agrees "RMSProp" (RmsProp(0.01, 0.9, 1e-6)) zero (fun _ mean w ->
              let g = slope w
              let mean = plus (times 0.9 mean) (times 0.1 (Array.map2 (*) g g))
              mean, Array.mapi (fun j x -> x - 0.01 * g[j] / (sqrt mean[j] + 1e-6)) w)
          agrees "Adam" (Adam(0.01, 0.9, 0.999, 1e-8)) (zero, zero) (fun k (first, second) w ->
              let g = slope w
              let first = plus (times 0.9 first) (times 0.1 g)
              let second = plus (times 0.999 second) (times 0.001 (Array.map2 (*) g g))

              let unbiased decay =
                  times (1.0 / (1.0 - decay ** float (k + 1)))

              let m, s = unbiased 0.9 first, unbiased 0.999 second
              (first, second), Array.mapi (fun j x -> x - 0.01 * m[j] / (sqrt s[j] + 1e-8)) w)
          agrees "steepest in ℓ₁" (SteepestStep(0.05, DescentNorm.L1)) () (fun _ () w ->
              let g = slope w
              let at = Array.findIndex (fun x -> abs x = Array.max (Array.map abs g)) g
              (), Array.mapi (fun j x -> if j = at then x - 0.05 * g[j] else x) w)
          agrees "steepest in ℓ_∞" (SteepestStep(0.01, DescentNorm.LInfinity)) () (fun _ () w ->
              let g = slope w
              let length = Array.sumBy abs g
              (), Array.mapi (fun j x -> x - 0.01 * length * float (sign g[j])) w)

          testCase "steepest descent finds the max-margin direction of its own norm, and of no other"
          <| fun () ->
              // γ₁ = 0.92 at (9, 1)/10, γ_∞ = 1.2 at (1, 1); each misses the other by more than a tenth. γ - margin
              // falls like 1/log k: within a twentieth after 4·10⁵ steps.
              let z = array2D [ [ 1.0; 0.2 ]; [ 0.8; 2.0 ] ]
              let exact = Array2D.map Exact.Rational.FromDecimal z

              let direction norm =
                  let method = SteepestStep(0.05, norm)

                  let descent =
                      Descent<_>(LinearModel z, ExponentialLoss(), method, ReadOnlySpan [| 0.0; 0.0 |])

                  descent.Advance 400_000L |> ignore
                  descent.Parameters.ToArray()

              let margin (size: float[] -> float) (w: float[]) =
                  Seq.min (seq { for i in 0..1 -> (z[i, 0] * w[0] + z[i, 1] * w[1]) / size w })

              for norm, size, reference in
                  [ DescentNorm.L1, Array.sumBy abs, MarginNorm.L1
                    DescentNorm.LInfinity, (Array.map abs >> Array.max), MarginNorm.LInfinity ] do
                  match NormMargin.Solve(exact, reference) with
                  | :? NormMarginResult.Solved as solved ->
                      let gamma = solved.Margin.ToDouble()
                      let own = margin size (direction norm)
                      Expect.isTrue (own <= gamma + 4.0 * ulp gamma) $"{norm}: no margin above {gamma}"
                      within (relative 0.05 gamma) gamma own $"margin of {norm}"

                      let other =
                          if norm = DescentNorm.L1 then
                              DescentNorm.LInfinity
                          else
                              DescentNorm.L1

                      Expect.isTrue
                          (margin size (direction other) < 0.9 * gamma)
                          $"descent in {other} must not find the margin of {norm}"
                  | _ -> failtest "separable"

          testCase "descent on log L is as far after k steps as descent on L after e^k"
          <| fun () ->
              // Every step multiplies the loss by about exp(-η‖∇ log L‖²), so that log L falls linearly.
              let at k =
                  log (loss (after k (NormalizedStep(0.1, 0.0))))

              let early, late = at 200 - at 100, at 300 - at 200
              within (relative 0.02 early) early late "the fall of log L over 100 steps"
              Expect.isTrue (late < -10.0) "and it is large"

          testCase "normalised descent goes on where the loss has underflown"
          <| fun () ->
              let w = after 40_000 (NormalizedStep(0.1, 0.0))
              Expect.equal (loss w) 0.0 "L is below every double"
              Expect.isTrue (smallestMargin w > 3000.0) "margins keep growing"
              let before = after 20_000 (NormalizedStep(0.1, 0.0))

              Expect.isTrue
                  (smallestMargin w / norm2 w >= smallestMargin before / norm2 before)
                  "and so does the normalised margin"

          testCase "a batch of all rows is full-batch descent"
          <| fun () ->
              let model = LinearModel signedInputs
              let full = iterate model (FixedStep 0.05) null 50

              let batched =
                  iterate model (FixedStep 0.05) (Batches(Sampling.WithoutReplacement, 5, 3UL)) 50

              for j in 0..2 do
                  // Fifty sums of five terms, in another order.
                  within (roundings 250.0 (largest full)) full[j] batched[j] "up to the order of the rows"

          testCase "batches of a linear model and of any model agree"
          <| fun () ->
              let linear = LinearModel signedInputs

              let hidden =
                  { new IModel with
                      member _.ParameterCount = 3
                      member _.SampleCount = 5
                      member _.Predict(parameters, outputs) = linear.Predict(parameters, outputs)

                      member _.Pullback(parameters, weights, gradient) =
                          linear.Pullback(parameters, weights, gradient) }

              for sampling in [ Sampling.WithReplacement; Sampling.WithoutReplacement ] do
                  for size in 1..5 do
                      let run model =
                          iterate model (HeavyBall(0.02, 0.5)) (Batches(sampling, size, 8UL)) 50

                      let one, other = run linear, run hidden

                      for j in 0..2 do
                          within
                              (roundings (50.0 * float size) (largest other))
                              other[j]
                              one[j]
                              $"{sampling}, {size} rows"

          testCase "stochastic gradients over an epoch add up to the gradient"
          <| fun () ->
              // With so small a step the five moves of an epoch are -η·5·∇ℓᵢ(w₀), up to η².
              let eta = 1e-6

              let moved =
                  iterate
                      (LinearModel signedInputs)
                      (FixedStep eta)
                      (Batches(Sampling.WithoutReplacement, 1, 4UL))
                      5

              let g = slope start

              let slopes =
                  [ for i in 0..4 ->
                        let margin = Array.fold2 (fun s z x -> s + z * x) 0.0 signedInputs[i, *] start
                        Array.map (fun z -> -z * exp -margin) signedInputs[i, *] ]

              // Row i is met at most 5η Σ‖∇ℓₖ‖ from the start, where its gradient is off by ‖zᵢ‖ times that, relatively.
              let way = 5.0 * eta * List.sumBy norm2 slopes

              for j in 0..2 do
                  let predicted = -eta * 5.0 * g[j]

                  let bend =
                      slopes
                      |> List.mapi (fun i own -> norm2 signedInputs[i, *] * abs own[j])
                      |> List.sum

                  within
                      (part "η²" (5.0 * eta * bend * way) + roundings 10.0 start[j])
                      predicted
                      (moved[j] - start[j])
                      $"parameter {j}"

          testCase "relative methods refuse batches"
          <| fun () ->
              Expect.throwsT<ArgumentException>
                  (fun () ->
                      iterate
                          (LinearModel signedInputs)
                          (NormalizedStep(0.1, 0.0))
                          (Batches(Sampling.WithReplacement, 2, 1UL))
                          1
                      |> ignore)
                  "no batch knows L"

          testCase "a step allocates nothing"
          <| fun () ->
              let none (method: 'method) batches =
                  let descent =
                      Descent<'method>(
                          LinearModel signedInputs,
                          LogisticLoss(),
                          method,
                          ReadOnlySpan start,
                          batches
                      )

                  descent.Step()
                  let before = GC.GetAllocatedBytesForCurrentThread()

                  for _ in 1..100 do
                      descent.Step()

                  Expect.equal (GC.GetAllocatedBytesForCurrentThread() - before) 0L $"{method}"

              none (FixedStep 0.1) null
              none (NormalizedStep(0.1, 0.5)) null
              none (NesterovMomentum(0.1, 0.5)) null
              none (Adam(0.1, 0.9, 0.999, 1e-8)) null
              none (SteepestStep(0.1, DescentNorm.L1)) null
              none (FixedStep 0.1) (Batches(Sampling.WithReplacement, 2, 1UL))
              none (FixedStep 0.1) (Batches(Sampling.WithoutReplacement, 2, 1UL)) ]
