using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The linear program max λ·y subject to ‖Xᵀλ‖_* ≤ 1, whose dual variables of the rows are the weights.
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
    private readonly LinearProgram program = Program(system.Rows.Length, system.Dimension, norm);

    private int RowCount => program.RowCount;

    private int ColumnCount => program.ColumnCount;

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

    /// <summary>The basis that floating point proposes, and the matrix it did so for.</summary>
    public FloatingSimplex.Proposal Propose(out double[] matrix)
    {
        // Each row of X in units of its largest entry; the basis is the same.
        var units = Units();
        matrix = Matrix((i, j) => Scaled(rows[i][j], units[i]), value => (double)value);
        return FloatingSimplex.Run(program, matrix);
    }

    /// <summary>Weights and multipliers of the integer rows at a basis of the matrix of Propose; null if it is singular.</summary>
    public (double[] Weights, double[] Multipliers)? Vertex(double[] matrix, SimplexBasis basis)
    {
        if (!VertexRefinement.TrySolve(program, matrix, basis, out var primal, out var dual))
            return null;
        var units = Units();
        return (
            Array.ConvertAll(Combined(dual, (a, b) => a + b), weight => weight.High),
            [.. Enumerable.Range(0, n).Select(i => Math.ScaleB(primal[i].High, -units[i]))]
        );
    }

    public ExactSimplex Exact() => new(program, Matrix((i, j) => rows[i][j], value => (BigInteger)value));

    /// <summary>w from the dual variables of the rows of M.</summary>
    public Rational[] Weights(Rational[] dual) => Combined(dual, (a, b) => a + b);

    /// <summary>λ of the integer rows from x.</summary>
    public Rational[] Multipliers(Rational[] primal) => primal[..n];

    private T[] Combined<T>(T[] dual, Func<T, T, T> add) =>
        bounded ? [.. Enumerable.Range(0, d).Select(k => add(dual[k], dual[d + k]))] : dual;

    private static LinearProgram Program(int n, int d, MarginNorm norm)
    {
        var free = Enumerable.Repeat(LinearProgram.Free, n);
        var positive = (0.0, double.PositiveInfinity);
        return norm == MarginNorm.L1
            ? new([.. free], [.. Enumerable.Repeat((-1.0, 1.0), d)])
            : new(
                [.. free, .. Enumerable.Repeat(positive, d)],
                [
                    .. Enumerable.Repeat((double.NegativeInfinity, 0.0), d),
                    .. Enumerable.Repeat(positive, d),
                    (double.NegativeInfinity, 1.0),
                ]
            );
    }

    private int[] Units() => [.. rows.Select(row => (int)row.Take(d).Max(entry => entry.GetBitLength()))];

    private static double Scaled(BigInteger value, int exponent) =>
        new Rational(value, BigInteger.One << exponent).ToDouble();

    private T[] Matrix<T>(Func<int, int, T> entry, Func<int, T> integer)
    {
        var matrix = new T[(RowCount + 1) * ColumnCount];
        for (var i = 0; i < n; i++)
        {
            matrix[RowCount * ColumnCount + i] = entry(i, d);
            for (var k = 0; k < d; k++)
            {
                matrix[k * ColumnCount + i] = entry(i, k);
                if (bounded)
                    matrix[(d + k) * ColumnCount + i] = entry(i, k);
            }
        }
        for (var k = 0; bounded && k < d; k++)
        {
            matrix[k * ColumnCount + n + k] = integer(-1);
            matrix[(d + k) * ColumnCount + n + k] = integer(1);
            matrix[2 * d * ColumnCount + n + k] = integer(1);
        }
        return matrix;
    }
}
