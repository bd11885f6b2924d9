using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The system Xw = y read exactly: a maximal set of linearly independent rows, which has the same solutions, or the
/// proof that there is none. Rows may be scaled one by one, which changes no solution.
/// </summary>
internal sealed class InterpolationSystem
{
    private readonly BigInteger[][] integers; // a multiple of each row, target last

    private InterpolationSystem(Rational[,] inputs, Rational[] targets)
    {
        var (count, dimension) = (inputs.GetLength(0), inputs.GetLength(1));
        if (inputs.Length == 0)
            throw new ArgumentException(
                $"A system needs a row and a column; this one is {count}×{dimension}."
            );
        if (targets.Length != count)
            throw new ArgumentException($"{targets.Length} targets for {count} rows.");
        Count = count;
        Dimension = dimension;
        integers = new BigInteger[count][];
        Scales = new Rational[count];
        for (var i = 0; i < count; i++)
        {
            Rational[] row = [.. Enumerable.Range(0, dimension).Select(j => inputs[i, j]), targets[i]];
            var denominator = row.Aggregate(
                BigInteger.One,
                (common, entry) =>
                    common / BigInteger.GreatestCommonDivisor(common, entry.Denominator) * entry.Denominator
            );
            integers[i] = [.. row.Select(entry => entry.Numerator * (denominator / entry.Denominator))];
            Scales[i] = new Rational(denominator, BigInteger.One);
        }
    }

    /// <summary>n, of the system as given.</summary>
    public int Count { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>What row i was multiplied by to become integer, length n.</summary>
    public Rational[] Scales { get; }

    /// <summary>The independent rows, ascending.</summary>
    public int[] Rows { get; private set; } = [];

    /// <summary>The proof that there is no solution; null if there is one.</summary>
    public FredholmCertificate? Contradiction { get; private set; }

    /// <summary>The independent rows as integers, target last.</summary>
    public BigInteger[][] Integers => [.. Rows.Select(i => integers[i])];

    /// <summary>Analyses a system.</summary>
    /// <exception cref="ArgumentException">No row or column, or another number of targets.</exception>
    public static InterpolationSystem Of(Rational[,] inputs, Rational[] targets)
    {
        var system = new InterpolationSystem(inputs, targets);
        int[] all = [.. Enumerable.Range(0, system.Count)];
        if (ExactLinearSolver.Rank(system.Matrix(all)) == system.Count)
        {
            system.Rows = all;
            return system;
        }
        var rows = new List<int>();
        foreach (var i in all)
            if (ExactLinearSolver.Rank(system.Matrix([.. rows, i])) > rows.Count)
                rows.Add(i);
            else if (system.Disagreement([.. rows], i) is { } multipliers)
            {
                system.Contradiction = new FredholmCertificate(multipliers);
                return system;
            }
        system.Rows = [.. rows];
        return system;
    }

    private BigInteger[,] Matrix(int[] rows)
    {
        var matrix = new BigInteger[rows.Length, Dimension];
        for (var i = 0; i < rows.Length; i++)
        for (var j = 0; j < Dimension; j++)
            matrix[i, j] = integers[rows[i]][j];
        return matrix;
    }

    /// <summary>Row i is Σ cₖ rowₖ; the multipliers of the contradiction if its target is another sum.</summary>
    private Rational[]? Disagreement(int[] rows, int i)
    {
        var gram = new BigInteger[rows.Length, rows.Length];
        var moments = new BigInteger[rows.Length, 1];
        for (var k = 0; k < rows.Length; k++)
        {
            for (var l = 0; l < rows.Length; l++)
                gram[k, l] = Dot(rows[k], rows[l]);
            moments[k, 0] = Dot(rows[k], i);
        }
        if (!ExactLinearSolver.TrySolve(gram, moments, out var coefficients, out var denominator))
            throw new InvalidOperationException("Independent rows have a regular Gram matrix.");
        var excess = denominator * integers[i][Dimension];
        for (var k = 0; k < rows.Length; k++)
            excess -= coefficients[k, 0] * integers[rows[k]][Dimension];
        if (excess.IsZero)
            return null;
        var multipliers = new Rational[Count];
        multipliers[i] = new Rational(denominator, excess) * Scales[i];
        for (var k = 0; k < rows.Length; k++)
            multipliers[rows[k]] = new Rational(-coefficients[k, 0], excess) * Scales[rows[k]];
        return multipliers;
    }

    private BigInteger Dot(int i, int k)
    {
        var sum = BigInteger.Zero;
        for (var j = 0; j < Dimension; j++)
            sum += integers[i][j] * integers[k][j];
        return sum;
    }
}
