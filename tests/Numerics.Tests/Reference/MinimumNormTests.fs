module ImplicitBias.Tests.Reference.MinimumNormTests

open System
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private solved (result: MinimumNormResult) =
    match result with
    | :? MinimumNormResult.Solved as solution -> solution
    | :? MinimumNormResult.Inconsistent as refusal ->
        failtestf "row %d contradicts (%g)" refusal.Row refusal.Excess
    | _ -> failtest "a third case"

/// λ with Gλ = r for a nonsingular matrix, by elimination in rational arithmetic.
let private solve (gram: Rational[,]) (right: Rational[]) =
    let size = right.Length

    let work =
        Array2D.init size (size + 1) (fun i j -> if j < size then gram[i, j] else right[i])

    for column in 0 .. size - 1 do
        let pivot =
            Seq.find (fun i -> work[i, column] <> Rational.Zero) (seq { column .. size - 1 })

        let swapped = work[pivot, *]
        work[pivot, *] <- work[column, *]
        work[column, *] <- swapped |> Array.map (fun entry -> entry / swapped[column])

        for i in 0 .. size - 1 do
            if i <> column then
                let factor = work[i, column]

                for j in 0..size do
                    work[i, j] <- work[i, j] - factor * work[column, j]

    work[*, size]

/// w₀ + Xᵀ(XXᵀ)⁻¹(y - Xw₀) for independent rows, exactly, for the binary values of the doubles.
let private exact (inputs: float[,]) (targets: float[]) (start: float[]) =
    let rows = inputs |> Array2D.map Rational.FromBinary
    let row i = rows[i, *]
    let start = start |> Array.map Rational.FromBinary
    let n = targets.Length

    let right =
        Array.init n (fun i -> Rational.FromBinary targets[i] - dot (row i) start)

    let dual = solve (Array2D.init n n (fun i j -> dot (row i) (row j))) right
    Array.mapi (fun k start -> start + dot dual rows[*, k]) start

/// 2⁻¹⁰⁰: sixteen units of the pairs of doubles that are refined.
let private pairs = part "double-double" (2.0 ** -100.0)

let private closeTo (count: float) (expected: Rational[]) (solution: MinimumNormResult.Solved) =
    Array.iter2
        (fun (predicted: Rational) measured ->
            within (ulps count (predicted.ToDouble())) (predicted.ToDouble()) measured "weight")
        expected
        solution.Weights

let private inputs =
    array2D
        [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]
          [ 0.0; 1.0; 3.0; 1.0; -2.0 ]
          [ 2.0; -1.0; 1.0; 0.0; 1.0 ] ]

let private targets = [| 1.0; 2.0; -1.0 |]
let private start = [| 0.5; -0.25; 1.0; 0.0; 0.75 |]

/// Rows of the Hilbert matrix: 1/(i + j + 1), rounded to double.
let private hilbert n d =
    Array2D.init n d (fun i j -> 1.0 / float (i + j + 1))

[<Tests>]
let tests =
    testList
        "minimum norm"
        [ testCase "three equations in five unknowns, from a start, correctly rounded"
          <| fun () ->
              let solution = solved (MinimumNorm.Solve(inputs, targets, start))
              closeTo 0.5 (exact inputs targets start) solution
              Expect.equal solution.Rank 3 "rank"
              Expect.isTrue solution.Converged "converged"
              within pairs 0.0 solution.DualityGap "gap"
              within (roundings 1.0 1.0) 0.0 solution.Residual "residual of the rounded weights"
              // The rival that forgets the start is elsewhere.
              let rival = solved (MinimumNorm.Solve(inputs, targets))

              let separation =
                  Array.map2 (fun a b -> abs (a - b)) rival.Weights solution.Weights |> Array.max

              within (part "three digits" 5e-4) 0.445 separation "separation of w0 = 0 in the maximum norm"
          testCase "the dual proves it: w - w0 = X'lambda, and the distance is the root of lambda.r"
          <| fun () ->
              let solution = solved (MinimumNorm.Solve(inputs, targets, start))

              for k in 0..4 do
                  let combination = Seq.sum (Seq.init 3 (fun i -> solution.Dual[i] * inputs[i, k]))

                  let terms = Seq.sum (Seq.init 3 (fun i -> abs (solution.Dual[i] * inputs[i, k])))

                  within
                      (roundings 3.0 terms + roundings 2.0 solution.Weights[k])
                      (solution.Weights[k] - start[k])
                      combination
                      "stationarity"

              let product =
                  Seq.sum (
                      Seq.init 3 (fun i ->
                          let fitted = Seq.sum (Seq.init 5 (fun k -> inputs[i, k] * start[k]))
                          solution.Dual[i] * (targets[i] - fitted))
                  )

              within (ulps 4.0 (sqrt product)) (sqrt product) solution.Distance "distance"
          testCase "Hilbert rows: condition number 1e10 to 1e13, and still correctly rounded"
          <| fun () ->
              for n, d in [ 8, 8; 9, 9; 8, 12; 9, 10 ] do
                  let inputs = hilbert n d
                  let targets = Array.init n (fun i -> float (i * i - 3))
                  let solution = solved (MinimumNorm.Solve(inputs, targets))
                  Expect.isTrue solution.Converged $"{n} × {d} converged"
                  Expect.equal solution.Rank n "rank"
                  closeTo 0.5 (exact inputs targets (Array.zeroCreate d)) solution
          testCase "more equations than unknowns, consistent: the redundant ones carry no dual"
          <| fun () ->
              let inputs = array2D [ [ 1.0; 1.0 ]; [ 2.0; 2.0 ]; [ 1.0; -1.0 ]; [ 3.0; 1.0 ] ]
              let solution = solved (MinimumNorm.Solve(inputs, [| 3.0; 6.0; 1.0; 7.0 |]))
              Expect.equal solution.Weights [| 2.0; 1.0 |] "weights"
              Expect.equal solution.Rank 2 "rank"
              Expect.equal (solution.Dual[1], solution.Dual[3]) (0.0, 0.0) "dependent rows"
          testCase "decimals that add up only to rounding are still consistent"
          <| fun () ->
              let inputs =
                  array2D [ [ 0.1; 0.7; 0.4 ]; [ 0.2; 0.1; 0.9 ]; [ 0.1 + 0.2; 0.7 + 0.1; 0.4 + 0.9 ] ]

              let solution = solved (MinimumNorm.Solve(inputs, [| 0.3; 0.6; 0.3 + 0.6 |]))
              Expect.equal solution.Rank 2 "rank"
          testCase "a contradiction is refused and the row named"
          <| fun () ->
              let inputs = array2D [ [ 1.0; 1.0; 0.0 ]; [ 0.0; 1.0; 1.0 ]; [ 1.0; 2.0; 1.0 ] ]

              let targets = [| 1.0; 1.0; 2.0 + 1e-9 |]

              match MinimumNorm.Solve(inputs, targets) with
              | :? MinimumNormResult.Inconsistent as refusal ->
                  Expect.equal refusal.Row 2 "the sum of the other two"
                  let excess = targets[2] - 2.0
                  // ε against ‖x‖‖w‖ + |y| = √6 · √(2/3) + 2 + ε, up to the rounding of a number near 2 to which ε is added.
                  within (ulps 1.0 2.0) (excess / (4.0 + excess)) refusal.Excess "excess"
              | _ -> failtest "not refused"
          testCase "a start that interpolates stays"
          <| fun () ->
              let solution =
                  solved (MinimumNorm.Solve(array2D [ [ 1.0; 2.0 ] ], [| 5.0 |], [| 1.0; 2.0 |]))

              Expect.equal solution.Weights [| 1.0; 2.0 |] "weights"
              Expect.equal (solution.Distance, solution.DualityGap) (0.0, 0.0) "distance and gap"
          testCase "inputs and targets near the ends of the range of double"
          <| fun () ->
              for scale in [ 1e-300; 1e300 ] do
                  let scaled = inputs |> Array2D.map (fun x -> x * scale)
                  let targets = targets |> Array.map (fun y -> y * scale)

                  closeTo
                      0.5
                      (exact scaled targets start)
                      (solved (MinimumNorm.Solve(scaled, targets, start)))
          testCase "500 equations in 700 unknowns"
          <| fun () ->
              let random = random 41
              let inputs = Array2D.init 500 700 (fun _ _ -> uniform random -1.0 1.0)

              let solution =
                  solved (MinimumNorm.Solve(inputs, Array.init 500 (fun _ -> uniform random -1.0 1.0)))

              Expect.isTrue solution.Converged "converged"
              within pairs 0.0 solution.DualityGap "gap"
              within (roundings 1.0 1.0) 0.0 solution.Residual "residual of the rounded weights"
          testCase "hostile input is refused"
          <| fun () ->
              let refused part (solve: unit -> MinimumNormResult) =
                  let message =
                      try
                          solve () |> ignore
                          ""
                      with :? ArgumentException as error ->
                          error.Message

                  Expect.stringContains message part "the sentence"

              refused "0 × 3" (fun () -> MinimumNorm.Solve(Array2D.zeroCreate 0 3, [||]))
              refused "3 inputs need 3 targets" (fun () -> MinimumNorm.Solve(inputs, [| 1.0 |]))
              refused "a start of that length" (fun () -> MinimumNorm.Solve(inputs, targets, [| 1.0 |]))
              refused "One input is NaN" (fun () -> MinimumNorm.Solve(array2D [ [ nan ] ], [| 1.0 |]))
              refused "One target is" (fun () -> MinimumNorm.Solve(array2D [ [ 1.0 ] ], [| infinity |]))
              refused "range of double" (fun () -> MinimumNorm.Solve(array2D [ [ 1e-300 ] ], [| 1e300 |]))
          property 41UL "random integer systems, correctly rounded"
          <| fun (seed: int) ->
              let random = Random seed
              let d = random.Next(1, 7)
              let n = random.Next(1, d + 1)
              let integer (_: int) = float (random.Next(-9, 10))
              // A unit lower triangle times independent rows keeps them independent.
              let inputs =
                  Array2D.init n d (fun i j ->
                      if j < i then integer j
                      elif j = i then 1.0
                      else integer j)

              let targets, start = Array.init n integer, Array.init d integer
              let solution = solved (MinimumNorm.Solve(inputs, targets, start))
              let expected = exact inputs targets start

              // A weight that is exactly zero comes out at the resolution of the pair.
              Array.iter2
                  (fun (predicted: Rational) measured ->
                      let predicted = predicted.ToDouble()
                      within (ulps 0.5 predicted + pairs) predicted measured "weight")
                  expected
                  solution.Weights ]
