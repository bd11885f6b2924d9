namespace MathNet.Numerics

open System
open System.Globalization
open System.Numerics

/// <summary>
/// An exact fraction of two arbitrarily large integers, always in lowest terms and with a positive denominator, so that
/// equal numbers have equal representations.
/// </summary>
[<Sealed>]
[<StructuredFormatDisplay("{StructuredDisplayString}N")>]
type BigRational private (numerator: BigInteger, denominator: BigInteger) =
    static let zero = BigRational(BigInteger.Zero, BigInteger.One)
    static let one = BigRational(BigInteger.One, BigInteger.One)

    static let reduced (n: BigInteger) (d: BigInteger) =
        if d.IsZero then
            raise (DivideByZeroException "A rational number cannot have the denominator zero.")

        let common = BigInteger.GreatestCommonDivisor(n, d)
        let common = if d.Sign < 0 then -common else common
        BigRational(n / common, d / common)

    static let bits (n: BigInteger) =
        int64 ((BigInteger.Abs n).GetBitLength())

    /// <summary>The numerator in lowest terms; it carries the sign.</summary>
    member _.Numerator = numerator

    /// <summary>The denominator in lowest terms; always positive.</summary>
    member _.Denominator = denominator

    /// <summary>-1, 0 or 1.</summary>
    member _.Sign = numerator.Sign

    /// <summary>True below zero.</summary>
    member _.IsNegative = numerator.Sign < 0

    /// <summary>True above zero.</summary>
    member _.IsPositive = numerator.Sign > 0

    /// <summary>True when the denominator is one.</summary>
    member _.IsInteger = denominator.IsOne

    /// <summary>True for zero.</summary>
    member _.IsZero = numerator.IsZero

    /// <summary>True for one.</summary>
    member _.IsOne = numerator.IsOne && denominator.IsOne

    /// <summary>The text that <c>%A</c> shows before its suffix.</summary>
    member x.StructuredDisplayString = x.ToString()

    /// <summary>Zero.</summary>
    static member Zero = zero

    /// <summary>One.</summary>
    static member One = one

    /// <summary>The integer x.</summary>
    static member FromInt(x: int) =
        BigRational(BigInteger x, BigInteger.One)

    /// <summary>The integer x.</summary>
    static member FromBigInt(x: BigInteger) = BigRational(x, BigInteger.One)

    /// <summary>numerator / denominator. Raises <c>DivideByZeroException</c> for a zero denominator.</summary>
    static member FromIntFraction(numerator: int, denominator: int) =
        reduced (BigInteger numerator) (BigInteger denominator)

    /// <summary>numerator / denominator. Raises <c>DivideByZeroException</c> for a zero denominator.</summary>
    static member FromBigIntFraction(numerator: BigInteger, denominator: BigInteger) =
        reduced numerator denominator

    /// <summary>The exact value of a decimal: 0.1m is one tenth.</summary>
    static member FromDecimal(n: decimal) =
        let parts = Decimal.GetBits n
        let word (i: int) = BigInteger(uint32 parts[i])
        let magnitude = (((word 2 <<< 32) + word 1) <<< 32) + word 0
        let scale = (parts[3] >>> 16) &&& 0xFF
        reduced (if parts[3] < 0 then -magnitude else magnitude) (BigInteger.Pow(BigInteger 10, scale))

    /// <summary>
    /// Reads <c>n</c> or <c>n/d</c> with an optional sign on n. Raises <c>FormatException</c> for any other text.
    /// </summary>
    static member Parse(str: string) =
        let integer (text: string) =
            BigInteger.Parse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)

        match str.Split '/' with
        | [| n |] -> BigRational.FromBigInt(integer n)
        | [| n; d |] -> reduced (integer n) (integer d)
        | _ -> raise (FormatException $"'{str}' is not a rational number: expected n or n/d.")

    /// <summary>The absolute value.</summary>
    static member Abs(n: BigRational) =
        BigRational(BigInteger.Abs n.Numerator, n.Denominator)

    /// <summary>1/n. Raises <c>DivideByZeroException</c> for zero.</summary>
    static member Reciprocal(n: BigRational) = reduced n.Denominator n.Numerator

    /// <summary>n to the power i ≥ 0, by repeated squaring.</summary>
    static member PowN(n: BigRational, i: int) =
        BigRational(BigInteger.Pow(n.Numerator, i), BigInteger.Pow(n.Denominator, i))

    /// <summary>n to the power i; a negative power of zero raises <c>DivideByZeroException</c>.</summary>
    static member Pow(n: BigRational, i: int) =
        if i >= 0 then
            BigRational.PowN(n, i)
        else
            BigRational.PowN(BigRational.Reciprocal n, -i)

    /// <summary>
    /// n as a 53-bit integer mantissa and a binary exponent, n ≈ m·2^e, rounded to nearest even. Unlike a double it has no range
    /// to leave. <c>minimum</c> bounds the exponent from below: -1074 rounds as the subnormal doubles do.
    /// </summary>
    static member internal ToBinary(n: BigRational, minimum: int64) : struct (double * int64) =
        if n.IsZero then
            struct (0.0, 0L)
        else
            // A quotient of at least 65 bits; the remainder only matters through its being zero or not.
            let shift = 66L - (bits n.Numerator - bits n.Denominator)
            let top = BigInteger.Abs n.Numerator
            let top = if shift > 0L then top <<< int shift else top

            let bottom =
                if shift < 0L then
                    n.Denominator <<< int -shift
                else
                    n.Denominator

            let mutable remainder = BigInteger.Zero
            let quotient = BigInteger.DivRem(top, bottom, &remainder)
            let drop = max (bits quotient - 53L) (minimum + shift)

            if drop > bits quotient + 1L then
                struct (0.0, 0L)
            else
                let kept = quotient >>> int drop
                let lost = quotient - (kept <<< int drop)
                let half = BigInteger.One <<< int (drop - 1L)
                let order = compare lost half
                let up = order > 0 || (order = 0 && (not remainder.IsZero || not kept.IsEven))
                let mantissa = double (if up then kept + BigInteger.One else kept)
                struct ((if n.IsNegative then -mantissa else mantissa), drop - shift)

    /// <summary>The nearest double (ties to even), for numerators and denominators of any size; ±∞ past the range.</summary>
    static member ToDouble(n: BigRational) =
        let struct (mantissa, exponent) = BigRational.ToBinary(n, -1074L)
        Math.ScaleB(mantissa, int (Math.Clamp(exponent, -3000L, 3000L)))

    /// <summary>The integer part, rounded towards zero.</summary>
    static member ToBigInt(n: BigRational) =
        BigInteger.Divide(n.Numerator, n.Denominator)

    /// <summary>The integer part, rounded towards zero. Raises <c>OverflowException</c> outside the range of int.</summary>
    static member ToInt32(n: BigRational) = int (BigRational.ToBigInt n)

    static member op_Explicit(n: BigRational) : int = BigRational.ToInt32 n
    static member op_Explicit(n: BigRational) : BigInteger = BigRational.ToBigInt n
    static member op_Explicit(n: BigRational) : double = BigRational.ToDouble n

    static member (+)(n1: BigRational, n2: BigRational) =
        if n1.IsInteger && n2.IsInteger then
            BigRational.FromBigInt(n1.Numerator + n2.Numerator)
        else
            reduced
                (n1.Numerator * n2.Denominator + n2.Numerator * n1.Denominator)
                (n1.Denominator * n2.Denominator)

    static member (-)(n1: BigRational, n2: BigRational) = n1 + -n2

    static member (*)(n1: BigRational, n2: BigRational) =
        if n1.IsInteger && n2.IsInteger then
            BigRational.FromBigInt(n1.Numerator * n2.Numerator)
        else
            reduced (n1.Numerator * n2.Numerator) (n1.Denominator * n2.Denominator)

    static member (/)(n1: BigRational, n2: BigRational) =
        reduced (n1.Numerator * n2.Denominator) (n1.Denominator * n2.Numerator)

    static member (~-)(n: BigRational) =
        BigRational(BigInteger.Negate n.Numerator, n.Denominator)

    static member (~+)(n: BigRational) = n

    static member op_Equality(n: BigRational, nn: BigRational) =
        n.Numerator = nn.Numerator && n.Denominator = nn.Denominator

    static member op_Inequality(n: BigRational, nn: BigRational) = not (BigRational.op_Equality (n, nn))
    static member op_LessThan(n: BigRational, nn: BigRational) = BigRational.Compare(n, nn) < 0
    static member op_LessThanOrEqual(n: BigRational, nn: BigRational) = BigRational.Compare(n, nn) <= 0
    static member op_GreaterThan(n: BigRational, nn: BigRational) = BigRational.Compare(n, nn) > 0
    static member op_GreaterThanOrEqual(n: BigRational, nn: BigRational) = BigRational.Compare(n, nn) >= 0

    /// <summary>Negative, zero or positive as a is below, equal to or above b.</summary>
    static member internal Compare(a: BigRational, b: BigRational) : int =
        if a.Denominator = b.Denominator then
            BigInteger.Compare(a.Numerator, b.Numerator)
        else
            BigInteger.Compare(a.Numerator * b.Denominator, b.Numerator * a.Denominator)

    override _.Equals(other: obj) =
        match other with
        | :? BigRational as b -> numerator = b.Numerator && denominator = b.Denominator
        | _ -> false

    override _.GetHashCode() =
        HashCode.Combine(numerator, denominator)

    override _.ToString() =
        if denominator.IsOne then
            numerator.ToString CultureInfo.InvariantCulture
        else
            numerator.ToString CultureInfo.InvariantCulture
            + "/"
            + denominator.ToString CultureInfo.InvariantCulture

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? BigRational as b -> BigRational.Compare(this, b)
            | _ -> invalidArg (nameof other) "a BigRational can only be compared with a BigRational"

/// <summary>Literals such as <c>3N</c> for exact rationals; in scope after <c>open MathNet.Numerics</c>.</summary>
[<RequireQualifiedAccess>]
module NumericLiteralN =
    /// <summary>0N.</summary>
    let FromZero () = BigRational.Zero
    /// <summary>1N.</summary>
    let FromOne () = BigRational.One
    /// <summary>A literal that fits an int.</summary>
    let FromInt32 (x: int) = BigRational.FromInt x

    /// <summary>A literal that fits a 64-bit integer.</summary>
    let FromInt64 (x: int64) = BigRational.FromBigInt(BigInteger x)

    /// <summary>A literal of any length.</summary>
    let FromString (str: string) = BigRational.Parse str
