module ImplicitBias.Tests.Exact.ExactLinearSolverTests

open System
open System.Numerics
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests.Seeded

let private integers (random: Random) rows columns (bits: int) =
    Array2D.init rows columns (fun _ _ ->
        let magnitude = BigInteger(random.NextInt64()) * BigInteger(random.NextInt64())
        let value = magnitude % BigInteger.Pow(2I, bits)
        if random.Next 2 = 0 then -value else value)

let private product (a: bigint[,]) (b: bigint[,]) =
    Array2D.init (Array2D.length1 a) (Array2D.length2 b) (fun i j ->
        Seq.init (Array2D.length2 a) (fun k -> a[i, k] * b[k, j]) |> Seq.sum)

let private solves (matrix: bigint[,]) (right: bigint[,]) =
    let ok, numerators, denominator = ExactLinearSolver.TrySolve(matrix, right)
    Expect.isTrue ok "not singular"
    Expect.isGreaterThan denominator 0I "positive denominator"

    Expect.equal
        (product matrix numerators)
        (right |> Array2D.map (fun entry -> denominator * entry))
        "A X = B"

[<Tests>]
let tests =
    testList
        "exact linear systems"
        [ testCase "a system by hand"
          <| fun () ->
              let ok, numerators, denominator =
                  ExactLinearSolver.TrySolve(array2D [ [ 0I; 2I ]; [ 3I; 1I ] ], array2D [ [ 1I ]; [ 1I ] ])

              Expect.isTrue ok "not singular"
              Expect.equal (Rational(numerators[0, 0], denominator)) (Rational(1I, 6I)) "x"
              Expect.equal (Rational(numerators[1, 0], denominator)) (Rational(1I, 2I)) "y"
          // The larger sizes go through p-adic lifting, the smaller through elimination.
          for size in [ 1; 2; 3; 5; 8; 11; 12; 13; 20; 30 ] do
              for bits in [ 8; 60; 110 ] do
                  testCase $"{size} unknowns of {bits} bits"
                  <| fun () ->
                      let random = random (1000 * size + bits)
                      solves (integers random size size bits) (integers random size 3 bits)
          testCase "a singular matrix is found singular at any size"
          <| fun () ->
              for size in [ 2; 7; 12; 25 ] do
                  let random = random size
                  let thin = integers random size (size - 1) 40
                  let singular = product thin (integers random (size - 1) size 40)

                  let ok, _, denominator =
                      ExactLinearSolver.TrySolve(singular, integers random size 1 10)

                  Expect.isFalse ok "singular"
                  Expect.equal denominator 0I "no denominator"
                  Expect.equal (ExactLinearSolver.Rank singular) (size - 1) "rank"
          testCase "a matrix singular only modulo the lifting prime is solved all the same"
          <| fun () ->
              let prime = BigInteger.Pow(2I, 61) - 1I
              let random = random 5
              let matrix = integers random 14 14 20

              let multiple =
                  matrix |> Array2D.mapi (fun i _ entry -> if i = 3 then prime * entry else entry)

              solves multiple (integers random 14 2 20)
              Expect.equal (ExactLinearSolver.Rank multiple) 14 "rank"
          testCase "ranks of rectangles"
          <| fun () ->
              for rows, inner, columns in [ 5, 2, 9; 9, 3, 4; 6, 6, 6; 4, 0, 3 ] do
                  let random = random rows

                  let matrix =
                      product (integers random rows inner 50) (integers random inner columns 50)

                  Expect.equal (ExactLinearSolver.Rank matrix) (min inner (min rows columns)) "rank"
          testCase "shapes that do not fit are refused"
          <| fun () ->
              Expect.throwsT<ArgumentException>
                  (fun () ->
                      ExactLinearSolver.TrySolve(Array2D.create 2 3 1I, Array2D.create 2 1 1I)
                      |> ignore)
                  "not square" ]
