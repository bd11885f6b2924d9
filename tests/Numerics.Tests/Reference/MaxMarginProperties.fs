module ImplicitBias.Tests.Reference.MaxMarginProperties

open System
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded

/// Data drawn from a seed: up to 14 points in up to 4 dimensions, half of the draws made separable.
let private draw seed =
    let random = Random(seed: int)
    let n, d = random.Next(1, 15), random.Next(1, 5)

    random,
    (if random.Next 2 = 0 then
         randomRows random n d
     else
         randomSeparable random n d)

let private permuted (order: int[]) (rows: 'a[,]) =
    Array2D.init (Array2D.length1 rows) (Array2D.length2 rows) (fun n k -> rows[order[n], k])

let private weights (result: MaxMarginResult) =
    match result with
    | :? MaxMarginResult.Solved as solution -> Some solution.Weights
    | :? MaxMarginResult.NotSeparable -> None
    | _ -> failtest "undecided"

/// The product of rotations by the angle of the Pythagorean triple (3, 4, 5) in the planes of neighbouring axes.
let private rotation d =
    let plane k =
        Array2D.init d d (fun i j ->
            match i - k, j - k with
            | 0, 0
            | 1, 1 -> ratio 3 5
            | 0, 1 -> ratio -4 5
            | 1, 0 -> ratio 4 5
            | _ -> if i = j then whole 1 else whole 0)

    let identity = Array2D.init d d (fun i j -> if i = j then whole 1 else whole 0)
    Seq.fold (fun rows k -> times (plane k) rows) identity [ 0 .. d - 2 ]

[<Tests>]
let tests =
    testList
        "max margin properties"
        [ property 1UL "solutions satisfy KKT, refusals prove themselves"
          <| fun (seed: int) ->
              let _, rows = draw seed

              match MaxMargin.Solve rows with
              | :? MaxMarginResult.Solved as solution ->
                  Expect.isTrue solution.Certified "certified"
                  Expect.isEmpty (kktViolations rows [||] solution) "KKT"
              | :? MaxMarginResult.NotSeparable as refusal ->
                  Expect.isTrue (refusal.Certificate.Proves(rows)) "certificate"
              | _ -> failtest "undecided"
          property 2UL "the same with a free bias"
          <| fun (seed: int) ->
              let random, signed = draw seed
              let n = Array2D.length1 signed

              if n > 1 then
                  let labels =
                      Array.init n (fun i -> if i = 0 || i > 1 && random.Next 2 = 0 then 1 else -1)

                  let inputs = signed |> Array2D.mapi (fun i _ entry -> whole labels[i] * entry)

                  match MaxMargin.SolveFreeBias(inputs, labels) with
                  | :? MaxMarginResult.Solved as solution ->
                      Expect.isTrue solution.Certified "certified"
                      Expect.isEmpty (kktViolations signed labels solution) "KKT"
                  | :? MaxMarginResult.NotSeparable as refusal ->
                      Expect.isTrue (refusal.Certificate.Proves(signed, labels)) "certificate"
                  | _ -> failtest "undecided"
          property 3UL "a free bias is a translation that costs nothing"
          <| fun (seed: int) ->
              let random, inputs = draw seed
              let n, d = Array2D.length1 inputs, Array2D.length2 inputs

              if n > 1 then
                  let labels = Array.init n (fun i -> if i % 2 = 0 then 1 else -1)
                  let shift = Array.init d (fun _ -> whole (random.Next(-1000, 1000)))
                  let moved = inputs |> Array2D.mapi (fun _ k entry -> entry + shift[k])

                  Expect.equal
                      (weights (MaxMargin.SolveFreeBias(moved, labels)))
                      (weights (MaxMargin.SolveFreeBias(inputs, labels)))
                      "weights"
          property 4UL "whatever support is proposed, exact pivoting ends at the same weights"
          <| fun (seed: int) ->
              let random, rows = draw seed

              let points =
                  [| for n in 0 .. Array2D.length1 rows - 1 do
                         if random.Next 2 = 0 then
                             n |]

              Expect.equal
                  (weights (MaxMargin.SolveFrom(rows, points)))
                  (weights (MaxMargin.Solve rows))
                  "weights"
          property 5UL "z -> cz divides w by c and multiplies the margin by c"
          <| fun (seed: int) ->
              let random, rows = draw seed
              let factor = ratio (random.Next(1, 50)) (random.Next(1, 50))
              let scaled = rows |> Array2D.map (fun entry -> factor * entry)

              Expect.equal
                  (weights (MaxMargin.Solve scaled))
                  (weights (MaxMargin.Solve rows)
                   |> Option.map (Array.map (fun weight -> weight / factor)))
                  "weights"
          property 6UL "the order of the points does not matter"
          <| fun (seed: int) ->
              let random, rows = draw seed
              let order = Array.init (Array2D.length1 rows) id
              random.Shuffle order
              let original, reordered = MaxMargin.Solve rows, MaxMargin.Solve(permuted order rows)
              Expect.equal (weights reordered) (weights original) "weights"

              match original, reordered with
              | (:? MaxMarginResult.Solved as a), (:? MaxMarginResult.Solved as b) ->
                  let back points =
                      points |> Array.map (fun n -> order[n]) |> Array.sort

                  Expect.equal (back b.Active) a.Active "active points"
                  Expect.equal (back b.ZeroDuals) a.ZeroDuals "zero duals belong to the face, not to a vertex"
                  Expect.equal b.DualIsUnique a.DualIsUnique "uniqueness"
                  Expect.equal b.SupportRank a.SupportRank "rank of the face"
              | _ -> ()
          property 7UL "a point given twice changes the duals, not the weights"
          <| fun (seed: int) ->
              let _, rows = draw seed
              let n, d = Array2D.length1 rows, Array2D.length2 rows
              let doubled = Array2D.init (2 * n) d (fun i k -> rows[i % n, k])
              let result = MaxMargin.Solve doubled
              Expect.equal (weights result) (weights (MaxMargin.Solve rows)) "weights"

              match result with
              | :? MaxMarginResult.Solved as solution ->
                  Expect.isFalse solution.DualIsUnique "mass can move between twins"
                  Expect.equal (solution.DualFaceSupport.Length % 2) 0 "twins enter the face together"
              | _ -> ()
          property 8UL "the solution turns with the data"
          <| fun (seed: int) ->
              let _, rows = draw seed
              let turn = rotation (Array2D.length2 rows)

              let expected =
                  weights (MaxMargin.Solve rows)
                  |> Option.map (fun weights ->
                      let turned = times turn (array2D [ weights ])
                      turned[0, *])

              Expect.equal (weights (MaxMargin.Solve(times turn rows))) expected "weights"
          property 9UL "more points never widen the margin"
          <| fun (seed: int) ->
              let _, rows = draw seed
              let n = Array2D.length1 rows

              match MaxMargin.Solve rows, MaxMargin.Solve(rows[.. (n - 1) / 2, *]) with
              | (:? MaxMarginResult.Solved as all), (:? MaxMarginResult.Solved as some) ->
                  Expect.isTrue ((all.SquaredNorm - some.SquaredNorm).Sign >= 0) "norm"
              | (:? MaxMarginResult.Solved), _ -> failtest "part of separable data is separable"
              | _ -> () ]
