using System.Numerics;

namespace ImplicitBias.Numerics.Reference;

/// <summary>The <see cref="LinearProgram{T}"/> of an ℓ₁ or ℓ_∞ margin.</summary>
/// <remarks>
/// ℓ₁ on the weights: max Σaₙ over a ≥ 0 with v = Zᵀa in [-1, 1] (and yᵀa = 0 for a free bias); a = 0 is feasible, a ray is a
/// Gordan certificate, 1/Σa is the margin, and the weights are the dual variables of the rows.
/// ℓ_∞ on the weights: max γ over w in [-1, 1], γ and b free, with zₙ·w + yₙb - γ ≥ 0; the dual variables of the rows are -pₙ,
/// and a margin of zero makes them a Gordan certificate.
/// </remarks>
internal sealed class MarginProgram(int count, int dimension, MarginNorm norm, bool freeBias)
{
    private bool BoundsWeights => norm == MarginNorm.LInfinity;

    private int ColumnCount => BoundsWeights ? dimension + (freeBias ? 2 : 1) : count;

    private int RowCount => BoundsWeights ? count : dimension + (freeBias ? 1 : 0);

    /// <summary>The column γ of the ℓ_∞ program.</summary>
    public int MarginColumn => dimension;

    /// <summary>Estimated 64-bit multiplications of entering a basis exactly.</summary>
    public double ExactCost(int entryBits)
    {
        // As many pivots as the basis has columns, over entries that are minors of up to that size.
        var size = Math.Min(RowCount, ColumnCount);
        var words = 1.0 + size * (entryBits + 0.5 * Math.Log2(size)) / 64.0;
        return size * (double)RowCount * ColumnCount * (20.0 + words * words);
    }

    /// <summary>The program for the entries zₙₖ.</summary>
    public LinearProgram<T> Of<T>(Func<int, int, T> entry, int[]? labels)
        where T : INumber<T>
    {
        var matrix = new T[RowCount * ColumnCount];
        var sums = new T[dimension];
        for (var n = 0; n < count; n++)
        {
            for (var k = 0; k < dimension; k++)
            {
                var value = entry(n, k);
                matrix[BoundsWeights ? n * ColumnCount + k : k * count + n] = value;
                sums[k] += value;
            }
            if (BoundsWeights)
                matrix[n * ColumnCount + dimension] = -T.One;
            if (labels is not null)
                matrix[BoundsWeights ? n * ColumnCount + dimension + 1 : dimension * count + n] =
                    T.CreateChecked(labels[n]);
        }
        return BoundsWeights ? InWeights(matrix, sums) : InMultipliers(matrix);
    }

    private LinearProgram<T> InMultipliers<T>(T[] matrix)
        where T : INumber<T>
    {
        var bounds = Enumerable.Repeat(1.0, dimension).Concat(freeBias ? [0.0] : []);
        return new(
            matrix,
            [.. Enumerable.Repeat(T.One, count)],
            [.. Enumerable.Repeat(0.0, count), .. bounds.Select(bound => -bound)],
            [.. Enumerable.Repeat(double.PositiveInfinity, count), .. bounds]
        );
    }

    private LinearProgram<T> InWeights<T>(T[] matrix, T[] sums)
        where T : INumber<T>
    {
        var bias = freeBias ? 1 : 0;
        var box = Enumerable
            .Repeat(1.0, dimension)
            .Concat(Enumerable.Repeat(double.PositiveInfinity, 1 + bias));
        return new(
            matrix,
            [.. Enumerable.Repeat(T.Zero, dimension), T.One, .. Enumerable.Repeat(T.Zero, bias)],
            [.. box.Select(bound => -bound), .. Enumerable.Repeat(0.0, count)],
            [.. box, .. Enumerable.Repeat(double.PositiveInfinity, count)]
        )
        {
            // The corner of the box that favours the points on the whole, and γ their least margin there.
            Start = [.. sums.Select(sum => T.IsNegative(sum) ? -1 : 1), 0, .. Enumerable.Repeat(0, bias)],
            FreeColumn = MarginColumn,
        };
    }

    /// <summary>
    /// w, b and the multipliers of the points, up to one factor (negative for ℓ_∞), from the columns x and the dual
    /// variables u of the rows.
    /// </summary>
    public (T[] Weights, T Bias, T[] Multipliers) Read<T>(T[] primal, T[] dual)
        where T : struct
    {
        var (weights, multipliers) = BoundsWeights ? (primal, dual) : (dual, primal);
        var bias = freeBias ? weights[^1] : default;
        return (weights[..dimension], bias, multipliers);
    }
}
