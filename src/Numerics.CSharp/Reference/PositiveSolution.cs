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
        // Columns m; rows mᵀX ≤ 0, m·y ≥ 0 and the value, at most 1, which is also the objective.
        var matrix = new BigInteger[(d + 3) * n];
        for (var i = 0; i < n; i++)
        {
            var value = rows[i][d];
            for (var j = 0; j <= d; j++)
                matrix[j * n + i] = rows[i][j];
            for (var j = 0; j < d; j++)
                value -= rows[i][j];
            (matrix[(d + 1) * n + i], matrix[(d + 2) * n + i]) = (value, value);
        }
        var negative = (double.NegativeInfinity, 0.0);
        var program = new LinearProgram(
            [.. Enumerable.Repeat(LinearProgram.Free, n)],
            [
                .. Enumerable.Repeat(negative, d),
                (0.0, double.PositiveInfinity),
                (double.NegativeInfinity, 1.0),
            ]
        );
        var simplex = new ExactSimplex(program, matrix);
        simplex.Run();
        var multipliers = simplex.Primal;
        return multipliers.Any(multiplier => multiplier.Sign != 0) && Value(multipliers).Sign > 0
            ? multipliers
            : null;

        Rational Value(Rational[] m) =>
            Enumerable
                .Range(0, n)
                .Aggregate(
                    Rational.Zero,
                    (sum, i) => sum + m[i] * new Rational(matrix[(d + 2) * n + i], BigInteger.One)
                );
    }
}
