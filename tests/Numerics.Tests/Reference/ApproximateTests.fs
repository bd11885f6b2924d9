/// MaxMargin.Approximate against MaxMargin.Solve: the same answers, and bounds that hold.
module ImplicitBias.Tests.Reference.ApproximateTests

open System
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private gaussian (random: Random) =
    sqrt (-2.0 * log (1.0 - random.NextDouble()))
    * cos (2.0 * Math.PI * random.NextDouble())

/// Gaussian rows moved to the positive side of a random direction, by half a unit and their own distance.
let private separable seed n d =
    let random = Random(seed: int)
    let normal = Array.init d (fun _ -> gaussian random)
    let length = sqrt (Array.sumBy (fun x -> x * x) normal)
    let normal = normal |> Array.map (fun x -> x / length)
    let rows = Array2D.init n d (fun _ _ -> gaussian random)

    Array2D.init n d (fun i k ->
        let margin = Seq.sum (Seq.init d (fun j -> rows[i, j] * normal[j]))
        rows[i, k] + (abs margin - margin + 0.5) * normal[k])

let private binary (rows: float[,]) = rows |> Array2D.map Rational.FromBinary

/// Distance of the unit vectors along two directions.
let private distance (a: float[]) (b: float[]) =
    let unit (vector: float[]) =
        let size = Array.max (Array.map abs vector)
        let vector = vector |> Array.map (fun x -> x / size)
        let length = sqrt (Array.sumBy (fun x -> x * x) vector)
        vector |> Array.map (fun x -> x / length)

    Array.map2 (fun x y -> (x - y) * (x - y)) (unit a) (unit b) |> Array.sum |> sqrt

/// A unit of a pair of doubles, 2⁻¹⁰⁴.
let private pair = 2.0 ** -104.0

/// Weights within an ulp of the exact ones (a zero to the resolution of double-double), the gap at that resolution, and
/// the direction within its own bound. The distance itself is computed with a rounding error of a few ulp.
let private agrees (exact: MaxMarginResult.Solved) (floating: MaxMarginResult.Solved) =
    let size = exact.WeightsDouble |> Array.maxBy abs |> abs

    for k in 0 .. exact.WeightsDouble.Length - 1 do
        let predicted = exact.WeightsDouble[k]

        within
            (ulps 1.0 predicted + part "double-double" (pair * size))
            predicted
            floating.WeightsDouble[k]
            "weight"

    // However hostile the data, the direction, which is off by at most the root of the gap, is proven to ten digits.
    Expect.isLessThan floating.DualityGap (1e-10 ** 2.0) "gap"
    let error = distance exact.WeightsDouble floating.WeightsDouble

    Expect.isLessThanOrEqual
        error
        (floating.DirectionError + 2.0 * ulp 1.0)
        "the bound on the direction holds"

    within (ulps 2.0 exact.Margin) exact.Margin floating.Margin "margin"

/// A unit of a pair for every entry of the rows is left of the gap; the direction is proven to its root, and is rounded to double.
let private proven rows features (solution: MaxMarginResult.Solved) =
    let gap = float (rows * features) * pair
    Expect.isLessThan solution.DualityGap gap "gap"
    Expect.isLessThan solution.DirectionError (sqrt gap + 4.0 * ulp 1.0) "direction"

[<Tests>]
let tests =
    testList
        "max margin, floating against exact"
        [ property 51UL "small integers: solved alike, and never solved where there is nothing to solve"
          <| fun (seed: int) ->
              let random = Random seed
              let n, d = random.Next(1, 15), random.Next(1, 5)

              let rows =
                  if random.Next 2 = 0 then
                      randomRows random n d
                  else
                      randomSeparable random n d

              match MaxMargin.Solve rows, MaxMargin.Approximate(toDoubles rows) with
              | (:? MaxMarginResult.Solved as exact), (:? MaxMarginResult.Solved as floating) ->
                  agrees exact floating
                  Expect.equal floating.Active exact.Active "active points"
              | (:? MaxMarginResult.NotSeparable), (:? MaxMarginResult.Undecided) -> ()
              | exact, floating ->
                  failtest $"exact {exact.GetType().Name}, floating {floating.GetType().Name}"
          property 52UL "the same with a free bias"
          <| fun (seed: int) ->
              let random = Random seed
              let n, d = random.Next(2, 15), random.Next(1, 5)

              let labels =
                  Array.init n (fun i -> if i = 0 || i > 1 && random.Next 2 = 0 then 1 else -1)

              let signed = randomRows random n d
              let shift = random.Next(0, 20)

              let inputs =
                  signed
                  |> Array2D.mapi (fun i k entry ->
                      if k = 0 then entry + whole (shift * labels[i]) else entry)

              match
                  MaxMargin.SolveFreeBias(inputs, labels),
                  MaxMargin.ApproximateFreeBias(toDoubles inputs, labels)
              with
              | (:? MaxMarginResult.Solved as exact), (:? MaxMarginResult.Solved as floating) ->
                  agrees exact floating

                  within
                      (ulps 1.0 exact.BiasDouble + part "double-double" pair)
                      exact.BiasDouble
                      floating.BiasDouble
                      "bias"
              | (:? MaxMarginResult.NotSeparable), (:? MaxMarginResult.Undecided) -> ()
              | exact, floating ->
                  failtest $"exact {exact.GetType().Name}, floating {floating.GetType().Name}"
          testCase "200 points in 20 dimensions: every weight and dual correctly rounded"
          <| fun () ->
              for seed in 1..5 do
                  let rows = separable seed 200 20
                  let exact = solved (MaxMargin.Solve rows)
                  let floating = solved (MaxMargin.Approximate rows)
                  Expect.isTrue exact.Certified "certified"
                  Expect.equal floating.WeightsDouble exact.WeightsDouble "weights"
                  Expect.equal floating.DualDouble exact.DualDouble "duals"
                  Expect.equal floating.Support exact.Support "support"
                  proven 200 20 floating
          testCase
              "1000 points in 100 dimensions: gap and direction are proven to the resolution of double-double"
          <| fun () ->
              let solution = solved (MaxMargin.Approximate(separable 7 1000 100))
              Expect.isFalse solution.Certified "floating point certifies nothing"
              proven 1000 100 solution
          testCase "a wrong answer would not pass: the gap of a perturbed support is seen"
          <| fun () ->
              // Drop a support point: the remaining problem's solution violates it, and its gap there is large.
              let rows = separable 3 60 8
              let full = solved (MaxMargin.Approximate rows)
              let dropped = full.Support[0]

              let kept =
                  [| for n in 0..59 do
                         if n <> dropped then
                             n |]

              let part =
                  solved (MaxMargin.Approximate(Array2D.init 59 8 (fun i k -> rows[kept[i], k])))

              let error = distance part.WeightsDouble full.WeightsDouble
              Expect.isGreaterThan error (1e6 * full.DirectionError) "support vectors matter"
          testCase "powers of two scale every bit, permutations and signs of the axes move them"
          <| fun () ->
              let rows = separable 11 80 6
              let solution = solved (MaxMargin.Approximate rows)

              for power in [ -900; -30; 1; 40; 900 ] do
                  let scaled =
                      solved (MaxMargin.Approximate(rows |> Array2D.map (fun x -> Math.ScaleB(x, power))))

                  Expect.equal
                      scaled.WeightsDouble
                      (solution.WeightsDouble |> Array.map (fun w -> Math.ScaleB(w, -power)))
                      "weights"

                  Expect.equal scaled.Support solution.Support "support"

              let order, signs = [| 3; 0; 5; 1; 4; 2 |], [| 1.0; -1.0; -1.0; 1.0; -1.0; 1.0 |]
              let turned = Array2D.init 80 6 (fun n k -> signs[k] * rows[79 - n, order[k]])
              let moved = solved (MaxMargin.Approximate turned)

              Expect.equal
                  moved.WeightsDouble
                  (Array.init 6 (fun k -> signs[k] * solution.WeightsDouble[order[k]]))
                  "weights, correctly rounded whatever the order of operations"

              Expect.equal
                  (moved.Support |> Array.map (fun n -> 79 - n) |> Array.sort)
                  solution.Support
                  "support"
          testCase "fewer points than dimensions"
          <| fun () ->
              let rows = separable 13 5 40
              agrees (solved (MaxMargin.Solve rows)) (solved (MaxMargin.Approximate rows))
          testCase "every point thirty times"
          <| fun () ->
              let rows = separable 17 12 4
              let repeated = Array2D.init 360 4 (fun n k -> rows[n % 12, k])
              agrees (solved (MaxMargin.Solve rows)) (solved (MaxMargin.Approximate repeated))
          testCase "twins an ulp apart"
          <| fun () ->
              let rows = separable 19 30 4

              let twins =
                  Array2D.init 60 4 (fun n k ->
                      if n < 30 then
                          rows[n, k]
                      else
                          Math.BitIncrement rows[n - 30, k])

              agrees (solved (MaxMargin.Solve twins)) (solved (MaxMargin.Approximate twins))
          testCase "a margin twelve digits below the data"
          <| fun () ->
              for tiny in [ 1e-3; 1e-6; 1e-9; 1e-12 ] do
                  let rows =
                      array2D [ [ 1.0; tiny; 0.25 ]; [ -1.0; tiny; 0.5 ]; [ 0.3; 7.0 * tiny; -0.1 ] ]

                  agrees (solved (MaxMargin.Solve rows)) (solved (MaxMargin.Approximate rows))
          testCase "features of very different size"
          <| fun () ->
              let rows =
                  separable 23 50 5
                  |> Array2D.mapi (fun _ k x -> x * [| 1.0; 1e-6; 1e6; 1e-3; 1e3 |][k])

              agrees (solved (MaxMargin.Solve rows)) (solved (MaxMargin.Approximate rows))
          testCase "an inactive point with a slack of 1e-15 is not taken for an active one"
          <| fun () ->
              // ŵ = (1, 0): the last row has margin 1 + 2^-50 and never matters.
              let rows =
                  array2D [ [ 1.0; 1.0 ]; [ 1.0; -1.0 ]; [ 1.0 + Math.ScaleB(1.0, -50); 0.5 ] ]

              let solution = solved (MaxMargin.Approximate rows)
              within exactly 1.0 solution.WeightsDouble[0] "weight"
              within (part "double-double" pair) 0.0 solution.WeightsDouble[1] "weight"
              Expect.equal solution.Active [| 0; 1 |] "active"
              Expect.isTrue solution.DualIsUnique "unique"

              Expect.equal
                  (solution.SmallestInactiveMargin.Value.ToDouble())
                  (1.0 + Math.ScaleB(1.0, -50))
                  "the smallest inactive margin"
          testCase "a point inside by 1e-15 decides"
          <| fun () ->
              let rows =
                  array2D [ [ 1.0; 1.0 ]; [ 1.0; -1.0 ]; [ 1.0 - Math.ScaleB(1.0, -50); 0.5 ] ]

              let exact = solved (MaxMargin.Solve rows)
              let floating = solved (MaxMargin.Approximate rows)
              Expect.equal floating.Support exact.Support "support"
              agrees exact floating
          testCase "nearly not separable, and then not: an ulp on either side"
          <| fun () ->
              let inputs side =
                  array2D [ [ 1.0 ]; [ side 1.0 ]; [ 5.0 ]; [ -3.0 ] ]

              let labels = [| -1; 1; 1; -1 |]
              let apart = MaxMargin.ApproximateFreeBias(inputs Math.BitIncrement, labels)
              let exact = solved (MaxMargin.SolveFreeBias(inputs Math.BitIncrement, labels))

              match apart with
              | :? MaxMarginResult.Solved as floating -> agrees exact floating
              | _ -> () // too close for floating point is an honest answer; a wrong one is not

              match MaxMargin.ApproximateFreeBias(inputs Math.BitDecrement, labels) with
              | :? MaxMarginResult.Undecided -> ()
              | _ -> failtest "claimed to separate what overlaps" ]
