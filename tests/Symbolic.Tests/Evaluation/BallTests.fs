module ImplicitBias.Tests.BallTests

open System.Numerics
open Expecto
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

/// A ball around a fraction, of a radius that is a small multiple of the fraction's last digit.
let private around (numerator: int) (denominator: int) (width: int) =
    let centre = BigRational.FromIntFraction(numerator, 1 + abs (denominator % 1000))
    let radius = BigFloat.create (BigInteger(abs width % 50)) (BigInteger -12)
    centre, Ball.widen radius (Ball.ofRational 40 centre)

/// A point of such a ball other than its centre.
let private inside (centre: BigRational) (width: int) (share: int) =
    let step = BigRational.FromIntFraction((abs width % 50) * (share % 8), 8 * 4096)
    centre + step

let private operations =
    [ "+", Ball.add 30, (fun (p: BigRational) (q: BigRational) -> p + q)
      "-", Ball.subtract 30, (fun p q -> p - q)
      "*", Ball.multiply 30, (fun p q -> p * q) ]

[<Tests>]
let tests =
    testList
        "balls"
        [ testProperty "sum, difference and product contain those of every pair of points"
          <| fun (a: int, b: int, w: int) (c: int, d: int, v: int) (s: int, t: int) ->
              let p, x = around a b w
              let q, y = around c d v

              for name, ofBalls, ofNumbers in operations do
                  for p, q in [ p, q; inside p w s, inside q v t ] do
                      Expect.isTrue (contains (ofNumbers p q) (ofBalls x y)) name

          testProperty
              "quotients contain those of every pair of points, and are refused where the divisor may be 0"
          <| fun (a: int, b: int, w: int) (c: int, d: int, v: int) (s: int, t: int) ->
              let p, x = around a b w
              let q, y = around c d v

              match Ball.divide 30 x y with
              | Error _ -> Expect.isTrue (contains BigRational.Zero y) "refused without a zero"
              | Ok quotient ->
                  Expect.isTrue (contains (p / q) quotient) "centre"
                  Expect.isTrue (contains (inside p w s / inside q v t) quotient) "inside"

          testProperty "integer powers contain those of every point, and even ones are never negative"
          <| fun (a: int, b: int, w: int) (s: int) (k: byte) ->
              let p, x = around (a % 5000) b w
              let k = int k % 12
              let power = Ball.powerOfNatural 30 (BigInteger k) x
              Expect.isTrue (contains (BigRational.Pow(inside p w s, k)) power) "contained"

              if k % 2 = 0 then
                  Expect.isGreaterThanOrEqual (Ball.lower power).Sign 0 "sign"

          testProperty "the square of a square root contains the number"
          <| fun (a: int, b: int) ->
              let p, x = around (abs a) b 0
              let root = Expect.wantOk (Ball.sqrt 50 x) "root"
              Expect.isTrue (contains p (Ball.multiply 50 root root)) "contained"

          testProperty "rounding down and up bracket the number, and differ by one unit"
          <| fun (mantissa: int64) (precision: byte) ->
              let precision = 2 + int precision % 60
              let number = BigFloat.ofInteger (BigInteger mantissa)

              let low, high =
                  BigFloat.round Down precision number, BigFloat.round Up precision number

              Expect.isTrue (low <= number && number <= high) "bracket"
              let gap = BigFloat.add Up 64 high -low

              if not gap.IsZero then
                  Expect.isTrue
                      (gap.Top - BigInteger.One <= number.Top - BigInteger precision + BigInteger.One)
                      "unit"

          testProperty "every finite double is read exactly and given back"
          <| fun (value: float) ->
              if System.Double.IsFinite value then
                  Expect.equal (BigFloat.toFloat (BigFloat.ofFloat value)) value "round trip"

          testCase "a summand 10^40 digits smaller costs no memory and is not forgotten"
          <| fun () ->
              let tiny = BigFloat.powerOfTwo -(BigInteger.Pow(BigInteger 10, 40))
              let sum = Ball.add 64 Ball.one (Ball.ofBigFloat tiny)
              Expect.isTrue (Ball.contains BigFloat.one sum) "contains 1"
              Expect.isTrue (BigFloat.one < BigFloat.add Up 64 BigFloat.one tiny) "up"
              Expect.equal (BigFloat.add Down 64 BigFloat.one tiny) BigFloat.one "down" ]
