module ImplicitBias.Tests.Exact.RationalTests

open System
open System.Globalization
open System.Numerics
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests

let private rational (numerator: bigint) (denominator: bigint) = Rational(numerator, denominator)
let private integer (n: int) = rational (bigint n) 1I

let private parse (text: string) =
    Double.Parse(text, CultureInfo.InvariantCulture)

/// A rational of a few digits, zero and negative ones included.
let private draw (random: Random) =
    rational (bigint (random.Next(-60, 61))) (bigint (random.Next(1, 40)))

/// Numerator and denominator of the decimal ±digits·10^exponent, as a string and exactly.
let private decimalText (random: Random) digits lowest highest =
    let mantissa =
        String.init digits (fun i -> string (if i = 0 then random.Next(1, 10) else random.Next 10))

    let exponent = random.Next(lowest, highest + 1)
    let power = BigInteger.Pow(10I, abs exponent)
    let value = BigInteger.Parse(mantissa, CultureInfo.InvariantCulture)

    $"{mantissa}E{exponent}",
    (if exponent >= 0 then
         rational (value * power) 1I
     else
         rational value power)

/// Is d a double nearest to x, ties going to the even one? Decided without rounding anything.
let private isNearest (x: Rational) (d: float) =
    let distance (other: float) =
        let difference = x - Rational.FromBinary other
        if difference.Sign < 0 then -difference else difference

    let even = BitConverter.DoubleToInt64Bits d &&& 1L = 0L

    [ Math.BitDecrement d; Math.BitIncrement d ]
    |> List.filter Double.IsFinite
    |> List.forall (fun neighbour ->
        let here, there = distance d, distance neighbour
        here < there || (here = there && even))

[<Tests>]
let arithmetic =
    testList
        "rational arithmetic"
        [ testCase "lowest terms, positive denominator"
          <| fun () ->
              for n, d, expected in [ 6, 4, "3/2"; 6, -4, "-3/2"; -6, -4, "3/2"; 0, -7, "0"; 8, 4, "2" ] do
                  Expect.equal ((rational (bigint n) (bigint d)).ToString()) expected $"{n}/{d}"
          testCase "the default value is 0"
          <| fun () ->
              let zero = Unchecked.defaultof<Rational>
              Expect.equal zero (integer 0) "equal"
              Expect.equal (zero.GetHashCode()) ((integer 0).GetHashCode()) "hash"
              Expect.equal (zero + integer 3) (integer 3) "neutral"
              Expect.equal (zero.ToDouble()) 0.0 "double"
          testCase "division by zero is refused"
          <| fun () ->
              Expect.throwsT<DivideByZeroException> (fun () -> rational 1I 0I |> ignore) "constructor"
              Expect.throwsT<DivideByZeroException> (fun () -> integer 1 / integer 0 |> ignore) "quotient"
          Seeded.property 11UL "the four operations against integer cross-multiplication" (fun (seed: int) ->
              let random = Seeded.random seed
              let a, b = draw random, draw random
              let n, d, m, e = a.Numerator, a.Denominator, b.Numerator, b.Denominator

              // p/q is x exactly if p·(denominator of x) = q·(numerator of x).
              let is (x: Rational) (p: bigint) (q: bigint) =
                  p * x.Denominator = q * x.Numerator
                  && x.Denominator.Sign > 0
                  && BigInteger.GreatestCommonDivisor(x.Numerator, x.Denominator) = 1I

              is (a + b) (n * e + m * d) (d * e)
              && is (a - b) (n * e - m * d) (d * e)
              && is (a * b) (n * m) (d * e)
              && (m.IsZero || is (a / b) (n * e) (d * m))
              && is -a -n d)
          Seeded.property 12UL "field laws" (fun (seed: int) ->
              let random = Seeded.random seed
              let a, b, c = draw random, draw random, draw random

              (a + b) + c = a + (b + c)
              && (a * b) * c = a * (b * c)
              && a * (b + c) = a * b + a * c
              && a + b - b = a
              && (b.Sign = 0 || a / b * b = a))
          Seeded.property 13UL "order agrees with the sign of the difference" (fun (seed: int) ->
              let random = Seeded.random seed
              let a, b = draw random, draw random
              let sign = (a - b).Sign

              sign = Math.Sign(a.CompareTo b)
              && (a < b) = (sign < 0)
              && (a >= b) = (sign >= 0)
              && (a = b) = (sign = 0)
              && (a <> b || a.GetHashCode() = b.GetHashCode())) ]

[<Tests>]
let reading =
    testList
        "rational readings of a double"
        [ testCase "binary: 0.1 is the dyadic number next to it"
          <| fun () ->
              Expect.equal
                  (Rational.FromBinary 0.1)
                  (rational 3602879701896397I (BigInteger.Pow(2I, 55)))
                  "0.1 = 3602879701896397 / 2⁵⁵"
          testCase "decimal: 0.1 is 1/10"
          <| fun () ->
              for value, expected in
                  [ 0.1, "1/10"
                    -5.1, "-51/10"
                    3750.0, "3750"
                    1e22, "10000000000000000000000"
                    2.5e-7, "1/4000000"
                    0.0, "0" ] do
                  Expect.equal ((Rational.FromDecimal value).ToString()) expected $"{value}"
          testCase "the smallest and the largest double"
          <| fun () ->
              Expect.equal
                  (Rational.FromBinary Double.Epsilon)
                  (rational 1I (BigInteger.Pow(2I, 1074)))
                  "2⁻¹⁰⁷⁴"

              Expect.equal
                  (Rational.FromBinary Double.MaxValue)
                  (rational ((BigInteger.Pow(2I, 53) - 1I) * BigInteger.Pow(2I, 971)) 1I)
                  "(2⁵³ - 1) 2⁹⁷¹"
          testCase "NaN and infinities have no reading"
          <| fun () ->
              for value in [ nan; infinity; -infinity ] do
                  Expect.throwsT<ArgumentException> (fun () -> Rational.FromBinary value |> ignore) "binary"
                  Expect.throwsT<ArgumentException> (fun () -> Rational.FromDecimal value |> ignore) "decimal"
          testCase "every decimal of 15 digits is read as written"
          <| fun () ->
              let random = Seeded.random 15

              for _ in 1..2000 do
                  let text, value = decimalText random (random.Next(1, 16)) -290 280
                  Expect.equal (Rational.FromDecimal(parse text)) value text ]

[<Tests>]
let rounding =
    testList
        "rational to double"
        [ testCase "a double comes back, bit for bit"
          <| fun () ->
              let random = Seeded.random 16

              for _ in 1..5000 do
                  let value = Seeded.anyFinite random
                  Expect.equal ((Rational.FromBinary value).ToDouble()) value $"%.17g{value}"

              for bits in [ 1L; 2L; 3L; 0xFFFFFFFFFFFFFL; 0x10000000000000L; 0x10000000000001L ] do
                  let value = BitConverter.Int64BitsToDouble bits
                  Expect.equal ((Rational.FromBinary value).ToDouble()) value $"bits {bits}"
          testCase "decimals of up to 40 digits round as the parser does"
          <| fun () ->
              let random = Seeded.random 17

              for _ in 1..3000 do
                  let text, value = decimalText random (random.Next(1, 41)) -330 260
                  Expect.equal (value.ToDouble()) (parse text) text
          testCase "decimals among the subnormals round as the parser does"
          <| fun () ->
              let random = Seeded.random 18

              for _ in 1..3000 do
                  let text, value = decimalText random (random.Next(1, 21)) -345 -308
                  Expect.equal (value.ToDouble()) (parse text) text
          testCase "no neighbour is nearer, ties go to even"
          <| fun () ->
              let random = Seeded.random 19

              for _ in 1..2000 do
                  let n, d = random.NextInt64() + 1L, random.NextInt64() + 1L
                  let x = rational (bigint n) (bigint d * BigInteger.Pow(2I, random.Next 200))
                  Expect.isTrue (isNearest x (x.ToDouble())) $"{x}"
          testCase "halfway cases, normal and subnormal"
          <| fun () ->
              let random = Seeded.random 20
              let half = rational 1I 2I

              for _ in 1..2000 do
                  let lower =
                      abs (Seeded.anyFinite random) * (if random.Next 2 = 0 then 1.0 else 1e-300)

                  let upper = Math.BitIncrement lower

                  if Double.IsFinite upper then
                      let middle = (Rational.FromBinary lower + Rational.FromBinary upper) * half

                      let even =
                          if BitConverter.DoubleToInt64Bits lower &&& 1L = 0L then
                              lower
                          else
                              upper

                      Expect.equal (middle.ToDouble()) even $"between %.17g{lower} and its successor"

                      let tiny = rational 1I (BigInteger.Pow(10I, 400))
                      Expect.equal ((middle + tiny).ToDouble()) upper "just above the middle"
                      Expect.equal ((middle - tiny).ToDouble()) lower "just below the middle"
          testCase "out of range"
          <| fun () ->
              let huge = rational (BigInteger.Pow(10I, 400)) 1I
              Expect.equal (huge.ToDouble()) infinity "10⁴⁰⁰"
              Expect.equal ((-huge).ToDouble()) -infinity "-10⁴⁰⁰"
              Expect.equal ((integer 1 / huge).ToDouble()) 0.0 "10⁻⁴⁰⁰"

              let quotient =
                  rational (BigInteger.Pow(10I, 400) + 1I) (3I * BigInteger.Pow(10I, 400))

              Expect.equal (quotient.ToDouble()) (1.0 / 3.0) "both parts beyond any double"
              let smallest = rational 1I (BigInteger.Pow(2I, 1075))
              Expect.equal (smallest.ToDouble()) 0.0 "half the smallest double ties to 0"
              Expect.equal ((smallest * rational 3I 2I).ToDouble()) Double.Epsilon "three quarters rounds up" ]
