using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The linear program max Σ aₙ subject to ‖Σ aₙzₙ‖_* ≤ 1, a ≥ 0 (and Σ aₙyₙ = 0) in the form Mx ≤ r, whose dual variables are
/// the weights: w = u⁺ - u⁻.
/// </summary>
/// <remarks>
/// ℓ₁ on the weights: ±Zᵀa ≤ 1. ℓ_∞ on the weights: ±Zᵀa ≤ t, Σ tₖ ≤ 1 with d further variables t ≥ 0. A free bias adds ±yᵀa ≤ 0.
/// </remarks>
internal sealed class MarginProgram(IntegerRows rows, MarginNorm norm)
{
    private readonly int d = rows.Dimension;
    private readonly int columnCount = rows.Count + (norm == MarginNorm.L1 ? 0 : rows.Dimension);
    private readonly int rowCount =
        2 * rows.Dimension + (norm == MarginNorm.L1 ? 0 : 1) + (rows.HasFreeBias ? 2 : 0);

    /// <summary>The two inequalities that together say Σ aₙyₙ = 0; none without a free bias.</summary>
    public int[] LabelRows => rows.HasFreeBias ? [rowCount - 2, rowCount - 1] : [];

    /// <summary>Estimated 64-bit multiplications: one pivot per row of M, entries as long as minors of that size.</summary>
    public double ExactCost(int entryBits)
    {
        // A basis has at most d + 1 columns beyond slacks, and so do the minors.
        var words = 1.0 + Math.Min(d + 1, rows.Count) * (entryBits + 4.0) / 64.0;
        return 2.0 * rowCount * rowCount * columnCount * words * words;
    }

    public FloatingSimplex.Proposal Propose(double[] scaledRows)
    {
        var matrix = new double[rowCount, columnCount];
        Fill((i, j, value) => matrix[i, j] = value, (n, k) => scaledRows[n * d + k], value => value);
        return FloatingSimplex.Run(
            matrix,
            [.. Bounds().Select(value => (double)value)],
            [.. Objective().Select(value => (double)value)]
        );
    }

    public ExactSimplex Exact()
    {
        var matrix = new BigInteger[rowCount, columnCount];
        Fill((i, j, value) => matrix[i, j] = value, (n, k) => rows[n][k], value => value);
        return new ExactSimplex(
            matrix,
            [.. Bounds().Select(value => (BigInteger)value)],
            [.. Objective().Select(value => (BigInteger)value)]
        );
    }

    /// <summary>w and b from the dual variables of the rows.</summary>
    public (Rational[] Weights, Rational Bias) Weights(Rational[] dual) =>
        (
            [.. Enumerable.Range(0, d).Select(k => dual[k] - dual[d + k])],
            rows.HasFreeBias ? dual[rowCount - 2] - dual[rowCount - 1] : Rational.Zero
        );

    /// <inheritdoc cref="Weights(Rational[])"/>
    public (double[] Weights, double Bias) Weights(double[] dual) =>
        (
            [.. Enumerable.Range(0, d).Select(k => dual[k] - dual[d + k])],
            rows.HasFreeBias ? dual[rowCount - 2] - dual[rowCount - 1] : 0.0
        );

    private void Fill<T>(Action<int, int, T> set, Func<int, int, T> entry, Func<int, T> number)
        where T : IUnaryNegationOperators<T, T>
    {
        for (var k = 0; k < d; k++)
        {
            for (var n = 0; n < rows.Count; n++)
            {
                set(k, n, entry(n, k));
                set(d + k, n, -entry(n, k));
            }
            if (norm == MarginNorm.L1)
                continue;
            set(k, rows.Count + k, number(-1));
            set(d + k, rows.Count + k, number(-1));
            set(2 * d, rows.Count + k, number(1));
        }
        if (rows.HasFreeBias)
            for (var n = 0; n < rows.Count; n++)
            {
                set(rowCount - 2, n, number(rows.Label(n)));
                set(rowCount - 1, n, number(-rows.Label(n)));
            }
    }

    private IEnumerable<int> Bounds() =>
        Enumerable
            .Range(0, rowCount)
            .Select(i => norm == MarginNorm.L1 ? (i < 2 * d ? 1 : 0) : (i == 2 * d ? 1 : 0));

    private IEnumerable<int> Objective() =>
        Enumerable.Range(0, columnCount).Select(j => j < rows.Count ? 1 : 0);
}
