using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The <see cref="LinearProgram{T}"/> max λ·y subject to ‖Xᵀλ‖_* ≤ 1, whose dual variables of the rows are the weights.
/// </summary>
/// <remarks>
/// ℓ₁ on the weights: columns λ, rows Xᵀλ in [-1, 1]. ℓ_∞ on the weights: columns λ and t ≥ 0, rows Xᵀλ - t ≤ 0, Xᵀλ + t ≥ 0
/// and Σ tₖ ≤ 1.
/// </remarks>
internal sealed class InterpolationProgram(InterpolationSystem system, MarginNorm norm)
{
    private readonly BigInteger[][] rows = system.Integers;
    private readonly int n = system.Rows.Length;
    private readonly int d = system.Dimension;
    private readonly bool bounded = norm == MarginNorm.LInfinity;

    private int RowCount => bounded ? 2 * d + 1 : d;

    private int ColumnCount => bounded ? n + d : n;

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

    /// <summary>The program in exact integers.</summary>
    public LinearProgram<BigInteger> Exact() => Of((i, j) => rows[i][j]);

    /// <summary>The program in floating point, each row of X in units of its largest entry; its bases are the same.</summary>
    public LinearProgram<double> Floating()
    {
        var units = Units();
        return Of((i, j) => Scaled(rows[i][j], units[i]));
    }

    /// <summary>Weights, and multipliers of the integer rows, at a basis of the floating program; null if it is singular.</summary>
    public (double[] Weights, double[] Multipliers)? Vertex(LinearProgram<double> program, SimplexBasis basis)
    {
        if (!VertexRefinement.TrySolve(program, basis, out var primal, out var dual))
            return null;
        var units = Units();
        return (
            Array.ConvertAll(Combined(dual, (a, b) => a + b), weight => weight.High),
            [.. Enumerable.Range(0, n).Select(i => Math.ScaleB(primal[i].High, -units[i]))]
        );
    }

    /// <summary>w from the dual variables of the rows of M.</summary>
    public Rational[] Weights(Rational[] dual) => Combined(dual, (a, b) => a + b);

    /// <summary>λ of the integer rows from x.</summary>
    public Rational[] Multipliers(Rational[] primal) => primal[..n];

    private T[] Combined<T>(T[] dual, Func<T, T, T> add) =>
        bounded ? [.. Enumerable.Range(0, d).Select(k => add(dual[k], dual[d + k]))] : dual;

    private int[] Units() => [.. rows.Select(row => (int)row.Take(d).Max(entry => entry.GetBitLength()))];

    private static double Scaled(BigInteger value, int exponent) =>
        new Rational(value, BigInteger.One << exponent).ToDouble();

    private LinearProgram<T> Of<T>(Func<int, int, T> entry)
        where T : INumber<T>
    {
        var matrix = new T[RowCount * ColumnCount];
        Array.Fill(matrix, T.Zero);
        for (var k = 0; k < d; k++)
        {
            for (var i = 0; i < n; i++)
                matrix[k * ColumnCount + i] = entry(i, k);
            if (!bounded)
                continue;
            for (var i = 0; i < n; i++)
                matrix[(d + k) * ColumnCount + i] = matrix[k * ColumnCount + i];
            matrix[k * ColumnCount + n + k] = -T.One;
            matrix[(d + k) * ColumnCount + n + k] = T.One;
            matrix[2 * d * ColumnCount + n + k] = T.One;
        }
        T[] objective = [.. Enumerable.Range(0, ColumnCount).Select(j => j < n ? entry(j, d) : T.Zero)];
        const double Infinity = double.PositiveInfinity;
        IEnumerable<double> Repeat(double bound, int count) => Enumerable.Repeat(bound, count);
        return bounded
            ? new(
                matrix,
                objective,
                [
                    .. Repeat(-Infinity, n),
                    .. Repeat(0.0, d),
                    .. Repeat(-Infinity, d),
                    .. Repeat(0.0, d),
                    -Infinity,
                ],
                [.. Repeat(Infinity, n + d), .. Repeat(0.0, d), .. Repeat(Infinity, d), 1.0]
            )
            : new(
                matrix,
                objective,
                [.. Repeat(-Infinity, n), .. Repeat(-1.0, d)],
                [.. Repeat(Infinity, n), .. Repeat(1.0, d)]
            );
    }
}
