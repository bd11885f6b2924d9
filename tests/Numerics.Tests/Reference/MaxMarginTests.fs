module ImplicitBias.Tests.Reference.MaxMarginTests

open System
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Within

let private refuses (name: string) (part: string) (solve: unit -> MaxMarginResult) =
    testCase name
    <| fun () ->
        let message =
            try
                solve () |> ignore
                ""
            with :? ArgumentException as error ->
                error.Message

        Expect.stringContains message part "the sentence"

[<Tests>]
let small =
    testList
        "max margin by hand"
        [ testCase "two support vectors in the plane"
          <| fun () ->
              let solution = solved (MaxMargin.Solve twoSupportVectors)
              Expect.equal solution.Weights [| ratio 4 11; ratio 6 11 |] "weights"

              Expect.equal
                  solution.Dual
                  [| ratio 12 121; ratio 40 121; Rational.Zero; Rational.Zero; Rational.Zero |]
                  "duals"

              Expect.equal solution.SmallestInactiveMargin (Nullable(ratio 18 11)) "smallest inactive margin"
              Expect.equal solution.MarginSquared (ratio 121 52) "margin"
              within (ulps 1.0 1.5254255396193803) 1.5254255396193803 solution.Margin "margin as double"
          testCase "an active point of zero dual is named"
          <| fun () ->
              let solution = solved (MaxMargin.Solve zeroDual)
              Expect.equal solution.Weights [| whole 1; whole 0 |] "weights"
              Expect.equal solution.Active [| 0; 1 |] "both active"
              Expect.equal solution.Support [| 0 |] "one supports"
              Expect.equal solution.ZeroDuals [| 1 |] "zero in every dual"
              Expect.isTrue solution.DualIsUnique "the dual is (1, 0)"
              Expect.isFalse solution.SmallestInactiveMargin.HasValue "nothing inactive"
          testCase "a segment of duals is told from a zero dual"
          <| fun () ->
              let solution = solved (MaxMargin.Solve dependentSupport)
              Expect.equal solution.Weights [| whole 1; whole 0; whole 0 |] "weights"
              Expect.equal solution.Active [| 0; 1; 2; 3 |] "four active"
              Expect.isFalse solution.DualIsUnique "not unique"
              Expect.isEmpty solution.ZeroDuals "each is positive in some dual"
              Expect.equal solution.DualFaceSupport [| 0; 1; 2; 3 |] "support of the face"
              Expect.equal solution.SupportRank 3 "rank"
              Expect.isEmpty (kktViolations dependentSupport [||] solution) "the vertex is optimal"
          testCase "a zero dual beside a segment of duals"
          <| fun () ->
              // The first two rows twice over make a segment; the last is active with the normal (0, 0, 1) of their plane.
              let rows =
                  decimals [ [ 1.0; 1.0; 0.0 ]; [ 1.0; -1.0; 0.0 ]; [ 1.0; 1.0; 0.0 ]; [ 1.0; 0.0; 1.0 ] ]

              let solution = solved (MaxMargin.Solve rows)
              Expect.isFalse solution.DualIsUnique "a row occurs twice"
              Expect.equal solution.ZeroDuals [| 3 |] "only the last is always zero"
              Expect.equal solution.DualFaceSupport [| 0; 1; 2 |] "the others are not"
              Expect.equal solution.SupportRank 2 "rank"
          testCase "dependent active rows with a unique dual"
          <| fun () ->
              // (1,1), (1,-1) add up to 2(1,0), so (1,0) is dependent and can take their place; (1,3) cannot.
              let rows = decimals [ [ 1.0; 0.0 ]; [ 1.0; 1.0 ]; [ 1.0; 3.0 ] ]
              let solution = solved (MaxMargin.Solve rows)
              Expect.equal solution.Active [| 0; 1; 2 |] "three active rows in a plane are dependent"
              Expect.isTrue solution.DualIsUnique "yet mass on the last two would tilt the sum"
              Expect.equal solution.ZeroDuals [| 1; 2 |] "they are zero"
          testCase "one point"
          <| fun () ->
              let solution = solved (MaxMargin.Solve(decimals [ [ 3.0; 4.0 ] ]))
              Expect.equal solution.Weights [| ratio 3 25; ratio 4 25 |] "z/|z|²"
              within exactly 5.0 solution.Margin "margin"
          testCase "a point and its mirror image are not separable"
          <| fun () ->
              let rows = decimals [ [ 1.0; 2.0 ]; [ -1.0; -2.0 ]; [ 5.0; 0.0 ] ]
              let certificate = notSeparable (MaxMargin.Solve rows)
              Expect.equal certificate.Multipliers [| ratio 1 2; ratio 1 2; whole 0 |] "certificate"
              Expect.equal certificate.Support [| 0; 1 |] "its support"
          testCase "a point at the origin is not separable"
          <| fun () ->
              let certificate =
                  notSeparable (MaxMargin.Solve(decimals [ [ 1.0; 1.0 ]; [ 0.0; 0.0 ] ]))

              Expect.equal certificate.Support [| 1 |] "the origin itself"
          testCase "coincident points of unlike class are not separable by a free bias"
          <| fun () ->
              let inputs = decimals [ [ 1.0; 2.0 ]; [ 1.0; 2.0 ]; [ 4.0; 4.0 ] ]
              let certificate = notSeparable (MaxMargin.SolveFreeBias(inputs, [| 1; -1; 1 |]))
              Expect.equal certificate.Support [| 0; 1 |] "the two"
          testCase "a certificate proves nothing about other data"
          <| fun () ->
              let rows = decimals [ [ 1.0; 2.0 ]; [ -1.0; -2.0 ] ]
              let certificate = notSeparable (MaxMargin.Solve rows)
              Expect.isTrue (certificate.Proves(rows)) "its own data"
              Expect.isTrue (certificate.Proves(rows, [| 1; -1 |])) "and with a bias that cancels"
              Expect.isFalse (certificate.Proves(rows, [| 1; 1 |])) "not with one that does not"
              Expect.isFalse (certificate.Proves(twoSupportVectors)) "another size"
              Expect.isFalse (certificate.Proves(decimals [ [ 1.0; 2.0 ]; [ -1.0; -1.0 ] ])) "another row" ]

[<Tests>]
let hostile =
    testList
        "max margin refuses"
        [ refuses "no points" "at least one point" (fun () ->
              MaxMargin.Solve(Array2D.zeroCreate<Rational> 0 3))
          refuses "no features" "one feature" (fun () -> MaxMargin.Solve(Array2D.zeroCreate<float> 3 0))
          refuses "NaN" "NaN" (fun () -> MaxMargin.Solve(array2D [ [ 1.0; nan ] ]))
          refuses "infinity" "finite" (fun () -> MaxMargin.Approximate(array2D [ [ infinity ] ]))
          refuses "one class with a free bias" "both classes" (fun () ->
              MaxMargin.SolveFreeBias(twoSupportVectors, Array.create 5 1))
          refuses "labels 0 and 1" "Label 1 is 0" (fun () -> MaxMargin.SolveFreeBias(zeroDual, [| 1; 0 |]))
          refuses "too few labels" "2 inputs need 2 labels" (fun () ->
              MaxMargin.SolveFreeBias(zeroDual, [| 1 |]))
          refuses "a support point that is not there" "outside 0..1" (fun () ->
              MaxMargin.SolveFrom(zeroDual, [| 2 |]))
          refuses "a repeated support point" "repeats" (fun () -> MaxMargin.SolveFrom(zeroDual, [| 1; 1 |])) ]

let private gaussian (random: Random) =
    sqrt (-2.0 * log (1.0 - random.NextDouble()))
    * cos (2.0 * Math.PI * random.NextDouble())

/// Gaussian rows reflected to, and moved half a unit beyond, the positive side of the first axis.
let private gaussianRows seed n d =
    let random = Seeded.random seed

    Array2D.init n d (fun _ k ->
        let value = gaussian random
        if k = 0 then abs value + 0.5 else value)

/// The gap that refinement in pairs of doubles leaves: a unit, 2⁻¹⁰⁴, for every entry of the rows.
let private pairs rows features =
    part "double-double" (float (rows * features) * 2.0 ** -104.0)

/// Distance of the unit directions.
let private directionError (a: MaxMarginResult.Solved) (b: MaxMarginResult.Solved) =
    Array.map2 (fun x y -> x * a.Margin - y * b.Margin) a.WeightsDouble b.WeightsDouble
    |> Array.sumBy (fun x -> x * x)
    |> sqrt

[<Tests>]
let numerical =
    testList
        "max margin in floating point"
        [ testCase "agrees with the exact solution on 200 points in 20 dimensions"
          <| fun () ->
              let rows = gaussianRows 3 200 20
              let exact = solved (MaxMargin.Solve rows)
              let approximate = solved (MaxMargin.Approximate rows)
              Expect.isTrue exact.Certified "certified"
              Expect.isFalse approximate.Certified "floating point certifies nothing"
              Expect.equal approximate.Support exact.Support "support"
              // A rounding for each of the twenty weights, on both sides, and one of each margin.
              Expect.isLessThan (directionError exact approximate) (2.0 * ulp 1.0) "direction"
              within (pairs 200 20) 0.0 approximate.DualityGap "duality gap"
              Expect.isEmpty (kktViolations (rows |> Array2D.map Rational.FromBinary) [||] exact) "KKT"
          testCase "1000 points in 100 dimensions, to the rounding error"
          <| fun () ->
              let solution = solved (MaxMargin.Approximate(gaussianRows 5 1000 100))
              within (pairs 1000 100) 0.0 solution.DualityGap "duality gap"
          testCase "beyond the exact budget the answer says that it is not certified"
          <| fun () ->
              let solution = solved (MaxMargin.Solve(gaussianRows 7 600 200))
              Expect.isFalse solution.Certified "not certified"
              within (pairs 600 200) 0.0 solution.DualityGap "duality gap"
          testCase "data near the ends of the range of double"
          <| fun () ->
              for scale in [ 1e-300; 1e300 ] do
                  let rows = toDoubles twoSupportVectors |> Array2D.map (fun x -> x * scale)
                  let solution = solved (MaxMargin.Solve rows)
                  Expect.isTrue solution.Certified "certified"
                  Expect.equal solution.Support [| 0; 1 |] "support"

                  within
                      (ulps 4.0 (1.5254255396193803 * scale))
                      (1.5254255396193803 * scale)
                      solution.Margin
                      "margin"
          testCase "rows of very different lengths"
          <| fun () ->
              let rows = array2D [ [ 1e-8; 1.0 ]; [ 1e8; -1.0 ]; [ 1e-3; 1e-9 ] ]
              let solution = solved (MaxMargin.Solve rows)
              Expect.isTrue solution.Certified "certified"
              Expect.isEmpty (kktViolations (rows |> Array2D.map Rational.FromBinary) [||] solution) "KKT"
          testCase "a gap of one ulp separates"
          <| fun () ->
              let inputs = array2D [ [ 1.0 ]; [ Math.BitIncrement 1.0 ]; [ 5.0 ]; [ -3.0 ] ]
              let solution = solved (MaxMargin.SolveFreeBias(inputs, [| -1; 1; 1; -1 |]))
              Expect.isTrue solution.Certified "certified"
              Expect.equal solution.Support [| 0; 1 |] "the two neighbours"
              within exactly (Math.ScaleB(1.0, -53)) solution.Margin "half the gap"
          testCase "an overlap of one ulp does not"
          <| fun () ->
              let inputs = array2D [ [ Math.BitIncrement 1.0 ]; [ 1.0 ]; [ 5.0 ]; [ -3.0 ] ]
              let certificate = notSeparable (MaxMargin.SolveFreeBias(inputs, [| -1; 1; 1; -1 |]))
              let signed = array2D [ [ -Math.BitIncrement 1.0 ]; [ 1.0 ]; [ 5.0 ]; [ 3.0 ] ]

              Expect.isTrue
                  (certificate.Proves(signed |> Array2D.map Rational.FromBinary, [| -1; 1; 1; -1 |]))
                  "certificate" ]
