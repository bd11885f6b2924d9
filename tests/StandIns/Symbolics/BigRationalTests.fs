/// Exact rationals: lowest terms, exact arithmetic, order and conversion.
module StandIns.Tests.Symbolics.BigRationalTests

open System
open System.Numerics
open Expecto
open MathNet.Numerics

let private rational (n: int) (d: int) = BigRational.FromIntFraction(n, d)

[<Tests>]
let tests =
    testList
        "BigRational"
        [ testCase "fractions are kept in lowest terms with a positive denominator" (fun () ->
              let x = rational 6 -4
              Expect.equal x.Numerator (BigInteger -3) "numerator"
              Expect.equal x.Denominator (BigInteger 2) "denominator"
              Expect.equal (string x) "-3/2" "text"
              Expect.equal (string (rational 8 4)) "2" "an integer is written without a denominator")

          testCase "arithmetic is exact" (fun () ->
              Expect.equal (rational 1 3 + rational 1 6) (rational 1 2) "sum"
              Expect.equal (rational 1 3 - rational 1 2) (rational -1 6) "difference"
              Expect.equal (rational 2 3 * rational 9 4) (rational 3 2) "product"
              Expect.equal (rational 2 3 / rational -4 9) (rational -3 2) "quotient"
              Expect.equal (-(rational 2 3)) (rational -2 3) "negation"
              Expect.equal (BigRational.Abs(rational -2 3)) (rational 2 3) "absolute value"
              Expect.equal (BigRational.Pow(rational 2 3, -2)) (rational 9 4) "negative power"
              Expect.equal (BigRational.Reciprocal(rational -2 3)) (rational -3 2) "reciprocal"
              Expect.equal (BigRational.FromDecimal 0.125m) (rational 1 8) "decimals are exact")

          testCase "equal numbers have equal hashes, whatever made them" (fun () ->
              let a, b = rational 1 3 + rational 2 3, BigRational.One
              Expect.isTrue (a = b) "equal"
              Expect.equal (hash a) (hash b) "hash")

          testCase "order is numerical" (fun () ->
              let sorted =
                  List.sort [ rational 1 2; rational -1 2; rational 1 3; BigRational.Zero; rational 7 6 ]

              Expect.equal (List.map string sorted) [ "-1/2"; "0"; "1/3"; "1/2"; "7/6" ] "sorted"
              Expect.isTrue (rational 1 3 < rational 1 2) "less"
              Expect.isTrue (rational -1 3 > rational -1 2) "greater")

          testCase "predicates" (fun () ->
              Expect.isTrue BigRational.Zero.IsZero "zero"
              Expect.isTrue BigRational.One.IsOne "one"
              Expect.isTrue (rational 4 2).IsInteger "integer"
              Expect.isFalse (rational 1 2).IsInteger "no integer"
              Expect.isTrue (rational -1 2).IsNegative "negative"
              Expect.isTrue (rational 1 2).IsPositive "positive"
              Expect.equal (rational -1 2).Sign -1 "sign")

          testCase "text is read exactly" (fun () ->
              Expect.equal (BigRational.Parse "6/4") (rational 3 2) "fraction"
              Expect.equal (BigRational.Parse "-3") (rational -3 1) "negative integer"
              let long = "123456789012345678901234567890"
              Expect.equal (string (BigRational.Parse long)) long "beyond 64 bits"
              Expect.throws (fun () -> BigRational.Parse "one half" |> ignore) "no number")

          testCase "the nearest double" (fun () ->
              Expect.equal (BigRational.ToDouble(rational 1 3)) (1.0 / 3.0) "a third"
              Expect.equal (BigRational.ToDouble(rational -7 8)) -0.875 "exact"
              Expect.equal (BigRational.ToInt32(rational 12 3)) 4 "an integer")

          testCase "a zero denominator raises" (fun () ->
              Expect.throwsT<DivideByZeroException> (fun () -> rational 1 0 |> ignore) "fraction"
              Expect.throws (fun () -> BigRational.One / BigRational.Zero |> ignore) "quotient")

          testCase "N literals" (fun () -> Expect.equal (3N / 6N) (rational 1 2) "3/6") ]
