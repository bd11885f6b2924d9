/// The counter-based generator against its published answers, and the batches drawn with it.
module ImplicitBias.Tests.Dynamics.Discrete.BatchTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests.Within

/// The rows "philox4x32 10" of the known answers that come with Random123 (Salmon and others 2011).
let private knownAnswers =
    [ (0x0UL, 0x0UL, 0x0UL), (0xe169c58d6627e8d5UL, 0x9b00dbd8bc57ac4cUL)
      (UInt64.MaxValue, UInt64.MaxValue, UInt64.MaxValue), (0x41c83b0e408f276dUL, 0x6d5451fda20bc7c6UL)
      (0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL),
      (0x94fdccebd16cfe09UL, 0x24126ea15001e420UL) ]

let private rows (order: BatchOrder) iteration = order.Rows(iteration).ToArray()

[<Tests>]
let tests =
    testList
        "batches"
        [ testCase "Philox gives the published answers"
          <| fun () ->
              for (low, high, key), expected in knownAnswers do
                  let struct (first, second) = Philox.Block(low, high, key)
                  Expect.equal (first, second) expected $"counter {low:x} {high:x}, key {key:x}"
          testCase "indices are uniform"
          <| fun () ->
              let bins, draws = 10, 100_000
              let counts: int[] = Array.zeroCreate bins

              for k in 1..draws do
                  let index = Philox.Index(uint64 k, 7UL, 2024UL, bins)
                  counts[index] <- counts[index] + 1

              let expected = float draws / float bins

              let chiSquare =
                  counts |> Array.sumBy (fun c -> (float c - expected) ** 2.0 / expected)
              // χ² with 9 degrees of freedom: mean 9, variance 18.
              within (part "five standard deviations" (5.0 * sqrt 18.0)) 9.0 chiSquare "χ²"
          testCase "without replacement: every row once per epoch, in another order each time"
          <| fun () ->
              for n, size in [ 10, 3; 7, 7; 5, 1; 12, 4 ] do
                  let order = BatchOrder(Batches(Sampling.WithoutReplacement, size, 5UL), n)
                  let steps = (n - 1) / size + 1

                  let epoch e =
                      [| for k in 0 .. steps - 1 do
                             yield! rows order (int64 (e * steps + k)) |]

                  for e in 0..4 do
                      Expect.equal (Array.sort (epoch e)) [| 0 .. n - 1 |] $"epoch {e} of {n} in {size}s"

                  if n > 5 then
                      Expect.notEqual (epoch 0) (epoch 1) "orders differ"

                  Expect.hasLength (rows order (int64 (steps - 1))) ((n - 1) % size + 1) "what rows are left"
          testCase "any step can be replayed, in any order"
          <| fun () ->
              for sampling in [ Sampling.WithReplacement; Sampling.WithoutReplacement ] do
                  let batches = Batches(sampling, 4, 99UL)
                  let order = BatchOrder(batches, 30)
                  let forwards = [| for k in 0L .. 40L -> rows order k |]
                  let again = BatchOrder(batches, 30)

                  for k in List.rev [ 0L .. 40L ] do
                      Expect.equal (rows again k) forwards[int k] $"step {k}"

                  Expect.notEqual
                      (rows (BatchOrder(Batches(sampling, 4, 100UL), 30)) 0L)
                      forwards[0]
                      "another seed, other rows"
          testCase "empty and oversized batches are refused"
          <| fun () ->
              for size in [ 0; -1; 6 ] do
                  for sampling in [ Sampling.WithReplacement; Sampling.WithoutReplacement ] do
                      Expect.throwsT<ArgumentException>
                          (fun () -> BatchOrder(Batches(sampling, size, 1UL), 5) |> ignore)
                          $"{size} of 5" ]
