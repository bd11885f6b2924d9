using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>exp and log1p of eight doubles at a time.</summary>
/// <remarks>
/// Eight lanes on every machine: where there is no 512-bit register the runtime takes two of 256 bits or smaller
/// ones, and since every operation here is one correctly rounded IEEE 754 operation per lane, the bits are the same.
/// </remarks>
public static class Elementary
{
    /// <summary>log 2 in two parts: twelve trailing zero bits in the first make its product with |n| &lt; 2¹¹ exact.</summary>
    private const double Log2High = 0.69314718055966296;
    private const double Log2Low = 2.8235290563031577e-13;

    /// <summary>Below, eˣ rounds to 0; above, to ∞. Between them n = x/log 2 and the reduced argument are exact enough.</summary>
    private const double UnderflowExponent = -746.0;
    private const double OverflowExponent = 710.0;

    /// <summary>1023.49 log 2: below it n is at most 1023.</summary>
    private const double LargestPowerExponent = 709.43;

    /// <summary>1.5·2⁵²: added to a double of magnitude below 2⁵¹, it leaves the nearest integer in the low bits.</summary>
    private const double IntegerShift = 6755399441055744.0;

    /// <summary>eˣ, lane by lane, over the whole range: subnormal results, 0, ∞ and NaN included.</summary>
    /// <returns>Error at most 1.5 ulp; 1 at ±0.</returns>
    /// <remarks>
    /// x = n log 2 + r with |r| ≤ (log 2)/2 (W. J. Cody and W. Waite 1980), then the polynomial of degree 11 that
    /// interpolates eʳ at the Chebyshev nodes of that interval (error 4·10⁻¹⁸, a fiftieth of an ulp), in the order of
    /// G. Estrin, then the exponent.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var excess = Excess(Clamp(x, UnderflowExponent, OverflowExponent), out var n);
        return Scale(Vector512<double>.One + excess, n);
    }

    /// <summary>
    /// c + eˣ, in fewer roundings and sooner than by <see cref="Exp"/>; from x = 709.4 on what it is there, above 10³⁰⁸.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> AddExp(Vector512<double> c, Vector512<double> x)
    {
        var excess = Excess(Clamp(x, UnderflowExponent, LargestPowerExponent), out var n);
        var power = Scale(Vector512<double>.One, n);
        return Vector512.FusedMultiplyAdd(excess, power, c + power);
    }

    /// <summary>eˣ - 1, lane by lane, without cancellation near 0; from x = 709.4 on what it is there.</summary>
    /// <returns>Relative error below 2⁻⁵¹; x itself near 0, -1 far below, NaN for NaN.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Expm1(Vector512<double> x) => AddExp(Vector512.Create(-1.0), x);

    /// <summary>e^{x - n log 2} - 1 with n the integer next to x/log 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Excess(Vector512<double> x, out Vector512<double> n)
    {
        n = Vector512.Round(x * Vector512.Create(1.4426950408889634));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Low), r);
        var square = r * r;
        var fourth = square * square;
        var c23 = Line(0.16666666666666680, 0.50000000000000189, r);
        var c45 = Line(0.0083333333333196006, 0.041666666666488100, r);
        var c67 = Line(0.00019841269890047113, 0.0013888888952314775, r);
        var c89 = Line(2.7557240918578972e-06, 2.4801485482328494e-05, r);
        var cAB = Line(2.5110037605963777e-08, 2.7632639639041028e-07, r);
        // Without the leading 1 all of this is below 0.42, and so are its ulps.
        var low = Vector512.FusedMultiplyAdd(square, c23, r);
        var middle = Vector512.FusedMultiplyAdd(square, c67, c45);
        var high = Vector512.FusedMultiplyAdd(square, cAB, c89);
        return Vector512.FusedMultiplyAdd(fourth, Vector512.FusedMultiplyAdd(fourth, high, middle), low);
    }

    /// <summary>log(1 + x), lane by lane, without cancellation near 0.</summary>
    /// <returns>Error at most 1.5 ulp; -∞ at -1, NaN below, ∞ at ∞, x itself at ±0 and subnormal x.</returns>
    /// <remarks>
    /// 1 + x = 2ᵏ(1 + f) with 1 + f in [√½, √2), the rounding of 1 + x carried along (W. Kahan); then
    /// log(1 + f) = 2 artanh(s), s = f/(2 + f), written as f - (f²/2 - s(f²/2 + R)) with R the series of
    /// 2 artanh(s)/s - 2 to s²⁰, as in P. T. P. Tang (1990).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var u = Vector512<double>.One + x;
        // Exact: whichever of 1 and x is larger, the rounding of their sum is recovered.
        var larger = Vector512.GreaterThan(x, Vector512<double>.One);
        var lost = Vector512.ConditionalSelect(
            larger,
            Vector512<double>.One - (u - x),
            x - (u - Vector512<double>.One)
        );
        const long root = 0x3FE6A09E667F3BCD; // bits of √½
        var shifted = u.AsInt64() - Vector512.Create(root);
        var k = Vector512.ShiftRightArithmetic(shifted, 52);
        var reduced = ((shifted & Vector512.Create(0xFFFFFFFFFFFFFL)) + Vector512.Create(root)).AsDouble();
        var exponent = Vector512.ConvertToDouble(k);
        // lost · 2⁻ᵏ, where k > 1022 gives 0: nothing was lost there that counts.
        var inverse = Vector512.Max(Vector512.Create(1023L) - k, Vector512<long>.Zero);
        var carry = lost * Vector512.ShiftLeft(inverse, 52).AsDouble();
        var f = reduced - Vector512<double>.One + carry;
        var s = f / (Vector512.Create(2.0) + f);
        var z = s * s;
        var w = z * z;
        var odd = Line(2.0 / 19, 2.0 / 15, w);
        odd = Vector512.FusedMultiplyAdd(odd, w, Vector512.Create(2.0 / 11));
        odd = Vector512.FusedMultiplyAdd(odd, w, Vector512.Create(2.0 / 7));
        odd = Vector512.FusedMultiplyAdd(odd, w, Vector512.Create(2.0 / 3));
        var even = Line(2.0 / 21, 2.0 / 17, w);
        even = Vector512.FusedMultiplyAdd(even, w, Vector512.Create(2.0 / 13));
        even = Vector512.FusedMultiplyAdd(even, w, Vector512.Create(2.0 / 9));
        even = Vector512.FusedMultiplyAdd(even, w, Vector512.Create(2.0 / 5));
        var series = z * Vector512.FusedMultiplyAdd(even, z, odd);
        var half = Vector512.Create(0.5) * f * f;
        var low = Vector512.FusedMultiplyAdd(s, half + series, exponent * Vector512.Create(Log2Low));
        var log = Vector512.FusedMultiplyAdd(exponent, Vector512.Create(Log2High), f - (half - low));
        // What the reduction cannot see: 1 + x = 0, 1 + x < 0 or NaN, ∞; and ±0 keep their sign.
        log = Vector512.ConditionalSelect(
            Vector512.Equals(u, Vector512<double>.Zero),
            Vector512.Create(double.NegativeInfinity),
            log
        );
        log = Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(u, Vector512<double>.Zero),
            log,
            Vector512.Create(double.NaN)
        );
        var unchanged =
            Vector512.Equals(x, Vector512<double>.Zero)
            | Vector512.Equals(x, Vector512.Create(double.PositiveInfinity));
        return Vector512.ConditionalSelect(unchanged, x, log);
    }

    /// <summary>slope·r + constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Line(double slope, double constant, Vector512<double> r) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(slope), r, Vector512.Create(constant));

    /// <summary>x between the two; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Clamp(Vector512<double> x, double low, double high)
    {
        var (least, most) = (Vector512.Create(low), Vector512.Create(high));
        // The instructions return their second operand if either is NaN.
        return Avx512F.IsSupported
            ? Avx512F.Min(most, Avx512F.Max(least, x))
            : Vector512.Min(most, Vector512.Max(least, x));
    }

    /// <summary>x·2ⁿ for integers n of [-1077, 1025] and x near 1, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Scale(Vector512<double> x, Vector512<double> n)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Scale(x, n);
        // In two factors that are ordinary doubles; the first product is exact.
        var half = Vector512.Round(n * Vector512.Create(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwo(Vector512<double> n)
    {
        var integer = (n + Vector512.Create(IntegerShift + 1023.0)).AsInt64();
        return Vector512.ShiftLeft(integer, 52).AsDouble();
    }
}
