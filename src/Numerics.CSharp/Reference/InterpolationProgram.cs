using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The linear program max λ·y subject to ‖Xᵀλ‖_* ≤ 1 in the form Mx ≤ r, x ≥ 0, whose dual variables are the weights:
/// λ = x⁺ - x⁻, w = u⁺ - u⁻.
/// </summary>
/// <remarks>ℓ₁ on the weights: ±Xᵀλ ≤ 1. ℓ_∞ on the weights: ±Xᵀλ ≤ t, Σ tₖ ≤ 1 with d further variables t ≥ 0.</remarks>
internal sealed class InterpolationProgram(InterpolationSystem system, MarginNorm norm)
{
    private readonly BigInteger[][] rows = system.Integers;
    private readonly int n = system.Rows.Length;
    private readonly int d = system.Dimension;
    private readonly bool bounded = norm == MarginNorm.LInfinity;

    private int RowCount => 2 * d + (bounded ? 1 : 0);

    private int ColumnCount => 2 * n + (bounded ? d : 0);

    /// <summary>Estimated 64-bit multiplications: one pivot per row of M, entries as long as minors of that size.</summary>
    public double ExactCost
    {
        get
        {
            long bits = 1;
            foreach (var row in rows)
            foreach (var entry in row)
                bits = Math.Max(bits, entry.GetBitLength());
            var words = 1.0 + Math.Min(d + 1, n) * (bits + 4.0) / 64.0;
            return 2.0 * RowCount * RowCount * ColumnCount * words * words;
        }
    }

    public FloatingSimplex.Proposal Propose()
    {
        // Each row of X in units of its largest entry; the basis is the same.
        var units = Units();
        var matrix = new double[RowCount, ColumnCount];
        Fill((i, j, value) => matrix[i, j] = value, (i, j) => Scaled(rows[i][j], units[i]), value => value);
        return FloatingSimplex.Run(
            LinearProgram.Inequalities(
                matrix,
                [.. Bounds()],
                [
                    .. Enumerable
                        .Range(0, ColumnCount)
                        .Select(j =>
                            j >= 2 * n ? 0 : (j < n ? 1 : -1) * Scaled(rows[j % n][d], units[j % n])
                        ),
                ]
            )
        );
    }

    public ExactSimplex Exact()
    {
        var matrix = new BigInteger[RowCount, ColumnCount];
        Fill((i, j, value) => matrix[i, j] = value, (i, j) => rows[i][j], value => value);
        return new ExactSimplex(
            LinearProgram.Inequalities(
                matrix,
                [.. Bounds()],
                [
                    .. Enumerable
                        .Range(0, ColumnCount)
                        .Select(j =>
                            j >= 2 * n ? 0
                            : j < n ? rows[j][d]
                            : -rows[j - n][d]
                        ),
                ]
            )
        );
    }

    /// <summary>w from the dual variables of the rows of M.</summary>
    public Rational[] Weights(Rational[] dual) =>
        [.. Enumerable.Range(0, d).Select(k => dual[k] - dual[d + k])];

    /// <inheritdoc cref="Weights(Rational[])"/>
    public double[] Weights(double[] dual) => [.. Enumerable.Range(0, d).Select(k => dual[k] - dual[d + k])];

    /// <summary>λ of the integer rows from x.</summary>
    public Rational[] Multipliers(Rational[] primal) =>
        [.. Enumerable.Range(0, n).Select(i => primal[i] - primal[n + i])];

    /// <summary>λ of the integer rows from x of the floating-point program.</summary>
    public double[] Multipliers(double[] primal)
    {
        var units = Units();
        return [.. Enumerable.Range(0, n).Select(i => Math.ScaleB(primal[i] - primal[n + i], -units[i]))];
    }

    private int[] Units() => [.. rows.Select(row => (int)row.Take(d).Max(entry => entry.GetBitLength()))];

    private static double Scaled(BigInteger value, int exponent) =>
        new Rational(value, BigInteger.One << exponent).ToDouble();

    private void Fill<T>(Action<int, int, T> set, Func<int, int, T> entry, Func<int, T> number)
        where T : IUnaryNegationOperators<T, T>
    {
        for (var k = 0; k < d; k++)
        {
            for (var i = 0; i < n; i++)
            {
                var value = entry(i, k);
                set(k, i, value);
                set(k, n + i, -value);
                set(d + k, i, -value);
                set(d + k, n + i, value);
            }
            if (!bounded)
                continue;
            set(k, 2 * n + k, number(-1));
            set(d + k, 2 * n + k, number(-1));
            set(2 * d, 2 * n + k, number(1));
        }
    }

    private IEnumerable<int> Bounds() =>
        Enumerable.Range(0, RowCount).Select(i => bounded ? (i == 2 * d ? 1 : 0) : 1);
}
