module ImplicitBias.Tests.Reference.BasisPursuitTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private solve rows targets norm =
    match BasisPursuit.Solve(rows, targets, norm) with
    | :? BasisPursuitResult.Solved as solution -> solution
    | _ -> failtest "claimed to be inconsistent"

let private vector (values: float list) =
    values |> List.map Rational.FromDecimal |> Array.ofList

let private tied = decimals [ [ 1.0; 1.0; 0.5; 0.2 ] ]

let private breakTie rows targets =
    match BasisPursuit.BreakTie(rows, targets, solve rows targets MarginNorm.L1) with
    | :? BregmanProjectionResult.Solved as solution -> solution
    | _ -> failtest "the tie was not broken"

[<Tests>]
let tests =
    testList
        "basis pursuit"
        [ testCase "a vertex by hand"
          <| fun () ->
              let rows = decimals [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 2.0; -2.0 ] ]
              let solution = solve rows (vector [ 1.0; 2.0 ]) MarginNorm.L1
              Expect.equal solution.Weights [| whole 0; ratio 1 2; ratio 1 2; whole 0; whole 0 |] "w"
              Expect.equal solution.Objective (whole 1) "norm"
              Expect.equal solution.Dual [| ratio 1 3; ratio 1 3 |] "dual"
              Expect.equal (Option.ofNullable solution.IsUnique) (Some true) "the only one"
              Expect.isTrue solution.Certified "certified"
          testCase "the same in the other norm"
          <| fun () ->
              let rows = decimals [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 2.0; -2.0 ] ]
              let solution = solve rows (vector [ 1.0; 2.0 ]) MarginNorm.LInfinity
              Expect.equal solution.Objective (ratio 2 5) "norm"
              Expect.equal solution.Dual [| ratio 1 5; ratio 1 10 |] "dual"
          testCase "a face is named, and its tie broken by the entropy"
          <| fun () ->
              let solution = solve tied (vector [ 1.0 ]) MarginNorm.L1
              Expect.equal (Option.ofNullable solution.IsUnique) (Some false) "not the only one"
              Expect.equal solution.Face [| 0; 1 |] "the face"
              let broken = breakTie tied (vector [ 1.0 ])

              for j, expected in List.indexed [ 0.5; 0.5; 0.0; 0.0 ] do
                  within (ulps 1.0 expected) expected broken.Weights[j] "the middle of the face"
          testCase "the tie is broken where small networks go"
          <| fun () ->
              // Columns of both signs, and a face that is not symmetric.
              let rows = decimals [ [ 1.0; -1.0; 0.5; 0.25 ]; [ 0.5; 0.25; 0.25; 1.0 ] ]
              let targets = vector [ 1.0; 0.3 ]
              let solution = solve rows targets MarginNorm.L1
              Expect.equal (Option.ofNullable solution.IsUnique) (Some true) "no tie yet"
              let wide = Array2D.init 1 3 (fun _ j -> [| ratio -1 1; ratio 1 1; ratio 1 2 |][j])
              let broken = breakTie wide (vector [ 2.0 ])

              match
                  BregmanProjection.Solve(
                      wide,
                      vector [ 2.0 ],
                      Hypentropy.OfNetwork 1e-12,
                      Array.zeroCreate 3
                  )
              with
              | :? BregmanProjectionResult.Solved as network ->
                  for j in 0..2 do
                      // What is off the face is α^{2(1-|ν|)} = 10⁻¹².
                      within (part "off the face" 2e-12) broken.Weights[j] network.Weights[j] $"weight {j}"
              | _ -> failtest "no solution?"
          testCase "a vertex with a zero on its support can still be the only minimiser"
          <| fun () ->
              let rows = decimals [ [ 1.0; 0.0; 0.9 ]; [ 0.0; 1.0; 0.0 ] ]
              let solution = solve rows (vector [ 1.0; 0.0 ]) MarginNorm.L1
              Expect.equal solution.Weights [| whole 1; whole 0; whole 0 |] "w"
              Expect.equal (Option.ofNullable solution.IsUnique) (Some true) "the only one"
          testCase "zero targets have the zero solution"
          <| fun () ->
              let solution = solve tied (vector [ 0.0 ]) MarginNorm.L1
              Expect.equal solution.Objective Rational.Zero "norm"
              Expect.equal (Option.ofNullable solution.IsUnique) (Some true) "the only one"
              Expect.isEmpty solution.Face "the face"
              Expect.equal (breakTie tied (vector [ 0.0 ])).Weights (Array.zeroCreate 4) "nothing to break"
          testCase "contradictions come with the proof"
          <| fun () ->
              let rows = decimals [ [ 1.0; 1.0 ]; [ 0.2; 0.2 ] ]
              let targets = vector [ 1.0; 0.3 ]

              match BasisPursuit.Solve(rows, targets, MarginNorm.L1) with
              | :? BasisPursuitResult.Inconsistent as answer ->
                  Expect.isTrue (answer.Certificate.Proves(rows, targets)) "the proof"
              | _ -> failtest "not inconsistent?"
          testCase "a large program is answered in floating point, with its gap"
          <| fun () ->
              let random = random 13

              let draw _ =
                  Rational.FromDecimal(Math.Round(uniform random -1.0 1.0, 3))

              let rows = Array2D.init 100 200 (fun _ -> draw)
              let targets = Array.init 100 draw

              for norm in [ MarginNorm.L1; MarginNorm.LInfinity ] do
                  let solution = solve rows targets norm
                  Expect.isFalse solution.Certified "not certified"
                  // Both relative to their terms, of which a sum has 200.
                  within (roundings 200.0 1.0) 0.0 solution.DualityGap "gap"
                  within (roundings 200.0 1.0) 0.0 solution.KktResidual "residual"
          property
              81UL
              "no interpolant that fits better is shorter, and uniqueness is what a second vertex says"
          <| fun (seed: int) ->
              let random = Random seed
              let n, d = random.Next(1, 4), random.Next(2, 8)
              let rows = Array2D.init n d (fun _ _ -> whole (random.Next(-3, 4)))
              let some = Array.init d (fun _ -> whole (random.Next(-2, 3)))

              let targets =
                  Array.init n (fun i ->
                      Seq.fold (fun sum j -> sum + rows[i, j] * some[j]) Rational.Zero [ 0 .. d - 1 ])

              let solution = solve rows targets MarginNorm.L1

              let size (w: Rational[]) =
                  w
                  |> Array.fold
                      (fun sum entry -> sum + (if entry.Sign < 0 then -entry else entry))
                      Rational.Zero

              Expect.isTrue ((size some - solution.Objective).Sign >= 0) "no shorter interpolant"
              Expect.isTrue solution.Certified "certified"
              // The columns in reverse order make the simplex method end elsewhere, if there is elsewhere.
              let reversed = Array2D.init n d (fun i j -> rows[i, d - 1 - j])
              let again = solve reversed targets MarginNorm.L1
              Expect.equal again.Objective solution.Objective "the same norm"
              Expect.equal again.IsUnique solution.IsUnique "the same verdict on uniqueness"

              Expect.equal
                  (again.Face |> Array.map (fun j -> d - 1 - j) |> Array.sort)
                  solution.Face
                  "the same face"

              if solution.IsUnique = Nullable true then
                  Expect.equal (Array.rev again.Weights) solution.Weights "the only minimiser" ]
