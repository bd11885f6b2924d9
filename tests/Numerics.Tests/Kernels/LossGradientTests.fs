/// The gradient in one pass, in every layout, against exact arithmetic and against the three steps it replaces.
module ImplicitBias.Tests.Kernels.LossGradientTests

open System
open System.Security.Cryptography
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests
open ImplicitBias.Tests.LossInstances
open ImplicitBias.Tests.Within

let private gradientAt (model: IModel) (loss: ILoss) logScale (w: float[]) =
    let gradient = Array.create w.Length nan // must be overwritten, not added to
    LossGradient(model, loss).Fill(ReadOnlySpan w, logScale, Span gradient)
    gradient

let private inThreeSteps (model: IModel) (loss: ILoss) logScale (w: float[]) =
    let outputs: float[] = Array.zeroCreate model.SampleCount
    let gradient = Array.create w.Length nan
    model.Predict(ReadOnlySpan w, Span outputs)
    let weights = LossInstances.gradient loss logScale outputs
    model.Pullback(ReadOnlySpan w, ReadOnlySpan weights, Span gradient)
    gradient

let private matrix (random: Random) n d size =
    Array2D.init n d (fun _ _ -> Seeded.uniform random -size size)

let private instance name =
    instances |> List.find (fun instance -> instance.Name = name)

let private unit = 1.1102230246251565e-16 // 2⁻⁵³

/// ∇L exactly, and what rounding may do to it: to each margin, each slope, each product and the sum.
let private exactly' (loss: Instance) (z: float[,]) (w: float[]) =
    let n, d = Array2D.length1 z, Array2D.length2 z
    let exactRow i = Array.map Rational.FromBinary z[i, *]
    let exactW = Array.map Rational.FromBinary w

    let derivatives =
        Array.init n (fun i ->
            Array.fold2 (fun sum x y -> sum + x * y) Rational.Zero (exactRow i) exactW
            |> loss.Exact)

    Array.init d (fun j ->
        let sum =
            Array.fold (+) Rational.Zero (Array.init n (fun i -> derivatives[i].First * (exactRow i)[j]))

        let budget =
            Seq.sum (
                seq {
                    for i in 0 .. n - 1 do
                        let size = Array.fold2 (fun s x y -> s + abs (x * y)) 0.0 z[i, *] w
                        let slope = abs (derivatives[i].First.ToDouble())
                        let curvature = derivatives[i].Second.ToDouble()

                        abs z[i, j] * unit * (curvature * float (d + 1) * size + slope * float (n + 8))
                }
            )

        sum.ToDouble(), part "rounding" budget)

let private separable = [ instance "exponential"; instance "logistic" ]

/// Large enough to be cut into chunks: 2²¹ doubles and more.
let private large =
    lazy
        (let random = Seeded.random 77
         matrix random 43000 50 1.0)

[<Tests>]
let tests =
    testList
        "loss gradient"
        [ for loss in separable do
              testCase $"{loss.Name}: against exact arithmetic, every remainder of rows and columns"
              <| fun () ->
                  let random = Seeded.random 2024

                  for d in [ 1..17 ] @ [ 24; 63; 100 ] do
                      for n in [ 1; 3; 8; 13; 17 ] do
                          let z = matrix random n d 2.0
                          let w = Array.init d (fun _ -> Seeded.uniform random -2.0 2.0)
                          let measured = gradientAt (LinearModel z) loss.Loss 0.0 w

                          for j, (predicted, budget) in Array.indexed (exactly' loss z w) do
                              within budget predicted measured[j] $"component {j} of {n}×{d}"

              testCase $"{loss.Name}: relative to L, where L itself is far out of range"
              <| fun () ->
                  let random = Seeded.random 2025

                  for n, d in [ 20, 2; 30, 4; 11, 7; 40, 30 ] do
                      // Margins around 1e6: L is about exp(-1e6).
                      let z = Array2D.map (fun x -> x + 3.0) (matrix random n d 1.0)
                      let w = Array.create d (1e6 / float d)
                      let model = LinearModel z
                      let outputs: float[] = Array.zeroCreate n
                      model.Predict(ReadOnlySpan w, Span outputs)
                      let logScale = logValue loss.Loss outputs
                      let measured = gradientAt model loss.Loss logScale w
                      let predicted = inThreeSteps model loss.Loss logScale w

                      for j in 0 .. d - 1 do
                          within
                              (relative (float (n + 8) * 2.0 * unit) predicted[j])
                              predicted[j]
                              measured[j]
                              $"{n}×{d}, component {j}"

                      Expect.isTrue (measured |> Array.forall (fun g -> g < -0.1)) "of the size of a row"

              testCase $"{loss.Name}: one pass and three steps agree bit for bit"
              <| fun () ->
                  // The same sums in the same order; only the memory traffic differs.
                  let random = Seeded.random 2026

                  for n, d in [ 5, 1; 20, 2; 9, 3; 150, 4; 33, 5; 40, 8; 64, 50; 100, 200; 24, 300; 9, 5000 ] do
                      let model = LinearModel(matrix random n d 1.0)
                      let w = Array.init d (fun _ -> Seeded.uniform random -1.0 1.0)

                      Expect.equal
                          (gradientAt model loss.Loss 0.0 w)
                          (inThreeSteps model loss.Loss 0.0 w)
                          $"{n}×{d}"

              testCase $"{loss.Name}: the same bits for any number of threads"
              <| fun () ->
                  let w = Array.init 50 (fun j -> 0.3 * cos (float j))
                  let one = gradientAt (LinearModel(large.Value, Threads = 1)) loss.Loss 0.0 w

                  for threads in [ 2; 3; 8 ] do
                      let model = LinearModel(large.Value, Threads = threads)

                      for _ in 1..10 do
                          Expect.equal (gradientAt model loss.Loss 0.0 w) one $"{threads} threads"

          testCase "predictions and pullbacks in chunks are those of the rows"
          <| fun () ->
              let z = large.Value
              let model = LinearModel(z, Threads = 2)
              let w = Array.init 50 (fun j -> 0.3 * sin (float j))
              let outputs: float[] = Array.zeroCreate model.SampleCount
              model.Predict(ReadOnlySpan w, Span outputs)

              for i in [ 0; 1; 2615; 2616; 2617; 20000; 42999 ] do
                  let alone: float[] = Array.zeroCreate 1
                  LinearModel(z[i..i, *]).Predict(ReadOnlySpan w, Span alone)
                  Expect.equal outputs[i] alone[0] $"row {i}"

              let gradient: float[] = Array.zeroCreate 50
              model.Pullback(ReadOnlySpan w, ReadOnlySpan outputs, Span gradient)

              for j in [ 0; 7; 48; 49 ] do
                  let exact =
                      Array.fold2
                          (fun sum x y -> sum + Rational.FromBinary x * Rational.FromBinary y)
                          Rational.Zero
                          z[*, j]
                          outputs

                  let size = Array.fold2 (fun sum x y -> sum + abs (x * y)) 0.0 z[*, j] outputs

                  within
                      (part "rounding" (float model.SampleCount * unit * size))
                      (exact.ToDouble())
                      gradient[j]
                      $"component {j}"

          testCase "a loss without a slope, and a model that is not one pass, take the three steps"
          <| fun () ->
              let random = Seeded.random 2027
              let model = LinearModel(matrix random 12 5 1.0)
              let w = Array.init 5 (fun _ -> Seeded.uniform random -1.0 1.0)

              let hidden =
                  { new IModel with
                      member _.ParameterCount = model.ParameterCount
                      member _.SampleCount = model.SampleCount
                      member _.Predict(parameters, outputs) = model.Predict(parameters, outputs)

                      member _.Pullback(parameters, weights, gradient) =
                          model.Pullback(parameters, weights, gradient) }

              for model, loss in
                  [ model :> IModel, PolynomialTailLoss 2.0 :> ILoss
                    hidden, LogisticLoss()
                    hidden, PolynomialTailLoss 2.0 ] do
                  Expect.equal (gradientAt model loss 0.0 w) (inThreeSteps model loss 0.0 w) "three steps"

          testCase "lengths are checked"
          <| fun () ->
              let gradient = LossGradient(LinearModel(array2D [ [ 1.0; 2.0 ] ]), LogisticLoss())

              for parameters, length in [ 1, 2; 3, 2; 2, 1; 2, 3 ] do
                  Expect.throwsT<ArgumentOutOfRangeException>
                      (fun () ->
                          gradient.Fill(
                              ReadOnlySpan(Array.zeroCreate<float> parameters),
                              0.0,
                              Span(Array.zeroCreate<float> length)
                          ))
                      $"{parameters} and {length}"

          testCase "nothing is allocated, in one chunk or many"
          <| fun () ->
              let random = Seeded.random 2028

              for z in [ matrix random 20 2 1.0; matrix random 100 30 1.0; large.Value ] do
                  for loss in [ LogisticLoss() :> ILoss; ExponentialLoss(); PolynomialTailLoss 1.0 ] do
                      let gradient = LossGradient(LinearModel z, loss)
                      let w: float[] = Array.zeroCreate (Array2D.length2 z)
                      let g: float[] = Array.zeroCreate w.Length
                      gradient.Fill(ReadOnlySpan w, 0.0, Span g)

                      let allocated () =
                          let before = GC.GetAllocatedBytesForCurrentThread()

                          for _ in 1..3 do
                              gradient.Fill(ReadOnlySpan w, 0.0, Span g)

                          GC.GetAllocatedBytesForCurrentThread() - before

                      // The thread pool lengthens its own queues now and then, on whichever thread; a kernel that
                      // allocates does so every time.
                      Expect.equal (List.min [ for _ in 1..10 -> allocated () ]) 0L "bytes"

          testCase "the bits are those of any other machine"
          <| fun () ->
              let random = Seeded.random 2029

              let bits =
                  [| for n, d in [ 20, 2; 21, 3; 37, 19; 64, 64 ] do
                         let model = LinearModel(matrix random n d 1.0)
                         let w = Array.init d (fun _ -> Seeded.uniform random -1.0 1.0)

                         for loss in separable do
                             yield! gradientAt model loss.Loss 0.0 w |> Array.collect BitConverter.GetBytes |]

              Expect.equal
                  (SHA256.HashData bits |> Convert.ToHexStringLower)
                  "79f09a9e11cb1bf6d6a73c64f7da4bfeb7f288e1a90d2cd84317c034e7c7c0bf"
                  "sums in eight lanes" ]
