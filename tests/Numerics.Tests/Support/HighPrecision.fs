/// exp and log to more than 50 correct digits, by BigInteger series: the reference that the floating-point
/// functions are measured against. Shares nothing with them.
module ImplicitBias.Tests.HighPrecision

open System.Numerics
open ImplicitBias.Numerics.Exact

// Numbers are integers scaled by 2^bits. exp(-700) is about 2^-1010, which leaves it 190 significant bits.
let private bits = 1200
let private one = BigInteger.One <<< bits
let private times (a: bigint) (b: bigint) = (a * b) >>> bits

let private fromRational (x: Rational) = (x.Numerator <<< bits) / x.Denominator
let private toRational (x: bigint) = Rational(x, one)

/// 2 artanh z = 2 (z + z³/3 + z⁵/5 + ...) for |z| ≤ 1/3.
let private twiceArtanh (z: bigint) =
    let square = times z z

    let rec add (sum: bigint) (power: bigint) (odd: int) =
        if BigInteger.Abs power < BigInteger odd then
            sum
        else
            add (sum + power / BigInteger odd) (times power square) (odd + 2)

    2I * add 0I z 1

let private log2 = twiceArtanh (one / 3I)

/// eˣ for |x| ≤ 800.
let exp (x: Rational) : Rational =
    let x = fromRational x
    let halvings = x / log2
    // e^x = 2^k (e^{r/2^20})^{2^20}, |r| < log 2: the series of a tiny number, squared twenty times.
    let small = (x - halvings * log2) >>> 20

    let rec add (sum: bigint) (term: bigint) (n: int) =
        if BigInteger.Abs term <= 1I then
            sum
        else
            add (sum + term) (times term small / BigInteger n) (n + 1)

    let tiny = add 0I one 1
    let reduced = List.fold (fun power _ -> times power power) tiny [ 1..20 ]
    let k = int halvings
    toRational (if k >= 0 then reduced <<< k else reduced >>> -k)

/// log x for x > 0.
let log (x: Rational) : Rational =
    let k = int (x.Numerator.GetBitLength() - x.Denominator.GetBitLength())

    let mantissa =
        if k >= 0 then
            Rational(x.Numerator, x.Denominator <<< k)
        else
            Rational(x.Numerator <<< -k, x.Denominator)

    // 1/2 < mantissa < 2, so (mantissa - 1)/(mantissa + 1) is at most 1/3 in magnitude.
    let one' = Rational.One
    let z = fromRational ((mantissa - one') / (mantissa + one'))
    toRational (twiceArtanh z + BigInteger k * log2)

/// The exact value of a double.
let exact (x: float) : Rational = Rational.FromBinary x
