namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Exact rationals as the coefficients of terms: integer parts, common factors, powers as far as they are written out.
module internal BigRationals =

    /// The largest integer at most q.
    let floor (q: BigRational) : BigInteger =
        let quotient = BigInteger.Divide(q.Numerator, q.Denominator)

        if q.IsNegative && not q.IsInteger then
            quotient - BigInteger.One
        else
            quotient

    /// The least integer at least q.
    let ceiling (q: BigRational) : BigInteger = -(floor -q)

    /// The positive rational c with q = c n for all of some rationals, the n integers without a common factor; 1 if all are 0.
    let content (rationals: BigRational seq) : BigRational =
        let mutable top = BigInteger.Zero
        let mutable bottom = BigInteger.One

        for q in rationals do
            top <- BigInteger.GreatestCommonDivisor(top, q.Numerator)
            bottom <- bottom / BigInteger.GreatestCommonDivisor(bottom, q.Denominator) * q.Denominator

        if top.IsZero then
            BigRational.One
        else
            BigRational.FromBigIntFraction(top, bottom)

    /// Integers with more bits than this are not written out: 10^(10^10) stays a power.
    let private bitLimit = 1 <<< 15

    let private bits (q: BigRational) =
        int64 (max ((BigInteger.Abs q.Numerator).GetBitLength()) (q.Denominator.GetBitLength()))

    /// Whether qⁿ is written out.
    let affordable (q: BigRational) (n: BigInteger) =
        q.IsOne
        || (q.IsInteger && (BigInteger.Abs q.Numerator).IsOne)
        || BigInteger.Abs n * BigInteger(bits q) <= BigInteger bitLimit

    /// qⁿ, for a power that is written out.
    let power (q: BigRational) (n: BigInteger) =
        if q.IsOne then
            BigRational.One
        elif q.IsInteger && (BigInteger.Abs q.Numerator).IsOne then
            if n.IsEven then BigRational.One else q
        else
            BigRational.Pow(q, int n)
