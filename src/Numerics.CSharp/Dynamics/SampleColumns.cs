using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// A matrix with a row per sample, stored column by column and padded with zero rows to whole vectors, for loops over
/// the samples without a remainder. Arrays of one number per sample have <see cref="PaddedCount"/> entries.
/// </summary>
/// <remarks>Sums over samples are taken in eight fixed lanes, so a result does not depend on the machine.</remarks>
internal sealed class SampleColumns
{
    /// <summary>Samples of a vector.</summary>
    internal const int Lane = 8;

    private readonly double[] cells;

    /// <summary>samples × columns, filled from a function of sample and column.</summary>
    internal SampleColumns(int samples, int columns, Func<int, int, double> cell)
    {
        SampleCount = samples;
        ColumnCount = columns;
        PaddedCount = (samples + Lane - 1) / Lane * Lane;
        cells = new double[checked(PaddedCount * columns)];
        for (var k = 0; k < columns; k++)
        for (var i = 0; i < samples; i++)
            cells[k * PaddedCount + i] = cell(i, k);
    }

    /// <summary>Rows that are not padding.</summary>
    internal int SampleCount { get; }

    /// <summary>Rows with the padding.</summary>
    internal int PaddedCount { get; }

    /// <summary>Columns.</summary>
    internal int ColumnCount { get; }

    /// <summary>Column k, of length PaddedCount.</summary>
    internal ReadOnlySpan<double> Column(int k) => cells.AsSpan(k * PaddedCount, PaddedCount);

    /// <summary>(matrix · factors) of the eight samples from one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<double> Image(ReadOnlySpan<double> factors, int sample)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(cells);
        var at = (nuint)sample;
        var image = Vector512<double>.Zero;
        foreach (var factor in factors)
        {
            image = Vector512.FusedMultiplyAdd(
                Vector512.Create(factor),
                Vector512.LoadUnsafe(ref first, at),
                image
            );
            at += (nuint)PaddedCount;
        }
        return image;
    }

    /// <summary>perSample ← matrix · factors.</summary>
    internal void Map(ReadOnlySpan<double> factors, Span<double> perSample)
    {
        for (var i = 0; i < perSample.Length; i += Lane)
            Image(factors, i).CopyTo(perSample[i..]);
    }

    /// <summary>sums ← matrixᵀ · perSample.</summary>
    internal void Project(ReadOnlySpan<double> perSample, Span<double> sums)
    {
        for (var k = 0; k < sums.Length; k++)
            sums[k] = Dot(Column(k), perSample);
    }

    /// <summary>gram ← matrixᵀ · diag(perSample) · matrix, row-major; work is overwritten.</summary>
    internal void Gram(ReadOnlySpan<double> perSample, Span<double> work, Span<double> gram)
    {
        for (var k = 0; k < ColumnCount; k++)
        {
            var column = Column(k);
            for (var i = 0; i < column.Length; i += Lane)
                (Vector512.Create(column[i..]) * Vector512.Create(perSample[i..])).CopyTo(work[i..]);
            for (var l = 0; l <= k; l++)
                gram[k * ColumnCount + l] = gram[l * ColumnCount + k] = Dot(Column(l), work);
        }
    }

    /// <summary>sums ← matrixᵀ · perSample, to twice the working precision.</summary>
    internal void ProjectAccurately(ReadOnlySpan<double> perSample, Span<DoubleDouble> sums)
    {
        for (var k = 0; k < sums.Length; k++)
        {
            var column = Column(k);
            var (high, low) = (Vector512<double>.Zero, Vector512<double>.Zero);
            for (var i = 0; i < column.Length; i += Lane)
                Add(Vector512.Create(column[i..]), Vector512.Create(perSample[i..]), ref high, ref low);
            DoubleDouble sum = 0;
            for (var lane = 0; lane < Lane; lane++)
                sum += DoubleDouble.Sum(high[lane], low[lane]);
            sums[k] = sum;
        }
    }

    /// <summary>high + low ← high + low + shift - matrix · factors per sample, to twice the working precision.</summary>
    internal void SubtractAccurately(
        ReadOnlySpan<DoubleDouble> factors,
        DoubleDouble shift,
        Span<double> high,
        Span<double> low
    )
    {
        for (var i = 0; i < high.Length; i += Lane)
        {
            var sum = Vector512.Create<double>(high[i..]);
            var error = Vector512.Create<double>(low[i..]);
            Add(Vector512.Create(shift.High), Vector512<double>.One, ref sum, ref error);
            error += Vector512.Create(shift.Low);
            for (var k = 0; k < factors.Length; k++)
            {
                var column = Vector512.Create<double>(cells.AsSpan(k * PaddedCount + i));
                Add(column, Vector512.Create(-factors[k].High), ref sum, ref error);
                error -= column * Vector512.Create(factors[k].Low);
            }
            var rounded = sum + error;
            rounded.CopyTo(high[i..]);
            (error - (rounded - sum)).CopyTo(low[i..]);
        }
    }

    /// <summary>high + low ← high + low + a·b, with the errors of product and sum kept in low.</summary>
    private static void Add(
        Vector512<double> a,
        Vector512<double> b,
        ref Vector512<double> high,
        ref Vector512<double> low
    )
    {
        var product = a * b;
        low += Vector512.FusedMultiplyAdd(a, b, -product);
        var sum = high + product;
        var shifted = sum - high;
        low += (high - (sum - shifted)) + (product - shifted);
        high = sum;
    }

    /// <summary>Column k · perSample.</summary>
    internal double Dot(int k, ReadOnlySpan<double> perSample) => Dot(Column(k), perSample);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var lanes = Vector512<double>.Zero;
        for (var i = 0; i < a.Length; i += Lane)
            lanes = Vector512.FusedMultiplyAdd(Vector512.Create(a[i..]), Vector512.Create(b[i..]), lanes);
        return Lanes.Sum(lanes);
    }
}
