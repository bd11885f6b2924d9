using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>Judges a floating-point proposal by its duality gap, where exact arithmetic would cost too much.</summary>
internal static class FloatingSolution
{
    /// <summary>A margin this close to 1, relative to the size of its terms, counts as active.</summary>
    private const double ActiveTolerance = 1e-11;

    /// <param name="proposal">Solution for the scaled rows.</param>
    /// <param name="rows">n×d row-major, the data times unit.</param>
    /// <param name="labels">y for a free bias, else null.</param>
    /// <param name="unit">Scaled data = unit · data.</param>
    public static MaxMarginResult Judge(
        SupportSearch.Proposal proposal,
        double[] rows,
        int[]? labels,
        double unit
    )
    {
        if (!proposal.Separable)
            return new MaxMarginResult.Undecided(
                "Floating point finds the data not separable; the instance is too large to prove it exactly."
            );
        var weights = proposal.Weights;
        var dimension = weights.Length;
        var norm = Math.Sqrt(RowBasis.Dot(weights, weights));
        var smallest = double.PositiveInfinity;
        var next = double.PositiveInfinity;
        var active = new List<int>();
        for (var n = 0; n < proposal.Dual.Length; n++)
        {
            var row = rows.AsSpan(n * dimension, dimension);
            var margin = RowBasis.Dot(row, weights) + (labels is null ? 0.0 : labels[n] * proposal.Bias);
            smallest = Math.Min(smallest, margin);
            if (margin <= 1.0 + ActiveTolerance * (1.0 + norm * Math.Sqrt(RowBasis.Dot(row, row))))
                active.Add(n);
            else
                next = Math.Min(next, margin);
        }
        if (!(smallest > 0))
            return new MaxMarginResult.Undecided(
                proposal.Converged
                    ? "Floating point finds no separating direction; the instance is too large to decide exactly."
                    : "The floating-point active set did not converge; the instance is too large to decide exactly."
            );
        // Scaled to feasibility, w costs (‖w‖/smallest)²; the best multiple of α is worth (Σα)²/‖Σαz‖².
        var combined = new double[dimension];
        var total = 0.0;
        foreach (var n in proposal.Support)
        {
            total += proposal.Dual[n];
            RowBasis.AddScaled(proposal.Dual[n], rows.AsSpan(n * dimension, dimension), combined);
        }
        var primal = norm * norm / (smallest * smallest);
        var gap = Math.Max(0.0, 1.0 - total * total / RowBasis.Dot(combined, combined) / primal);
        var support = proposal.Support.Order().ToArray();
        var unscaled = weights.Select(weight => weight * unit).ToArray();
        var dual = proposal.Dual.Select(value => value * unit * unit).ToArray();
        return new MaxMarginResult.Solved
        {
            Certified = false,
            Weights = [.. unscaled.Select(Rational.FromBinary)],
            Bias = Rational.FromBinary(proposal.Bias),
            HasFreeBias = labels is not null,
            Dual = [.. dual.Select(value => value == 0.0 ? Rational.Zero : Rational.FromBinary(value))],
            SquaredNorm = Rational.FromBinary(RowBasis.Dot(unscaled, unscaled)),
            Support = support,
            Active = [.. active.Union(support).Order()],
            ZeroDuals = [],
            DualIsUnique = active.All(support.Contains),
            SupportRank = support.Length,
            SmallestInactiveMargin = double.IsInfinity(next) ? null : Rational.FromBinary(next),
            DualityGap = gap,
            WeightsDouble = unscaled,
            DualDouble = dual,
        };
    }
}
