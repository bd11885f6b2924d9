using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// eˣ - 1 of four numbers at a time, relative error below 2⁻⁵¹ also near 0; -1 far below 0, +∞ above 709.
/// </summary>
/// <remarks>
/// x = k log 2 + r with |r| ≤ log 2/2, then eˣ - 1 = 2ᵏ (eʳ - 1) + (2ᵏ - 1), with the Taylor polynomial of degree 13,
/// whose remainder is below 2⁻⁵⁶ r. The same bits on every machine: a fused multiply-add rounds once everywhere.
/// </remarks>
internal static class VectorExpm1
{
    private const double Largest = 709;
    private const double Smallest = -40; // e⁻⁴⁰ < 2⁻⁵⁷

    /// <summary>1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.</summary>
    private const double Shifter = 6755399441055744;

    /// <summary>log 2 to 33 bits, whose products with k are exact, and the rest (fdlibm).</summary>
    private const double LogTwoHigh = 6.93147180369123816490e-01;
    private const double LogTwoLow = 1.90821492927058770002e-10;

    /// <summary>eˣ - 1, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Of(Vector256<double> x)
    {
        var bounded = Vector256.Min(Vector256.Max(x, Vector256.Create(Smallest)), Vector256.Create(Largest));
        var shifted = Vector256.FusedMultiplyAdd(
            bounded,
            Vector256.Create(1 / 0.6931471805599453),
            Vector256.Create(Shifter)
        );
        var k = shifted - Vector256.Create(Shifter);
        var r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-LogTwoHigh), bounded);
        r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-LogTwoLow), r);

        var p = Vector256.Create(1.0 / 6227020800);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 479001600));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 39916800));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 3628800));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 362880));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 40320));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 5040));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 720));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 120));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 24));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.0 / 6));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5));
        p = Vector256.FusedMultiplyAdd(p, r * r, r); // eʳ - 1

        var power = ((shifted.AsInt64() + Vector256.Create(1023L)) << 52).AsDouble(); // 2ᵏ
        var result = Vector256.FusedMultiplyAdd(power, p, power - Vector256<double>.One);
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(Largest)),
            Vector256.Create(double.PositiveInfinity),
            result
        );
    }
}
