using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Bregman projections whose solution is on the boundary of the orthant or the simplex: with exact multipliers m of the
/// rows, mᵀX ≤ 0 and m·y = 0, every non-negative solution of Xw = y has wⱼ = 0 wherever (mᵀX)ⱼ &lt; 0. What is left
/// is a projection in fewer unknowns.
/// </summary>
/// <remarks>
/// For a potential that is finite on the boundary, as the entropies are with 0 log 0 = 0, whose slope at zero is infinite: no
/// weight vanishes that need not. Mirror flow converges to this point too, since D(a, w(t)) - D(b, w(t)) is constant for any two
/// solutions a and b, also on the boundary.
/// </remarks>
internal static class FaceProjection
{
    /// <summary>Whether ψ is finite at a point with a zero coordinate.</summary>
    public static bool Reaches(IPotential potential, int dimension)
    {
        var corner = new double[dimension];
        if (dimension > 1)
            corner[0] = 1;
        return double.IsFinite(potential.Value(corner));
    }

    /// <summary>The projection, or why there is none.</summary>
    /// <param name="inputs">X, n×d.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="potential">ψ, finite on the boundary of its domain.</param>
    /// <param name="start">w₀, length d.</param>
    /// <param name="multipliers">
    /// m with mᵀX ≤ 0, not all zero, and m·y = 0; on the simplex the last one belongs to Σ wⱼ = 1.
    /// </param>
    public static BregmanProjectionResult Solve(
        Rational[,] inputs,
        Rational[] targets,
        IPotential potential,
        double[] start,
        Rational[] multipliers
    )
    {
        var onSimplex = potential.Domain == PotentialDomain.Simplex;
        var combined = Combined(inputs, onSimplex, multipliers);
        int[] left = [.. Enumerable.Range(0, start.Length).Where(j => combined[j].Sign == 0)];
        if (left.Length == 0)
            return Origin(inputs, targets, potential, start, multipliers, combined);
        var columns = new Rational[targets.Length, left.Length];
        for (var i = 0; i < targets.Length; i++)
        for (var j = 0; j < left.Length; j++)
            columns[i, j] = inputs[i, left[j]];
        double[] remaining = [.. left.Select(j => start[j])];
        var sum = remaining.Sum();
        if (onSimplex) // KL from a multiple of a start differs from KL by a constant
            remaining = [.. remaining.Select(value => value / sum)];
        switch (BregmanProjection.Solve(columns, targets, potential, remaining))
        {
            case BregmanProjectionResult.Solved solved:
                var weights = new double[start.Length];
                for (var j = 0; j < left.Length; j++)
                    weights[left[j]] = solved.Weights[j];
                return solved with
                {
                    Weights = weights,
                    Objective = potential.Divergence(weights, start),
                    Boundary = solved.Boundary is { } further
                        ? Both(inputs, onSimplex, multipliers, combined, further)
                        : multipliers,
                };
            case BregmanProjectionResult.OutsideDomain outside:
                return new BregmanProjectionResult.OutsideDomain(
                    Both(inputs, onSimplex, multipliers, combined, outside.Multipliers)
                );
            case BregmanProjectionResult.Inconsistent contradiction:
                return new BregmanProjectionResult.OutsideDomain(
                    Both(inputs, onSimplex, multipliers, combined, contradiction.Certificate.Multipliers)
                );
            case var undecided:
                return undecided;
        }
    }

    /// <summary>No column is left, so w = 0: a solution if the targets are zero, which the sum on the simplex is not.</summary>
    private static BregmanProjectionResult Origin(
        Rational[,] inputs,
        Rational[] targets,
        IPotential potential,
        double[] start,
        Rational[] multipliers,
        Rational[] combined
    )
    {
        var onSimplex = potential.Domain == PotentialDomain.Simplex;
        Rational[] all = onSimplex ? [.. targets, Rational.One] : targets;
        var contradiction = Array.FindIndex(all, target => target.Sign != 0);
        if (contradiction >= 0)
        {
            var further = new Rational[all.Length];
            further[contradiction] = Rational.One / all[contradiction];
            return new BregmanProjectionResult.OutsideDomain(
                Both(inputs, onSimplex, multipliers, combined, further)
            );
        }
        var origin = new double[start.Length];
        return new BregmanProjectionResult.Solved
        {
            Weights = origin,
            Objective = potential.Divergence(origin, start),
            Dual = new double[targets.Length],
            KktResidual = 0,
            DualityGap = 0,
            Iterations = 0,
            Boundary = multipliers,
        };
    }

    /// <summary>mᵀX, with the row of ones last on the simplex.</summary>
    private static Rational[] Combined(Rational[,] inputs, bool onSimplex, Rational[] multipliers)
    {
        var combined = new Rational[inputs.GetLength(1)];
        for (var j = 0; j < combined.Length; j++)
        {
            for (var i = 0; i < inputs.GetLength(0); i++)
                combined[j] += multipliers[i] * inputs[i, j];
            if (onSimplex)
                combined[j] += multipliers[^1];
        }
        return combined;
    }

    /// <summary>
    /// cm + m' with c so large that the columns on which m decides keep their sign, whatever m' says there: what proves m' on
    /// the columns that m leaves, proves the sum on all.
    /// </summary>
    private static Rational[] Both(
        Rational[,] inputs,
        bool onSimplex,
        Rational[] first,
        Rational[] combined,
        Rational[] second
    )
    {
        var image = Combined(inputs, onSimplex, second);
        var factor = Rational.One;
        for (var j = 0; j < combined.Length; j++)
            if (combined[j].Sign < 0)
            {
                var needed = Rational.One - image[j] / combined[j];
                factor = needed > factor ? needed : factor;
            }
        return [.. first.Zip(second, (m, further) => factor * m + further)];
    }
}
