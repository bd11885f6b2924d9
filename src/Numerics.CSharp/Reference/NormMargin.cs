using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The ℓ₁ and ℓ_∞ margins max over ‖w‖ ≤ 1 of minₙ zₙ·w (+ yₙb) by linear programming: floating-point simplex
/// proposes a basis, exact simplex starts there and ends at a certificate.
/// </summary>
/// <remarks>
/// Steepest descent in a norm on the weights maximises the margin in that same norm (Gunasekar, Lee, Soudry, Srebro 2018,
/// arXiv 1802.08246). The norm that measures the points' distance to the hyperplane is its dual; the two are easily
/// exchanged. Solved here is max Σ aₙ subject to ‖Σ aₙzₙ‖_* ≤ 1, a ≥ 0 (and Σ aₙyₙ = 0): a = 0 is feasible, a
/// ray is a Gordan certificate, and 1/Σa is the margin.
/// </remarks>
public static class NormMargin
{
    /// <summary>
    /// Largest estimated number of 64-bit multiplications for which the exact stage is entered; beyond it
    /// the floating-point solution is returned with <c>Certified = false</c>. Of the order of ten seconds.
    /// </summary>
    public const double ExactBudget = 5e8;

    /// <summary>Solves without bias, exactly for the given numbers.</summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ.</param>
    /// <param name="norm">Norm on the weights.</param>
    /// <exception cref="ArgumentException">No rows or no columns.</exception>
    public static NormMarginResult Solve(Rational[,] signedInputs, MarginNorm norm) =>
        Solve(signedInputs, MaxMargin.Rows(signedInputs), norm);

    /// <summary>Solves with a free bias, which the norm does not bound.</summary>
    /// <param name="inputs">X, n×d, labels not folded in.</param>
    /// <param name="labels">y, length n, each 1 or -1, both present.</param>
    /// <param name="norm">Norm on the weights.</param>
    /// <exception cref="ArgumentException">
    /// No rows or columns, another number of labels, a label that is neither 1 nor -1, or only one class.
    /// </exception>
    public static NormMarginResult SolveFreeBias(Rational[,] inputs, int[] labels, MarginNorm norm)
    {
        var signed = MaxMargin.FoldLabels(inputs, labels);
        return Solve(signed, IntegerRows.FromRationals(signed, [.. labels]), norm);
    }

    private static NormMarginResult Solve(Rational[,] signedInputs, IntegerRows rows, MarginNorm norm)
    {
        var program = new MarginProgram(rows, norm);
        var scaled = rows.ToScaledDoubles(out var exponent);
        var proposal = program.Propose(scaled);
        if (program.ExactCost(exponent) > ExactBudget)
            return Judge(rows, scaled, exponent, norm, program, proposal);
        var simplex = program.Exact();
        if (!simplex.Run(proposal.Basic))
        {
            var total = simplex.Ray.Take(rows.Count).Aggregate(Rational.Zero, (sum, value) => sum + value);
            var certificate = new GordanCertificate([
                .. simplex.Ray.Take(rows.Count).Select(value => value / total),
            ]);
            return certificate.Proves(signedInputs, rows.Labels ?? [])
                ? new NormMarginResult.NotSeparable(certificate)
                : throw new InvalidOperationException("An exact ray failed its verification.");
        }
        var optimum = simplex.Primal.Take(rows.Count).Aggregate(Rational.Zero, (sum, value) => sum + value);
        var (weights, bias) = program.Weights(simplex.Dual);
        var solved = new NormMarginResult.Solved
        {
            Certified = true,
            Norm = norm,
            Margin = Rational.One / optimum / new Rational(rows.Denominator, BigInteger.One),
            Weights = [.. weights.Select(weight => weight / optimum)],
            Bias = bias / optimum / new Rational(rows.Denominator, BigInteger.One),
            Dual = [.. simplex.Primal.Take(rows.Count).Select(value => value / optimum)],
            DualityGap = 0.0,
            WeightsAreProvedUnique = simplex.DualIsProvedUnique(program.LabelRows),
            DualIsProvedUnique = simplex.PrimalIsProvedUnique(program.LabelRows),
        };
        return IsOptimal(signedInputs, rows.Labels, solved)
            ? solved
            : throw new InvalidOperationException("An exact optimum failed its verification.");
    }

    /// <summary>Weak duality with equality, checked from the definitions and the original data alone.</summary>
    private static bool IsOptimal(Rational[,] signedInputs, int[]? labels, NormMarginResult.Solved solved)
    {
        var (total, labelSum) = (Rational.Zero, Rational.Zero);
        var combined = new Rational[solved.Weights.Length];
        for (var n = 0; n < solved.Dual.Length; n++)
        {
            var margin = labels is null ? Rational.Zero : labels[n] * solved.Bias;
            for (var k = 0; k < combined.Length; k++)
                margin += signedInputs[n, k] * solved.Weights[k];
            if (margin < solved.Margin || solved.Dual[n].Sign < 0)
                return false;
            if (solved.Dual[n].Sign == 0)
                continue;
            total += solved.Dual[n];
            labelSum += labels is null ? Rational.Zero : labels[n] * solved.Dual[n];
            for (var k = 0; k < combined.Length; k++)
                combined[k] += signedInputs[n, k] * solved.Dual[n];
        }
        var dualNorm = solved.Norm == MarginNorm.L1 ? MarginNorm.LInfinity : MarginNorm.L1;
        return total == Rational.One
            && labelSum.Sign == 0
            && Norm(solved.Weights, solved.Norm) == Rational.One
            && Norm(combined, dualNorm) == solved.Margin;
    }

    private static Rational Norm(Rational[] vector, MarginNorm norm)
    {
        var result = Rational.Zero;
        foreach (var entry in vector)
        {
            var size = entry.Sign < 0 ? -entry : entry;
            if (norm == MarginNorm.L1)
                result += size;
            else if (size > result)
                result = size;
        }
        return result;
    }

    private static double Norm(double[] vector, MarginNorm norm) =>
        norm == MarginNorm.L1 ? vector.Sum(Math.Abs) : vector.Max(Math.Abs);

    private static NormMarginResult Judge(
        IntegerRows rows,
        double[] scaled,
        int exponent,
        MarginNorm norm,
        MarginProgram program,
        FloatingSimplex.Proposal proposal
    )
    {
        if (!proposal.Bounded)
            return new NormMarginResult.Undecided(
                "Floating point finds the data not separable; the instance is too large to prove it exactly."
            );
        var (weights, bias) = program.Weights(proposal.Dual);
        var size = Norm(weights, norm);
        var total = proposal.Primal.Take(rows.Count).Sum();
        var smallest = double.PositiveInfinity;
        var combined = new double[rows.Dimension];
        for (var n = 0; n < rows.Count; n++)
        {
            var row = scaled.AsSpan(n * rows.Dimension, rows.Dimension);
            smallest = Math.Min(smallest, (RowBasis.Dot(row, weights) + rows.Label(n) * bias) / size);
            RowBasis.AddScaled(proposal.Primal[n] / total, row, combined);
        }
        if (!(smallest > 0))
            return new NormMarginResult.Undecided(
                proposal.Converged
                    ? "Floating point finds no separating direction; the instance is too large to decide exactly."
                    : "The floating-point simplex did not converge; the instance is too large to decide exactly."
            );
        var dualNorm = norm == MarginNorm.L1 ? MarginNorm.LInfinity : MarginNorm.L1;
        var unit = new Rational(BigInteger.One << exponent, rows.Denominator);
        return new NormMarginResult.Solved
        {
            Certified = false,
            Norm = norm,
            Margin = Rational.FromBinary(smallest) * unit,
            Weights = [.. weights.Select(weight => Rational.FromBinary(weight / size))],
            Bias = Rational.FromBinary(bias / size) * unit,
            Dual = [.. proposal.Primal.Take(rows.Count).Select(value => Rational.FromBinary(value / total))],
            DualityGap = Math.Max(0.0, 1.0 - smallest / Norm(combined, dualNorm)),
            WeightsAreProvedUnique = false,
            DualIsProvedUnique = false,
        };
    }
}
