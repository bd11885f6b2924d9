/// Sparse rows against the same rows with their zeros.
module ImplicitBias.Tests.Models.SparseLinearModelTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

/// About a third of the entries, some rows empty.
let private sample seed n d =
    let random = Seeded.random seed

    let rows =
        [| for i in 0 .. n - 1 ->
               [| for j in 0 .. d - 1 do
                      if i % 7 <> 3 && random.NextDouble() < 0.35 then
                          j, Seeded.uniform random -2.0 2.0 |] |]

    let starts = Array.scan (fun sum (row: (int * float)[]) -> sum + row.Length) 0 rows
    let entries = Array.concat rows

    SparseRows(
        d,
        ReadOnlySpan starts,
        ReadOnlySpan(Array.map fst entries),
        ReadOnlySpan(Array.map snd entries)
    )

let private gradient (model: IModel) (loss: ILoss) (w: float[]) =
    let result = Array.create w.Length nan
    LossGradient(model, loss).Fill(ReadOnlySpan w, 0.0, Span result)
    result

let private agree (size: int) (expected: float[]) (measured: float[]) message =
    for j in 0 .. expected.Length - 1 do
        let scale = 1.0 + (expected |> Array.map abs |> Array.max)
        within (part "rounding" (float size * 2.0e-16 * scale)) expected[j] measured[j] $"{message} {j}"

[<Tests>]
let tests =
    testList
        "sparse linear model"
        [ testCase "predictions, pullbacks, Hessians and gradients are those of the dense model"
          <| fun () ->
              for n, d in [ 1, 4; 8, 8; 29, 17; 100, 60 ] do
                  let rows = sample (n + d) n d
                  let sparse, dense = SparseLinearModel rows, LinearModel(rows.ToDense())
                  let random = Seeded.random 5
                  let w = Array.init d (fun _ -> Seeded.uniform random -1.0 1.0)
                  let v = Array.init n (fun _ -> Seeded.uniform random -1.0 1.0)

                  let both (result: int) (fill: ICurvedModel -> float[] -> unit) message =
                      let one, other = Array.create result nan, Array.create result nan
                      fill sparse one
                      fill dense other
                      agree (4 * (n + d)) other one message

                  both n (fun model outputs -> model.Predict(ReadOnlySpan w, Span outputs)) "output"

                  both
                      d
                      (fun model result -> model.Pullback(ReadOnlySpan w, ReadOnlySpan v, Span result))
                      "component"

                  both
                      (d * d)
                      (fun model result ->
                          model.Hessian(ReadOnlySpan w, ReadOnlySpan v, ReadOnlySpan v, Span result))
                      "entry"

                  for loss in [ LogisticLoss() :> ILoss; ExponentialLoss(); PolynomialTailLoss 2.0 ] do
                      agree (8 * (n + d)) (gradient dense loss w) (gradient sparse loss w) "gradient"
          testCase "stochastic runs agree with those of the dense model"
          <| fun () ->
              let rows = sample 3 40 12

              for sampling in [ Sampling.WithReplacement; Sampling.WithoutReplacement ] do
                  let run (model: IModel) =
                      let descent =
                          Descent<HeavyBall>(
                              model,
                              LogisticLoss(),
                              HeavyBall(0.01, 0.5),
                              ReadOnlySpan(Array.zeroCreate<float> 12),
                              Batches(sampling, 9, 6UL)
                          )

                      descent.Advance 100L |> ignore
                      descent.Parameters.ToArray()

                  agree 1000 (run (LinearModel(rows.ToDense()))) (run (SparseLinearModel rows)) $"{sampling}"
          testCase
              "data that outgrow the cache: the same bits for any number of threads, and those of the dense model"
          <| fun () ->
              // 1.2 million entries in rows of 30, in chunks.
              let n, d = 40_000, 50
              let random = Seeded.random 8

              let columns =
                  [| for i in 0 .. n * 30 - 1 -> i % 30 + (if i / 30 % 2 = 0 then 0 else 20) |]

              let values = Array.init (n * 30) (fun _ -> Seeded.uniform random -0.5 1.0)
              let starts = Array.init (n + 1) (fun i -> 30 * i)

              let rows =
                  SparseRows(d, ReadOnlySpan starts, ReadOnlySpan columns, ReadOnlySpan values)

              let w = Array.init d (fun _ -> Seeded.uniform random -1.0 1.0)
              let v = Array.init n (fun _ -> Seeded.uniform random -1.0 1.0)

              let results threads =
                  let model = SparseLinearModel(rows, Threads = threads)
                  let outputs, pulled = Array.create n nan, Array.create d nan
                  model.Predict(ReadOnlySpan w, Span outputs)
                  model.Pullback(ReadOnlySpan w, ReadOnlySpan v, Span pulled)
                  outputs, pulled, gradient model (LogisticLoss()) w

              let one = results 1

              for threads in [ 2; 7 ] do
                  for _ in 1..3 do
                      Expect.equal (results threads) one $"{threads} threads"

              let _, _, ours = one
              agree n (gradient (LinearModel(rows.ToDense())) (LogisticLoss()) w) ours "gradient"
          testCase "nothing is allocated"
          <| fun () ->
              let gradient = LossGradient(SparseLinearModel(sample 1 50 20), LogisticLoss())
              let w: float[] = Array.zeroCreate 20
              let g: float[] = Array.zeroCreate 20
              gradient.Fill(ReadOnlySpan w, 0.0, Span g)
              let before = GC.GetAllocatedBytesForCurrentThread()

              for _ in 1..10 do
                  gradient.Fill(ReadOnlySpan w, 0.0, Span g)

              Expect.equal (GC.GetAllocatedBytesForCurrentThread() - before) 0L "bytes"
          testCase "entries that make no matrix are refused"
          <| fun () ->
              let refused width (starts: int[]) (columns: int[]) (values: float[]) message =
                  Expect.throwsT<ArgumentException>
                      (fun () ->
                          SparseRows(width, ReadOnlySpan starts, ReadOnlySpan columns, ReadOnlySpan values)
                          |> ignore)
                      message

              refused 0 [| 0; 0 |] [||] [||] "no column"
              refused 1 [| 0 |] [||] [||] "no row"
              refused 2 [| 0; 1 |] [| 0; 1 |] [| 1.0; 1.0 |] "entries left over"
              refused 2 [| 0; 1 |] [| 0 |] [||] "no value"
              refused 2 [| 0; 2 |] [| 1; 0 |] [| 1.0; 1.0 |] "columns that descend"
              refused 2 [| 0; 2 |] [| 1; 1 |] [| 1.0; 1.0 |] "a column twice"
              refused 2 [| 0; 1 |] [| 2 |] [| 1.0 |] "a column that is not there"
              refused 2 [| 0; 1 |] [| -1 |] [| 1.0 |] "a negative column"
              refused 2 [| 0; 1 |] [| 0 |] [| nan |] "NaN"
              refused 2 [| 0; 2; 1; 2 |] [| 0; 1 |] [| 1.0; 1.0 |] "a row that ends before it starts"
              refused 2 [| 1; 1 |] [| 0 |] [| 1.0 |] "a start that is not 0" ]
