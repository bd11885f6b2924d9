using System.Numerics;
using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Vectors of double-double numbers, leading and trailing parts apart, with proven bounds on rounding: in them residuals are
/// computed whose smallness is what refinement and certificates are about.
/// </summary>
/// <remarks>
/// Sums of <see cref="DoubleDouble"/> are within 3u², products within 5u² and quotients within 15u² relative, u = 2⁻⁵³
/// (Joldes, Muller, Popescu 2017, "Tight and rigorous error bounds for basic building blocks of double-word arithmetic").
/// Not valid where a product's rounding error underflows: scale the data to order 1 first.
/// </remarks>
internal static class DoubleDoubleVectors
{
    /// <summary>u = 2⁻⁵³.</summary>
    public const double UnitRoundoff = 1.1102230246251565e-16;

    /// <summary>
    /// Σ aₖ(highₖ + lowₖ) for |lowₖ| ≤ u|highₖ|, off by at most <see cref="DotError"/> times Σ|aₖ highₖ|: the compensated
    /// dot product of Ogita, Rump and Oishi (2005), which keeps the sum of all rounding errors beside the sum, in blocks
    /// whose sums are compensated in turn.
    /// </summary>
    public static DoubleDouble Dot(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> high,
        ReadOnlySpan<double> low
    )
    {
        high = high[..a.Length];
        low = low[..a.Length];
        var (sum, rest) = (0.0, 0.0);
        var k = 0;
        if (a.Length >= Vector<double>.Count)
        {
            var (totals, totalRests) = (Vector<double>.Zero, Vector<double>.Zero);
            while (k <= a.Length - Vector<double>.Count)
            {
                var (sums, rests) = (Vector<double>.Zero, Vector<double>.Zero);
                var end = Math.Min(k + BlockLength * Vector<double>.Count, a.Length);
                for (; k <= end - Vector<double>.Count; k += Vector<double>.Count)
                {
                    var factor = Load(a, k);
                    var product = factor * Load(high, k);
                    var error = Vector.FusedMultiplyAdd(factor, Load(high, k), -product);
                    var (next, roundings) = Sum(sums, product);
                    rests += Vector.FusedMultiplyAdd(factor, Load(low, k), error + roundings);
                    sums = next;
                }
                (totals, var last) = Sum(totals, sums);
                totalRests += last + rests;
            }
            for (var lane = 0; lane < Vector<double>.Count; lane++)
            {
                var total = DoubleDouble.Sum(sum, totals[lane]);
                (sum, rest) = (total.High, rest + (total.Low + totalRests[lane]));
            }
        }
        for (; k < a.Length; k++)
        {
            var product = DoubleDouble.Product(a[k], high[k]);
            var total = DoubleDouble.Sum(sum, product.High);
            sum = total.High;
            rest += Math.FusedMultiplyAdd(a[k], low[k], product.Low + total.Low);
        }
        return DoubleDouble.Sum(sum, rest);
    }

    private const int BlockLength = 16; // vectors

    private static (Vector<double> Sum, Vector<double> Error) Sum(Vector<double> a, Vector<double> b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }

    private static Vector<double> Load(ReadOnlySpan<double> values, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    /// <summary>
    /// Error bound of <see cref="Dot"/>. Compensated summation of m terms is off by at most (m + 3)² u² Σ|terms|: m - 1 errors,
    /// each at most u Σ|terms|, are themselves summed with m roundings. That holds for the blocks of one lane, for the
    /// block sums, and for the lanes with the last few entries; the errors add up.
    /// </summary>
    public static double DotError(int length)
    {
        var lanes = Vector<double>.Count;
        var blocks = length / (BlockLength * lanes) + 1;
        var perBlock = Math.Min(BlockLength, length / lanes + 1);
        return UnitRoundoff
            * UnitRoundoff
            * (Squared(perBlock + blocks + 5) + Squared(2 * lanes + perBlock + blocks + 5));

        static double Squared(double value) => value * value;
    }

    /// <summary>
    /// Relative error bound of a sum of products of non-negative numbers, or of squares, or of each entry of a combination by
    /// <see cref="AddScaled"/> against the sum of absolute terms: a sum errs by 3u² and a product by 5u² at most.
    /// </summary>
    public static double SumError(int count) => 4.0 * (count + 2) * UnitRoundoff * UnitRoundoff;

    /// <summary>high + low ← high + low + factor · source, elementwise.</summary>
    public static void AddScaled(
        DoubleDouble factor,
        ReadOnlySpan<double> source,
        Span<double> high,
        Span<double> low
    )
    {
        high = high[..source.Length];
        low = low[..source.Length];
        var k = 0;
        for (; k <= source.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            var entry = new Vector<double>(source[k..]);
            var before = new Vector<double>(high[k..]);
            var product = entry * factor.High;
            var error = Vector.FusedMultiplyAdd(entry, new Vector<double>(factor.High), -product);
            error = Vector.FusedMultiplyAdd(entry, new Vector<double>(factor.Low), error);
            var sum = before + product;
            var part = sum - before;
            var rest = (before - (sum - part)) + (product - part) + error + new Vector<double>(low[k..]);
            var after = sum + rest;
            after.CopyTo(high[k..]);
            (rest - (after - sum)).CopyTo(low[k..]);
        }
        for (; k < source.Length; k++)
        {
            var product = DoubleDouble.Product(source[k], factor.High);
            var sum = DoubleDouble.Sum(high[k], product.High);
            var rest = sum.Low + Math.FusedMultiplyAdd(source[k], factor.Low, product.Low) + low[k];
            (high[k], low[k]) = DoubleDouble.Normalised(sum.High, rest);
        }
    }

    /// <summary>high + low ← high + low + step, elementwise.</summary>
    public static void Add(ReadOnlySpan<double> step, Span<double> high, Span<double> low)
    {
        for (var k = 0; k < step.Length; k++)
        {
            var sum = DoubleDouble.Sum(high[k], step[k]);
            (high[k], low[k]) = DoubleDouble.Normalised(sum.High, sum.Low + low[k]);
        }
    }

    /// <summary>Σ (highₖ + lowₖ)².</summary>
    public static DoubleDouble Square(ReadOnlySpan<double> high, ReadOnlySpan<double> low)
    {
        DoubleDouble sum = 0.0;
        for (var k = 0; k < high.Length; k++)
        {
            var entry = new DoubleDouble(high[k], low[k]);
            sum += entry * entry;
        }
        return sum;
    }
}
