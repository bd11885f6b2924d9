using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The set of all minimisers of ‖w‖₁ subject to Xw = y, decided exactly from one dual solution: wⱼ is zero in all of them
/// where |xⱼ·λ| &lt; 1, and has the sign of xⱼ·λ elsewhere.
/// </summary>
internal sealed record OptimalFace
{
    private OptimalFace(int[] support, bool isPoint)
    {
        Support = support;
        IsPoint = isPoint;
    }

    /// <summary>The coordinates that some minimiser does not have zero, ascending.</summary>
    public int[] Support { get; }

    /// <summary>Whether there is only one minimiser.</summary>
    public bool IsPoint { get; }

    /// <summary>Finds the face.</summary>
    /// <param name="system">Xw = y.</param>
    /// <param name="weights">A minimiser.</param>
    /// <param name="correlations">xⱼ·λ of a dual solution, length d.</param>
    public static OptimalFace Of(InterpolationSystem system, Rational[] weights, Rational[] correlations)
    {
        int[] tight =
        [
            .. Enumerable
                .Range(0, weights.Length)
                .Where(j => correlations[j] == Rational.One || correlations[j] == -Rational.One),
        ];
        var support = AreIndependent(system, tight)
            ? [.. tight.Where(j => weights[j].Sign != 0)]
            : Positive(system, tight, correlations);
        // Inside the face no coordinate of the support is zero, and moving along a null vector v of the columns changes the
        // norm by s·v = λ·Xv = 0: the face is a point exactly if the columns are independent.
        return new OptimalFace(support, AreIndependent(system, support));
    }

    /// <summary>The tight columns on which some p ≥ 0 with Σ xⱼsⱼpⱼ = y is positive.</summary>
    /// <remarks>
    /// One linear program: maximise Σ tⱼ subject to Σ xⱼsⱼpⱼ = τy, p ≥ t, t ≤ 1. Every coordinate that can be positive is at
    /// least 1 for a large τ.
    /// </remarks>
    private static int[] Positive(InterpolationSystem system, int[] tight, Rational[] correlations)
    {
        var rows = system.Integers;
        var (n, m) = (rows.Length, tight.Length);
        // Variables: t, p - t, τ. Rows of the program: the system, its negative, t ≤ 1.
        var matrix = new BigInteger[2 * n + m, 2 * m + 1];
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < 2 * m; k++)
            {
                var entry = rows[i][tight[k % m]] * correlations[tight[k % m]].Sign;
                (matrix[i, k], matrix[n + i, k]) = (entry, -entry);
            }
            (matrix[i, 2 * m], matrix[n + i, 2 * m]) = (-rows[i][^1], rows[i][^1]);
        }
        var bounds = new int[2 * n + m];
        var reward = new BigInteger[2 * m + 1];
        for (var k = 0; k < m; k++)
        {
            bounds[2 * n + k] = 1;
            matrix[2 * n + k, k] = reward[k] = BigInteger.One;
        }
        var simplex = new ExactSimplex(LinearProgram.Inequalities(matrix, bounds, reward));
        if (!simplex.Run())
            throw new InvalidOperationException("A bounded program has an optimum.");
        return [.. Enumerable.Range(0, m).Where(k => simplex.Primal[k].Sign > 0).Select(k => tight[k])];
    }

    private static bool AreIndependent(InterpolationSystem system, int[] columns)
    {
        if (columns.Length == 0)
            return true;
        var rows = system.Integers;
        var matrix = new BigInteger[rows.Length, columns.Length];
        for (var i = 0; i < rows.Length; i++)
        for (var k = 0; k < columns.Length; k++)
            matrix[i, k] = rows[i][columns[k]];
        return ExactLinearSolver.Rank(matrix) == columns.Length;
    }
}
