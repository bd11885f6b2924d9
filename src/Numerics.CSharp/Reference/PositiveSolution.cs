using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>Whether Xw = y has a solution with all wⱼ > 0, decided by exact linear programming.</summary>
/// <remarks>
/// There is none exactly if some m has mᵀX ≤ 0 and m·y ≥ 0, not both zero: then m·y = mᵀXw ≤ 0, with equality only where
/// mᵀX vanishes (Stiemke 1915). Solved is max m·y - mᵀX1 over such m with the value at most 1: it is 0 or 1.
/// </remarks>
internal static class PositiveSolution
{
    /// <summary>The multipliers that exclude one, for the given integer rows (target last); null if there is one.</summary>
    public static Rational[]? Excluded(BigInteger[][] rows)
    {
        var (n, d) = (rows.Length, rows[0].Length - 1);
        // m = m⁺ - m⁻; rows of the program: mᵀX ≤ 0, -m·y ≤ 0, value ≤ 1.
        var matrix = new BigInteger[d + 2, 2 * n];
        var objective = new BigInteger[2 * n];
        for (var i = 0; i < n; i++)
        {
            var value = rows[i][d];
            for (var j = 0; j < d; j++)
            {
                value -= rows[i][j];
                (matrix[j, i], matrix[j, n + i]) = (rows[i][j], -rows[i][j]);
            }
            (matrix[d, i], matrix[d, n + i]) = (-rows[i][d], rows[i][d]);
            (matrix[d + 1, i], matrix[d + 1, n + i]) = (value, -value);
            (objective[i], objective[n + i]) = (value, -value);
        }
        var bounds = new int[d + 2];
        bounds[d + 1] = 1;
        var simplex = new ExactSimplex(LinearProgram.Inequalities(matrix, bounds, objective));
        simplex.Run();
        Rational[] multipliers =
        [
            .. Enumerable.Range(0, n).Select(i => simplex.Primal[i] - simplex.Primal[n + i]),
        ];
        return multipliers.Any(multiplier => multiplier.Sign != 0) && Value(multipliers).Sign > 0
            ? multipliers
            : null;

        Rational Value(Rational[] m) =>
            Enumerable
                .Range(0, n)
                .Aggregate(
                    Rational.Zero,
                    (sum, i) => sum + m[i] * new Rational(objective[i], BigInteger.One)
                );
    }
}
