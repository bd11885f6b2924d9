namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Turns a floating-point basis of an ℓ₁ or ℓ_∞ margin into an answer by bounding its duality gap, where exact
/// arithmetic would cost too much.
/// </summary>
/// <remarks>
/// minₙ marginₙ/‖w‖ ≤ γ ≤ ‖Σ pₙzₙ‖_* for any w, b and any probabilities p with Σ pₙyₙ = 0; both ends are evaluated in
/// double-double arithmetic with its rounding error added to the bad side. For a free bias a defect of Σ pₙyₙ is charged
/// to the longest row.
/// </remarks>
internal static class FloatingVertex
{
    /// <param name="margin">What the program stands for.</param>
    /// <param name="program">The program.</param>
    /// <param name="proposal">Its last basis.</param>
    /// <param name="rows">n×d row-major, the data divided by unit.</param>
    /// <param name="labels">y for a free bias, else null.</param>
    /// <param name="norm">Norm on the weights.</param>
    /// <param name="unit">Data = unit · scaled data.</param>
    public static NormMarginResult Judge(
        MarginProgram margin,
        LinearProgram<double> program,
        FloatingSimplex.Proposal proposal,
        double[] rows,
        int[]? labels,
        MarginNorm norm,
        double unit
    )
    {
        if (!proposal.Bounded)
            return new NormMarginResult.Undecided(
                "Floating point finds the data not separable; the instance is too large to prove it exactly."
            );
        var refined = VertexRefinement.TrySolve(program, proposal.Basis, out var primal, out var dual);
        var (weights, bias, multipliers) = margin.Read(primal, dual);
        if (norm == MarginNorm.LInfinity)
            multipliers = Array.ConvertAll(multipliers, value => -value);
        // A rounding below zero is no multiplier.
        multipliers = Array.ConvertAll(multipliers, value => value.High > 0 ? value : (DoubleDouble)0.0);
        var size = Norm(weights, norm);
        var total = (DoubleDouble)0.0;
        foreach (var multiplier in multipliers)
            total += multiplier;
        var lower = refined ? Lower(rows, labels, weights, bias) / size : (DoubleDouble)0.0;
        var upper = Upper(rows, labels, weights.Length, multipliers, norm) / total;
        var gap = ((upper - lower) / upper).High;
        if (!(lower.High > 0 && gap < 1.0))
            return new NormMarginResult.Undecided(
                proposal.Converged && refined
                    ? "Floating point finds no separating direction; the instance is too large to decide exactly."
                    : "The floating-point simplex did not converge; the instance is too large to decide exactly."
            );
        // Of the two norms, the two sums and the quotients.
        var rounding = 2.0 * DoubleDoubleVectors.SumError(weights.Length + multipliers.Length + 16);
        return new NormMarginResult.Solved
        {
            Certified = false,
            Norm = norm,
            MarginDouble = lower.High * unit,
            WeightsDouble = Array.ConvertAll(weights, weight => (weight / size).High),
            BiasDouble = (bias / size).High * unit,
            DualDouble = Array.ConvertAll(multipliers, value => (value / total).High),
            DualityGap = Math.Max(gap, 0.0) + rounding,
            WeightsAreProvedUnique = false,
            DualIsProvedUnique = false,
        };
    }

    // minₙ marginₙ, less its error bound.
    private static DoubleDouble Lower(double[] rows, int[]? labels, DoubleDouble[] weights, DoubleDouble bias)
    {
        var dimension = weights.Length;
        var high = Array.ConvertAll(weights, weight => weight.High);
        var low = Array.ConvertAll(weights, weight => weight.Low);
        var error = DoubleDoubleVectors.DotError(dimension) + DoubleDoubleVectors.SumError(2);
        var smallest = new DoubleDouble(double.PositiveInfinity, 0.0);
        for (var n = 0; n < rows.Length / dimension; n++)
        {
            var row = rows.AsSpan(n * dimension, dimension);
            var margin = DoubleDoubleVectors.Dot(row, high, low);
            if (labels is not null)
                margin += bias * labels[n];
            margin += -error * FloatingSolution.Terms(row, high, bias);
            if (margin.High < smallest.High || (margin.High == smallest.High && margin.Low < smallest.Low))
                smallest = margin;
        }
        return smallest;
    }

    // ‖Σ aₙzₙ‖_*, plus its error bound.
    private static DoubleDouble Upper(
        double[] rows,
        int[]? labels,
        int dimension,
        DoubleDouble[] multipliers,
        MarginNorm norm
    )
    {
        var (high, low) = (new double[dimension], new double[dimension]);
        var dualNorm = norm.Dual();
        var (absolute, longest, count) = (0.0, 0.0, 0);
        var (labelSum, total) = ((DoubleDouble)0.0, 0.0);
        for (var n = 0; n < multipliers.Length; n++)
        {
            if (multipliers[n].High == 0)
                continue;
            count++;
            var row = rows.AsSpan(n * dimension, dimension);
            DoubleDoubleVectors.AddScaled(multipliers[n], row, high, low);
            var size = 0.0;
            foreach (var entry in row)
                size = dualNorm == MarginNorm.L1 ? size + Math.Abs(entry) : Math.Max(size, Math.Abs(entry));
            absolute += multipliers[n].High * size;
            longest = Math.Max(longest, size);
            total += multipliers[n].High;
            if (labels is not null)
                labelSum += multipliers[n] * labels[n];
        }
        var sum = Norm(
            [.. high.Zip(low, (leading, trailing) => new DoubleDouble(leading, trailing))],
            dualNorm
        );
        sum += DoubleDoubleVectors.SumError(count) * absolute;
        // Moving one multiplier by the defect h of Σ aₙyₙ changes the sum by ‖h zₙ‖, and Σaₙ by h.
        if (labels is not null)
            sum += 2.0 * longest * (Math.Abs(labelSum.High) + DoubleDoubleVectors.SumError(count) * total);
        return sum;
    }

    private static DoubleDouble Norm(DoubleDouble[] vector, MarginNorm norm)
    {
        var result = (DoubleDouble)0.0;
        foreach (var entry in vector)
        {
            var size = entry.High < 0 ? -entry : entry;
            if (norm == MarginNorm.L1)
                result += size;
            else if (size.High > result.High || (size.High == result.High && size.Low > result.Low))
                result = size;
        }
        return result;
    }
}
