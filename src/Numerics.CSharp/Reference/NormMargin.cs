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
/// exchanged.
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

    /// <summary>
    /// The floating-point stage alone, without bias: never certified, never a proof that data are not separable, but with a
    /// proven bound of the duality gap.
    /// </summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ; finite.</param>
    /// <param name="norm">Norm on the weights.</param>
    /// <exception cref="ArgumentException">No rows, no columns, NaN or infinities.</exception>
    public static NormMarginResult Approximate(double[,] signedInputs, MarginNorm norm)
    {
        var (count, dimension) = (signedInputs.GetLength(0), signedInputs.GetLength(1));
        var rows = MaxMargin.Scaled(signedInputs, out var exponent);
        var margin = new MarginProgram(count, dimension, norm, freeBias: false);
        var program = margin.Of((n, k) => rows[n * dimension + k], null);
        var proposal = FloatingSimplex.Run(program);
        return FloatingVertex.Judge(margin, program, proposal, rows, null, norm, Math.ScaleB(1.0, exponent));
    }

    private static NormMarginResult Solve(Rational[,] signedInputs, IntegerRows rows, MarginNorm norm)
    {
        var margin = new MarginProgram(rows.Count, rows.Dimension, norm, rows.HasFreeBias);
        var scaled = rows.ToScaledDoubles(out var exponent);
        var program = margin.Of((n, k) => scaled[n * rows.Dimension + k], rows.Labels);
        var proposal = FloatingSimplex.Run(program);
        var unit = new Rational(BigInteger.One << exponent, rows.Denominator).ToDouble();
        return margin.ExactCost(exponent) > ExactBudget
            ? FloatingVertex.Judge(margin, program, proposal, scaled, rows.Labels, norm, unit)
            : SolveExactly(signedInputs, rows, margin, proposal.Basis, norm);
    }

    private static NormMarginResult SolveExactly(
        Rational[,] signedInputs,
        IntegerRows rows,
        MarginProgram margin,
        SimplexBasis proposed,
        MarginNorm norm
    )
    {
        var simplex = new ExactSimplex(margin.Of((n, k) => rows[n][k], rows.Labels));
        if (!simplex.Run(proposed))
            return NotSeparable(signedInputs, rows, simplex.Ray);
        var (weights, bias, multipliers) = margin.Read(simplex.Primal, simplex.Dual);
        var total = multipliers.Aggregate(Rational.Zero, (sum, value) => sum + value); // negative for ℓ_∞
        var level = norm == MarginNorm.L1 ? Rational.One : simplex.Primal[margin.MarginColumn];
        if (level.Sign == 0)
            return NotSeparable(signedInputs, rows, multipliers);
        var size = norm.Of(weights);
        var scale = size * new Rational(rows.Denominator, BigInteger.One);
        var (primalIsUnique, dualIsUnique) = (simplex.PrimalIsProvedUnique(), simplex.DualIsProvedUnique());
        var solved = new NormMarginResult.Solved
        {
            Certified = true,
            Norm = norm,
            Margin = level / scale,
            Weights = Array.ConvertAll(weights, weight => weight / size),
            Bias = bias / scale,
            Dual = Array.ConvertAll(multipliers, value => value / total),
            DualityGap = 0.0,
            WeightsAreProvedUnique = norm == MarginNorm.L1 ? dualIsUnique : primalIsUnique,
            DualIsProvedUnique = norm == MarginNorm.L1 ? primalIsUnique : dualIsUnique,
        };
        return IsOptimal(signedInputs, rows.Labels, solved)
            ? solved
            : throw new InvalidOperationException("An exact optimum failed its verification.");
    }

    private static NormMarginResult.NotSeparable NotSeparable(
        Rational[,] signedInputs,
        IntegerRows rows,
        Rational[] multipliers
    )
    {
        var total = multipliers.Aggregate(Rational.Zero, (sum, value) => sum + value);
        var certificate = new GordanCertificate(Array.ConvertAll(multipliers, value => value / total));
        return certificate.Proves(signedInputs, rows.Labels ?? [])
            ? new NormMarginResult.NotSeparable(certificate)
            : throw new InvalidOperationException("An exact certificate failed its verification.");
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
        return total == Rational.One
            && labelSum.Sign == 0
            && solved.Norm.Of(solved.Weights) == Rational.One
            && solved.Norm.Dual().Of(combined) == solved.Margin;
    }
}
