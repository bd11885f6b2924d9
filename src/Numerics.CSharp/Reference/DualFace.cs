using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Shape of the set of optimal duals {α ≥ 0 on the active points, Σ αₙ(zₙ, yₙ) fixed}: whether it is one point, and
/// which active points are zero on all of it.
/// </summary>
/// <remarks>
/// From a vertex with support P, mass can move onto active points Q outside P only along λ ≥ 0 with
/// Σ λ_q z_q in span(P), that is Σ λ_q (projection of z_q off span P) = 0: Gordan's alternative again. The support
/// of such a λ joins P, and the question is repeated until the rest is separable (facial reduction).
/// </remarks>
internal static class DualFace
{
    /// <summary>
    /// Active points that are zero in every optimal dual, whether the vertex is the only one, and the rank of the
    /// rows (zₙ, yₙ) that are not always zero.
    /// </summary>
    public static (int[] ZeroDuals, bool Unique, int Rank) Analyse(
        IntegerRows rows,
        int[] support,
        int[] active
    )
    {
        var spanning = new List<int>(support);
        var rest = active.Except(support).ToList();
        var unique = true;
        while (rest.Count > 0)
        {
            var projected = ProjectOff(rows, spanning, rest);
            var movable = Enumerable
                .Range(0, rest.Count)
                .Where(i => Array.TrueForAll(projected[i], entry => entry.IsZero))
                .ToList();
            if (movable.Count == 0)
            {
                var remaining = IntegerRows.FromIntegers(projected, projected[0].Length);
                var certificate = new ExactActiveSet(remaining, int.MaxValue).Run([]).Certificate;
                if (certificate is null)
                    break;
                movable = [.. certificate.Keys];
                // A vanishing positive combination spans as much without its first member.
                spanning.AddRange(movable.Skip(1).Select(i => rest[i]));
            }
            unique = false;
            var moved = movable.Select(i => rest[i]).ToHashSet();
            rest.RemoveAll(moved.Contains);
        }
        return ([.. rest.Order()], unique, spanning.Count);
    }

    // Rows of `points` (label column last) minus their projection on the span of `spanning`, times a positive integer.
    private static BigInteger[][] ProjectOff(IntegerRows rows, List<int> spanning, List<int> points)
    {
        var gram = new BigInteger[spanning.Count, spanning.Count];
        var right = new BigInteger[spanning.Count, points.Count];
        for (var i = 0; i < spanning.Count; i++)
        {
            for (var j = 0; j < spanning.Count; j++)
                gram[i, j] = rows.Gram(spanning[i], spanning[j]);
            for (var j = 0; j < points.Count; j++)
                right[i, j] = rows.Gram(spanning[i], points[j]);
        }
        ExactLinearSolver.TrySolve(gram, right, out var coefficients, out var denominator);
        var result = new BigInteger[points.Count][];
        for (var j = 0; j < points.Count; j++)
        {
            result[j] = new BigInteger[rows.Dimension + 1];
            for (var k = 0; k <= rows.Dimension; k++)
            {
                result[j][k] = denominator * Entry(rows, points[j], k);
                for (var i = 0; i < spanning.Count; i++)
                    result[j][k] -= coefficients[i, j] * Entry(rows, spanning[i], k);
            }
        }
        return result;
    }

    private static BigInteger Entry(IntegerRows rows, int point, int column) =>
        column < rows.Dimension ? rows[point][column] : rows.Label(point);
}
