namespace MathNet.Symbolics

open System
open System.Numerics
open MathNet.Numerics

/// A real number with the precision of a double and a 64-bit exponent: mantissa·2^exponent with 1 ≤ |mantissa| &lt; 2, or 0. Intermediate
/// results such as exp(800)·exp(-800) or (10^400 + 1)/10^400 stay in range; only the final value is rounded to a double.
[<Struct; CustomEquality; NoComparison>]
type internal WideReal private (mantissa: float, exponent: int64) =
    member _.Mantissa = mantissa
    member _.Exponent = exponent
    member _.IsZero = (mantissa = 0.0)
    member _.Sign = Math.Sign mantissa

    /// A finite double times a power of two.
    static member Create(x: float, exponent: int64) =
        if x = 0.0 then
            WideReal(0.0, 0L)
        else
            let shift = Math.ILogB x
            WideReal(Math.ScaleB(x, -shift), exponent + int64 shift)

    static member OfFloat(x: float) = WideReal.Create(x, 0L)

    static member OfRational(x: BigRational) =
        let struct (mantissa, exponent) = BigRational.ToBinary(x, Int64.MinValue / 4L)
        WideReal.Create(mantissa, exponent)

    /// The nearest double: ±∞ or 0 when out of range.
    member _.ToFloat() =
        Math.ScaleB(mantissa, int (Math.Clamp(exponent, -3000L, 3000L)))

    /// True when a double holds the value without loss.
    member _.IsNormalFloat = mantissa = 0.0 || (exponent >= -1022L && exponent <= 1023L)

    static member Negate(x: WideReal) = WideReal(-x.Mantissa, x.Exponent)

    static member Add(x: WideReal, y: WideReal) =
        if x.IsZero then
            y
        elif y.IsZero then
            x
        else
            let large, small = if x.Exponent >= y.Exponent then x, y else y, x
            let distance = large.Exponent - small.Exponent

            if distance > 60L then
                large
            else
                WideReal.Create(large.Mantissa + Math.ScaleB(small.Mantissa, int -distance), large.Exponent)

    static member Multiply(x: WideReal, y: WideReal) =
        WideReal.Create(x.Mantissa * y.Mantissa, x.Exponent + y.Exponent)

    static member Divide(x: WideReal, y: WideReal) =
        WideReal.Create(x.Mantissa / y.Mantissa, x.Exponent - y.Exponent)

    static member Invert(x: WideReal) =
        WideReal.Create(1.0 / x.Mantissa, -x.Exponent)

    static member Abs(x: WideReal) = WideReal(abs x.Mantissa, x.Exponent)

    static member Sqrt(x: WideReal) =
        if x.IsZero then
            x
        else
            let odd = x.Exponent &&& 1L
            WideReal.Create(sqrt (Math.ScaleB(x.Mantissa, int odd)), (x.Exponent - odd) / 2L)

    /// The natural logarithm of x > 0.
    static member Log(x: WideReal) =
        if x.IsNormalFloat then
            WideReal.OfFloat(log (x.ToFloat()))
        else
            WideReal.OfFloat(float x.Exponent * Math.Log 2.0 + log x.Mantissa)

    /// e^x; nothing when even the wide exponent is too narrow.
    static member TryExp(x: WideReal) =
        let v = x.ToFloat()

        if abs v <= 700.0 then
            Some(WideReal.OfFloat(exp v))
        elif v < -1e18 then
            Some(WideReal.OfFloat 0.0)
        elif v > 1e18 then
            None
        else
            // ln 2 in two parts: the product of a whole number and the upper part is exact.
            let upper = 0.693147180369123816490
            let lower = 1.90821492927058770002e-10
            let k = Math.Round(v / Math.Log 2.0)
            let reduced = Math.FusedMultiplyAdd(-k, upper, v) - k * lower
            Some(WideReal.Create(exp reduced, int64 k))

    /// x^n by repeated squaring; nothing when even the wide exponent is too narrow.
    static member TryPower(x: WideReal, n: BigInteger) =
        let direct =
            if x.IsNormalFloat then
                Math.Pow(x.ToFloat(), float n)
            else
                nan

        if Double.IsNormal direct then
            Some(WideReal.OfFloat direct)
        elif x.IsZero then
            Some(WideReal.OfFloat(if n.IsZero then 1.0 else 0.0))
        elif float (BigInteger.Abs n) * (1.0 + float (abs x.Exponent)) > 1e18 then
            None
        else
            let rec power (b: WideReal) (n: int64) (product: WideReal) =
                if n = 0L then
                    product
                else
                    power
                        (WideReal.Multiply(b, b))
                        (n / 2L)
                        (if n % 2L = 1L then
                             WideReal.Multiply(product, b)
                         else
                             product)

            let n = int64 n
            let positive = power x (abs n) (WideReal.OfFloat 1.0)
            Some(if n < 0L then WideReal.Invert positive else positive)

    override _.Equals other =
        match other with
        | :? WideReal as y -> mantissa = y.Mantissa && exponent = y.Exponent
        | _ -> false

    override _.GetHashCode() = HashCode.Combine(mantissa, exponent)
