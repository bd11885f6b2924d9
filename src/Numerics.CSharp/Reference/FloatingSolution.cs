using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Turns a floating-point proposal into an answer by bounding its duality gap, where exact arithmetic would cost too much.
/// </summary>
/// <remarks>
/// Scaled to feasibility, w costs P = (‖w‖/m)², m the smallest margin; the best multiple of α ≥ 0 is worth D = (Σα)²/‖Σαz‖².
/// Both are evaluated in double-double arithmetic with its rounding error added to the bad side, so the gap is a proven
/// bound: a positive m proves the data separable, and ‖w/m - ŵ‖² ≤ P - ‖ŵ‖² ≤ P - D (the objective is strongly convex)
/// bounds the error of the direction. For a free bias the defect h = Σαy is charged to one support point.
/// </remarks>
internal static class FloatingSolution
{
    /// <summary>
    /// A margin this close to 1, relative to the size of its terms, counts as active: u^(3/2), half way between the
    /// accuracy of double and that of double-double.
    /// </summary>
    public const double Resolution = 1.17e-24;

    /// <summary>z·w + yb - 1, rounded once; label 0 without bias.</summary>
    public static double Slack(
        ReadOnlySpan<double> row,
        int label,
        ReadOnlySpan<double> weightsHigh,
        ReadOnlySpan<double> weightsLow,
        DoubleDouble bias
    )
    {
        var margin = DoubleDoubleVectors.Dot(row, weightsHigh, weightsLow);
        if (label != 0)
            margin += bias * label;
        return (margin - 1.0).High;
    }

    /// <summary>1 + Σ|zₖwₖ| + |b|: the size of the terms of a margin, on which its rounding error depends.</summary>
    public static double Terms(ReadOnlySpan<double> row, ReadOnlySpan<double> weights, DoubleDouble bias) =>
        1.0 + VectorKernels.AbsoluteDot(row, weights) + Math.Abs(bias.High);

    /// <param name="proposal">Solution for the scaled rows.</param>
    /// <param name="inputs">n×d row-major, the data times unit.</param>
    /// <param name="labels">y for a free bias, else null.</param>
    /// <param name="unit">Scaled data = unit · data.</param>
    public static MaxMarginResult Judge(
        SupportSearch.Proposal proposal,
        double[] inputs,
        int[]? labels,
        double unit
    )
    {
        if (!proposal.Separable)
            return new MaxMarginResult.Undecided(
                "Floating point finds the data not separable; the instance is too large to prove it exactly."
            );
        var (high, low) = (proposal.WeightsHigh, proposal.WeightsLow);
        var dimension = high.Length;
        var count = inputs.Length / dimension;
        var squaredNorm = DoubleDoubleVectors.Square(high, low);
        var norm = Math.Sqrt(squaredNorm.High);
        var dotError = DoubleDoubleVectors.DotError(dimension) + DoubleDoubleVectors.SumError(2); // z·w, then + yb and - 1
        var smallest = double.PositiveInfinity; // of the slacks, with the error bound taken off
        var next = double.PositiveInfinity;
        var active = new List<int>();
        for (var n = 0; n < count; n++)
        {
            var row = inputs.AsSpan(n * dimension, dimension);
            var slack =
                proposal.Slacks?[n] ?? Slack(row, labels is null ? 0 : labels[n], high, low, proposal.Bias);
            var terms = Terms(row, high, proposal.Bias);
            smallest = Math.Min(
                smallest,
                slack - dotError * terms - 2 * DoubleDoubleVectors.UnitRoundoff * Math.Abs(slack)
            );
            if (slack <= Resolution * terms)
                active.Add(n);
            else
                next = Math.Min(next, slack);
        }
        var gap = 1.0;
        if (smallest > -1.0)
            gap = GapBound(proposal, inputs, labels, squaredNorm, smallest);
        if (!(gap < 1.0))
            return new MaxMarginResult.Undecided(
                proposal.Converged
                    ? "Floating point finds no separating direction; the instance is too large to decide exactly."
                    : "The floating-point active set did not converge; the instance is too large to decide exactly."
            );
        var dual = new double[count];
        for (var i = 0; i < proposal.Support.Length; i++)
            dual[proposal.Support[i]] = proposal.Dual[i].High * unit * unit;
        var support = proposal.Support.Order().ToArray();
        return new MaxMarginResult.Solved
        {
            Certified = false,
            HasFreeBias = labels is not null,
            WeightsDouble = Array.ConvertAll(high, weight => weight * unit),
            BiasDouble = proposal.Bias.High,
            DualDouble = dual,
            Margin = 1.0 / norm / unit,
            Support = support,
            Active = active.Count == support.Length ? support : [.. active.Union(support).Order()],
            ZeroDuals = [],
            DualIsUnique = active.TrueForAll(n => Array.BinarySearch(support, n) >= 0),
            SupportRank = support.Length,
            SmallestInactiveMargin = double.IsInfinity(next) ? null : Rational.FromBinary(1.0 + next),
            DualityGap = gap,
        };
    }

    // 1 - D/P with v = Σαz: D/P = (Σα · m)² / (‖w‖²‖v‖²).
    private static double GapBound(
        SupportSearch.Proposal proposal,
        double[] inputs,
        int[]? labels,
        DoubleDouble squaredNorm,
        double smallest
    )
    {
        var (support, dimension) = (proposal.Support, proposal.WeightsHigh.Length);
        var (high, low) = (new double[dimension], new double[dimension]);
        var (total, labelSum) = ((DoubleDouble)0.0, (DoubleDouble)0.0);
        for (var i = 0; i < support.Length; i++)
        {
            var alpha = proposal.Dual[i];
            if (!(alpha.High >= 0))
                return 1.0;
            total += alpha;
            if (labels is not null)
                labelSum += alpha * labels[support[i]];
            DoubleDoubleVectors.AddScaled(alpha, Row(i), high, low);
        }
        var squared = DoubleDoubleVectors.Square(high, low);
        var sumError = DoubleDoubleVectors.SumError(support.Length);
        var defect = labels is null ? 0.0 : Math.Abs(labelSum.High) + sumError * total.High;
        // v is off by δ with |δₖ| ≤ ε Σα|zₖ|, and ‖v‖² by 2v·δ + ‖δ‖²; charging the defect h to one point adds h z to δ.
        var (along, length) = (0.0, 0.0);
        for (var i = 0; i < support.Length; i++)
        {
            var factor = sumError * proposal.Dual[i].High + (i == 0 ? defect : 0.0);
            along += factor * VectorKernels.AbsoluteDot(Row(i), high);
            length += factor * Math.Sqrt(VectorKernels.Dot(Row(i), Row(i)));
        }
        var combinedError = (2.0 * along + length * length) / squared.High;
        var numerator = total * total * (1.0 + (DoubleDouble)smallest) * (1.0 + (DoubleDouble)smallest);
        var denominator = squaredNorm * squared;
        var gap = ((denominator - numerator) / denominator).High;
        var rounding =
            4.0 * (sumError + DoubleDoubleVectors.SumError(dimension))
            + 2.0 * defect / total.High
            + combinedError;
        return Math.Max(gap, 0.0) + rounding;

        ReadOnlySpan<double> Row(int i) => inputs.AsSpan(support[i] * dimension, dimension);
    }
}
