/// Bregman projections under p-norms with p > 2, where powers of the weights differ by many orders.
module ImplicitBias.Tests.Reference.PowerProjectionTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private solve (rows: Rational[,]) (targets: float list) exponent (start: float[]) =
    let targets = targets |> List.map Rational.FromDecimal |> Array.ofList

    match BregmanProjection.Solve(rows, targets, PNorm exponent, start) with
    | :? BregmanProjectionResult.Solved as solution -> solution
    | :? BregmanProjectionResult.Undecided as answer -> failtestf "p = %g: %s" exponent answer.Reason
    | _ -> failtest "no solution?"

/// Rows, targets, start, and twenty digits for p = 40: the start's power is 10⁵⁷ times that of the solution nearest to it.
let private farStart =
    [ [ -0.0034036631186921307
        -0.012331504429952983
        0.018252778142165957
        -0.6707747213800901 ]
      [ 0.05549206872210329
        -0.09141571081954623
        0.1394430779848198
        124.85322245819764 ]
      [ -4.543649360046134
        -5.068262486195542
        -6.803863583158189
        3985.663165366051 ] ],
    [ -0.0011049798194066266; 0.10452414710353711; 0.13205539126248234 ],
    [| 0.4571646601301244
       -0.6904541176012607
       2.8757758843930934
       -1.4592784580314337 |],
    [ -2.7949683724019862796
      2.7006594088537864282
      1.3370366666895367055
      0.0025635294721227298413 ]

/// p = 10: rows, targets, start, and twenty digits by Newton's method on the conditions of optimality at 100 digits (mpmath).
let private known =
    [ [ [ -2.66674; 4.84695; -179822.0 ]; [ 0.0208189; -0.0226212; 587.98 ] ],
      [ -18.2849; -0.291578 ],
      [ 0.0; 0.0; 0.0 ],
      [ -19.045193373157161765; 17.856068522458095732; 0.00086541663590028693192 ]
      // Weights that hardly move beside one that does: the rest of the certificate is below the rounding of theirs.
      [ [ -1.62473; -9.75368; 1.3767; 1528.68; -241946.0; -1.49696 ]
        [ -5.80706; 120.843; 11.6316; 6907.1; 332618.0; -5.21819 ] ],
      [ 0.00140434; 1.71684 ],
      [ -8.639; -0.1447; -9.962; 0.2884; -0.288; 0.3904 ],
      [ -8.639
        -0.17922852047440334861
        -9.962
        0.0098882137859961847746
        0.00006860864982769293526
        0.39040229848922561442 ]
      [ [ 4.16347; 0.535647; -12.1807 ] ],
      [ -0.0759733 ],
      [ -0.4571; 6.347; -0.9515 ],
      [ -0.84488759125605532684; 6.3469999988139716565; -0.0034430969650464419752 ]
      [ [ 39643.6; 13.6374; -3.40523; 4585.73; -149.374; 12.0241; -13153.7; 748.371 ]
        [ 8.57813
          0.00561344
          -0.000331648
          1.08459
          -0.104101
          0.00351598
          17.6441
          0.0731475 ]
        [ 13.2475
          -0.00153729
          -0.000158848
          0.213271
          -0.149848
          0.00299838
          -5.34489
          0.0562037 ]
        [ 2032.65; 2.77026; 0.148652; -102.144; -30.132; 0.744312; 2542.28; -18.0384 ] ],
      [ -0.30425; 27.6176; 1.60755; 0.157504 ],
      List.replicate 8 0.0,
      [ -1.7911198316794137517
        -145.71503003817071095
        74.009977587756795384
        37.29741804018833373
        -174.44681564969140711
        -109.36954089521070029
        -0.12819488032342555999
        -165.98658301181135875 ] ]

[<Tests>]
let tests =
    testList
        "projections under high powers"
        [ testCase "badly scaled systems, every weight to 14 digits"
          <| fun () ->
              for rows, targets, start, weights in known do
                  let solution = solve (decimals rows) targets 10.0 (List.toArray start)

                  for exact, w in List.zip weights (List.ofArray solution.Weights) do
                      within (relative 1e-14 exact) exact w "w"
          testCase "a start whose power dwarfs those of the solution"
          <| fun () ->
              let rows, targets, start, weights = farStart
              let rows = array2D rows |> Array2D.map Rational.FromBinary

              match
                  BregmanProjection.Solve(
                      rows,
                      targets |> List.map Rational.FromBinary |> Array.ofList,
                      PNorm 40.0,
                      start
                  )
              with
              | :? BregmanProjectionResult.Solved as solution ->
                  for exact, w in List.zip weights (List.ofArray solution.Weights) do
                      within (relative 1e-14 exact) exact w "w"
              | _ -> failtest "undecided"
          testCase "powers out of range leave it undecided"
          <| fun () ->
              match
                  BregmanProjection.Solve(
                      decimals [ [ 1.0; 2.0 ] ],
                      [| Rational.FromDecimal 1e-4 |],
                      PNorm 100.0,
                      [| 0.0; 0.0 |]
                  )
              with
              | :? BregmanProjectionResult.Undecided -> ()
              | answer -> failtestf "%A" answer
          testCase "many weights: the dual method finds the same"
          <| fun () ->
              let random = Random 5
              let n, d = 10, 120

              let rows =
                  Array2D.init n d (fun _ _ -> Rational.FromBinary(uniform random -1.0 1.0))

              let targets = Array.init n (fun _ -> Rational.FromBinary(uniform random -1.0 1.0))
              let start = Array.init d (fun _ -> uniform random -1.0 1.0)

              match
                  BregmanProjection.Solve(rows, targets, PNorm 4.0, start),
                  BregmanProjection.SolveOtherwise(rows, targets, PNorm 4.0, start)
              with
              | (:? BregmanProjectionResult.Solved as first), (:? BregmanProjectionResult.Solved as second) ->
                  within (part "residual" 1e-14) 0.0 first.KktResidual "residual"
                  // Weights err by the root of an objective that has no second derivative at zero.
                  within (relative 1e-13 second.Objective) second.Objective first.Objective "objective"
              | answers -> failtestf "%A" answers
          testCase "a weight that has to be zero between two that cancel"
          <| fun () ->
              // w₁ + w₂ = 1 and w₂ + w₃ = -1: (1, 0, -1) by symmetry.
              let rows = decimals [ [ 1.0; 1.0; 0.0 ]; [ 0.0; 1.0; 1.0 ] ]

              for exponent in [ 3.0; 10.0; 40.0 ] do
                  let solution = solve rows [ 1.0; -1.0 ] exponent (Array.zeroCreate 3)

                  for exact, w in List.zip [ 1.0; 0.0; -1.0 ] (List.ofArray solution.Weights) do
                      within (part "rounding" 1e-15) exact w $"p = {exponent}"
          testCase "as many rows as unknowns: the solution of the system"
          <| fun () ->
              let rows = decimals [ [ 3.0; 1.0 ]; [ 1.0; 1000.0 ] ]
              let solution = solve rows [ 5.0; -3998.0 ] 10.0 [| 1.0; 0.0 |]
              let exact = [ 8998.0 / 2999.0; -11999.0 / 2999.0 ]

              for exact, w in List.zip exact (List.ofArray solution.Weights) do
                  within (ulps 1.0 exact) exact w "w"
          property 73UL "no badly scaled system is left undecided"
          <| fun (seed: int) ->
              let random = Random seed
              let n = random.Next(1, 5)
              let d = n + random.Next(1, 6)
              let order size = 10.0 ** uniform random -size size

              let signed size =
                  if random.Next 2 = 0 then order size else -(order size)

              let columns, scales =
                  Array.init d (fun _ -> order 3.0), Array.init n (fun _ -> order 3.0)

              let rows =
                  Array2D.init n d (fun i j -> Rational.FromBinary(signed 0.5 * columns[j] * scales[i]))

              let targets = List.init n (fun _ -> signed 3.0)

              let start =
                  if random.Next 2 = 0 then
                      Array.zeroCreate d
                  else
                      Array.init d (fun _ -> signed 1.0)

              for exponent in [ 4.0; 10.0; 20.0 ] do
                  let solution = solve rows targets exponent start
                  within (part "residual" 1e-10) 0.0 solution.KktResidual $"p = {exponent}, residual" ]
