using System.Numerics;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The linear program of an ℓ₁ or ℓ_∞ margin.
/// </summary>
/// <remarks>
/// ℓ₁ on the weights: max Σaₙ over a ≥ 0 with v = Zᵀa in [-1, 1] (and yᵀa = 0 for a free bias); a = 0 is feasible, a ray is a
/// Gordan certificate, 1/Σa is the margin, and the weights are the dual variables of the rows.
/// ℓ_∞ on the weights: max γ over w in [-1, 1], γ and b free, with zₙ·w + yₙb - γ ≥ 0; the dual variables of the rows are -pₙ,
/// and a margin of zero makes them a Gordan certificate.
/// </remarks>
internal sealed class MarginProgram(int count, int dimension, MarginNorm norm, bool freeBias) : ILinearProgram
{
    private bool Dual => norm == MarginNorm.L1;

    public int ColumnCount => Dual ? count : dimension + (freeBias ? 2 : 1);

    public int RowCount => Dual ? dimension + (freeBias ? 1 : 0) : count;

    /// <summary>The column γ, which starts free and can make every row feasible; -1 where x = 0 is feasible.</summary>
    public int MarginColumn => Dual ? -1 : dimension;

    /// <summary>Lower bound of a variable.</summary>
    public double Lower(int variable) =>
        Dual
            ? (
                variable < count ? 0.0
                : variable < count + dimension ? -1.0
                : 0.0
            )
            : (
                variable < dimension ? -1.0
                : variable < ColumnCount ? double.NegativeInfinity
                : 0.0
            );

    /// <summary>Upper bound of a variable.</summary>
    public double Upper(int variable) =>
        Dual
            ? (
                variable < count ? double.PositiveInfinity
                : variable < count + dimension ? 1.0
                : 0.0
            )
            : (variable < dimension ? 1.0 : double.PositiveInfinity);

    /// <summary>Value of a column to start from, given the sign of the sum of its entries.</summary>
    public int Start(int column, int signOfSum) => Dual || column >= dimension ? 0 : (signOfSum < 0 ? -1 : 1);

    /// <summary>Estimated 64-bit multiplications of entering a basis exactly.</summary>
    public double ExactCost(int entryBits)
    {
        // As many pivots as the basis has columns, over entries that are minors of up to that size.
        var size = Math.Min(RowCount, ColumnCount);
        var words = 1.0 + size * (entryBits + 0.5 * Math.Log2(size)) / 64.0;
        return size * (double)RowCount * ColumnCount * (20.0 + words * words);
    }

    /// <summary>M and c, row-major, from the entry zₙₖ, the labels and the integers of the number type.</summary>
    public T[] Matrix<T>(Func<int, int, T> entry, int[]? labels, Func<int, T> integer)
    {
        var matrix = new T[(RowCount + 1) * ColumnCount];
        for (var j = 0; j < ColumnCount; j++)
            matrix[RowCount * ColumnCount + j] = integer(Dual || j == MarginColumn ? 1 : 0);
        for (var n = 0; n < count; n++)
        {
            for (var k = 0; k < dimension; k++)
                matrix[Dual ? k * count + n : n * ColumnCount + k] = entry(n, k);
            if (!Dual)
                matrix[n * ColumnCount + dimension] = integer(-1);
            if (labels is not null)
                matrix[Dual ? dimension * count + n : n * ColumnCount + dimension + 1] = integer(labels[n]);
        }
        return matrix;
    }

    /// <summary>
    /// w, b and the multipliers of the points, up to one factor (negative for ℓ_∞), from the columns x and the dual
    /// variables u of the rows.
    /// </summary>
    public (T[] Weights, T Bias, T[] Multipliers) Read<T>(T[] primal, T[] dual)
        where T : struct
    {
        var weights = Dual ? dual : primal;
        var bias = freeBias ? weights[Dual ? dimension : dimension + 1] : default;
        return (weights[..dimension], bias, Dual ? primal : dual);
    }
}
