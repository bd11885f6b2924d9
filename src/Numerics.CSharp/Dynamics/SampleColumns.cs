using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// A matrix with a row per sample, stored column by column and padded with zero rows to whole vectors, for loops over
/// the samples without a remainder. Arrays of one number per sample have <see cref="PaddedCount"/> entries.
/// </summary>
/// <remarks>Sums over samples are taken in four fixed lanes, so a result does not depend on the machine.</remarks>
internal sealed class SampleColumns
{
    private readonly double[] cells;

    /// <summary>samples × columns, filled from a function of sample and column.</summary>
    internal SampleColumns(int samples, int columns, Func<int, int, double> cell)
    {
        SampleCount = samples;
        ColumnCount = columns;
        PaddedCount =
            (samples + Vector256<double>.Count - 1) / Vector256<double>.Count * Vector256<double>.Count;
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

    /// <summary>perSample ← perSample - matrix · factors.</summary>
    internal void Subtract(ReadOnlySpan<double> factors, Span<double> perSample)
    {
        for (var k = 0; k < factors.Length; k++)
        {
            var column = Column(k);
            var factor = Vector256.Create(-factors[k]);
            for (var i = 0; i < column.Length; i += Vector256<double>.Count)
                Vector256
                    .FusedMultiplyAdd(
                        factor,
                        Vector256.Create(column[i..]),
                        Vector256.Create<double>(perSample[i..])
                    )
                    .CopyTo(perSample[i..]);
        }
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
            for (var i = 0; i < column.Length; i += Vector256<double>.Count)
                (Vector256.Create(column[i..]) * Vector256.Create<double>(perSample[i..])).CopyTo(work[i..]);
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
            var (high, low) = (Vector256<double>.Zero, Vector256<double>.Zero);
            for (var i = 0; i < column.Length; i += Vector256<double>.Count)
                Add(
                    Vector256.Create(column[i..]),
                    Vector256.Create<double>(perSample[i..]),
                    ref high,
                    ref low
                );
            DoubleDouble sum = 0;
            for (var lane = 0; lane < Vector256<double>.Count; lane++)
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
        for (var i = 0; i < high.Length; i += Vector256<double>.Count)
        {
            var sum = Vector256.Create<double>(high[i..]);
            var error = Vector256.Create<double>(low[i..]);
            Add(Vector256.Create(shift.High), Vector256<double>.One, ref sum, ref error);
            error += Vector256.Create(shift.Low);
            for (var k = 0; k < factors.Length; k++)
            {
                var column = Vector256.Create<double>(cells.AsSpan(k * PaddedCount + i));
                Add(column, Vector256.Create(-factors[k].High), ref sum, ref error);
                error -= column * Vector256.Create(factors[k].Low);
            }
            var rounded = sum + error;
            rounded.CopyTo(high[i..]);
            (error - (rounded - sum)).CopyTo(low[i..]);
        }
    }

    /// <summary>high + low ← high + low + a·b, with the errors of product and sum kept in low.</summary>
    private static void Add(
        Vector256<double> a,
        Vector256<double> b,
        ref Vector256<double> high,
        ref Vector256<double> low
    )
    {
        var product = a * b;
        low += Vector256.FusedMultiplyAdd(a, b, -product);
        var sum = high + product;
        var shifted = sum - high;
        low += (high - (sum - shifted)) + (product - shifted);
        high = sum;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var lanes = Vector256<double>.Zero;
        for (var i = 0; i < a.Length; i += Vector256<double>.Count)
            lanes = Vector256.FusedMultiplyAdd(Vector256.Create(a[i..]), Vector256.Create(b[i..]), lanes);
        return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
}
