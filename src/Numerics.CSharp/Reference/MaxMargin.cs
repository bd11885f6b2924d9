using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The ℓ₂ hard-margin (max-margin) problem ŵ = argmin ½‖w‖₂² subject to zₙ·w ≥ 1 for the signed inputs
/// zₙ = yₙxₙ, optionally with an unpenalised bias: yₙ(xₙ·w + b) ≥ 1. A floating-point active set proposes the
/// support, exact rational arithmetic solves the KKT equations on it and verifies them over all points, and
/// pivots on from there should the proposal be wrong.
/// </summary>
/// <remarks>
/// The limit direction of gradient methods on separable data (Soudry, Hoffer, Nacson, Gunasekar, Srebro 2017, arXiv
/// 1710.10345). An augmented bias (a further input column of ones, hence penalised) is another problem than a
/// free one and has another solution; it is a data set, not an option here.
/// </remarks>
public static class MaxMargin
{
    /// <summary>
    /// Largest estimated number of 64-bit multiplications for which the exact stage is entered; beyond it
    /// the floating-point solution is returned with <c>Certified = false</c>. A few seconds: 1000 points with
    /// 100 binary features are inside, 2000 with 500 are not.
    /// </summary>
    public const double ExactBudget = 5e8;

    /// <summary>Solves without bias, exactly for the given numbers.</summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ.</param>
    /// <exception cref="ArgumentException">No rows or no columns.</exception>
    public static MaxMarginResult Solve(Rational[,] signedInputs) => Solve(Rows(signedInputs));

    /// <summary>Solves without bias, exactly for the binary values of the given doubles.</summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ; finite.</param>
    /// <exception cref="ArgumentException">No rows, no columns, NaN or infinities.</exception>
    public static MaxMarginResult Solve(double[,] signedInputs)
    {
        RequireFinite(signedInputs);
        return Solve(IntegerRows.FromDoubles(signedInputs, null));
    }

    /// <summary>Solves with a free (unpenalised) bias: the classical support vector machine.</summary>
    /// <param name="inputs">X, n×d, labels not folded in.</param>
    /// <param name="labels">y, length n, each 1 or -1, both present.</param>
    /// <exception cref="ArgumentException">
    /// No rows or columns, another number of labels, a label that is neither 1 nor -1, or only one class.
    /// </exception>
    public static MaxMarginResult SolveFreeBias(Rational[,] inputs, int[] labels) =>
        Solve(IntegerRows.FromRationals(FoldLabels(inputs, labels), [.. labels]));

    internal static IntegerRows Rows(Rational[,] signedInputs)
    {
        RequireEntries(signedInputs.GetLength(0), signedInputs.GetLength(1));
        return IntegerRows.FromRationals(signedInputs, null);
    }

    internal static Rational[,] FoldLabels(Rational[,] inputs, int[] labels)
    {
        RequireEntries(inputs.GetLength(0), inputs.GetLength(1));
        RequireLabels(labels, inputs.GetLength(0));
        var signed = (Rational[,])inputs.Clone();
        for (var n = 0; n < labels.Length; n++)
            if (labels[n] < 0)
                for (var k = 0; k < signed.GetLength(1); k++)
                    signed[n, k] = -signed[n, k];
        return signed;
    }

    /// <inheritdoc cref="SolveFreeBias(Rational[,], int[])"/>
    public static MaxMarginResult SolveFreeBias(double[,] inputs, int[] labels)
    {
        RequireFinite(inputs);
        RequireLabels(labels, inputs.GetLength(0));
        var signed = (double[,])inputs.Clone();
        for (var n = 0; n < labels.Length; n++)
        for (var k = 0; k < signed.GetLength(1); k++)
            signed[n, k] *= labels[n];
        return Solve(IntegerRows.FromDoubles(signed, [.. labels]));
    }

    /// <summary>
    /// Solves without bias from a support proposed by the caller, in exact arithmetic only: a right proposal is
    /// verified, a wrong one is repaired by exact pivoting.
    /// </summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ.</param>
    /// <param name="proposedSupport">Distinct point indices, in any order; may be empty.</param>
    /// <exception cref="ArgumentException">No rows or columns, or an index that is repeated or not of a point.</exception>
    public static MaxMarginResult SolveFrom(Rational[,] signedInputs, int[] proposedSupport)
    {
        var rows = Rows(signedInputs);
        if (proposedSupport.Any(n => n < 0 || n >= rows.Count))
            throw new ArgumentException($"A proposed support point is outside 0..{rows.Count - 1}.");
        if (proposedSupport.Distinct().Count() != proposedSupport.Length)
            throw new ArgumentException("The proposed support repeats a point.");
        return SolveExactly(rows, new ExactActiveSet(rows, int.MaxValue), proposedSupport)
            ?? throw new InvalidOperationException("An unlimited exact active-set method stopped early.");
    }

    /// <summary>
    /// The floating-point stage alone, without bias: never certified, never a proof that data are not separable, but with
    /// proven bounds on the duality gap and on the direction. For thousands of points and hundreds of features, where
    /// exactness costs too much, and for repeated small problems.
    /// </summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ; finite.</param>
    /// <returns>Weights that are, unless the support is nearly dependent, the exact ones correctly rounded.</returns>
    /// <exception cref="ArgumentException">No rows, no columns, NaN or infinities.</exception>
    public static MaxMarginResult Approximate(double[,] signedInputs) =>
        Approximate(Scaled(signedInputs, out var exponent), signedInputs.GetLength(1), null, exponent);

    /// <summary>The floating-point stage alone, with a free bias.</summary>
    /// <inheritdoc cref="SolveFreeBias(Rational[,], int[])"/>
    public static MaxMarginResult ApproximateFreeBias(double[,] inputs, int[] labels)
    {
        RequireLabels(labels, inputs.GetLength(0));
        var rows = Scaled(inputs, out var exponent);
        var dimension = inputs.GetLength(1);
        for (var i = 0; i < rows.Length; i++)
            rows[i] *= labels[i / dimension];
        return Approximate(rows, dimension, [.. labels], exponent);
    }

    private static MaxMarginResult Approximate(double[] rows, int dimension, int[]? labels, int exponent)
    {
        var proposal = SupportSearch.Run(rows, rows.Length / dimension, dimension, labels);
        return FloatingSolution.Judge(proposal, rows, labels, Math.ScaleB(1.0, -exponent));
    }

    /// <summary>Checked, row-major, and multiplied by 2^-exponent so that the largest entry is in [½, 1).</summary>
    internal static double[] Scaled(double[,] signedInputs, out int exponent)
    {
        RequireFinite(signedInputs);
        var rows = new double[signedInputs.Length];
        Buffer.BlockCopy(signedInputs, 0, rows, 0, sizeof(double) * rows.Length);
        var largest = 0.0;
        foreach (var entry in rows)
            largest = Math.Max(largest, Math.Abs(entry));
        exponent = largest > 0 ? Math.ILogB(largest) + 1 : 0;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Math.ScaleB(rows[i], -exponent);
        return rows;
    }

    private static MaxMarginResult Solve(IntegerRows rows)
    {
        var scaled = rows.ToScaledDoubles(out var exponent);
        var proposal = SupportSearch.Run(scaled, rows.Count, rows.Dimension, rows.Labels);
        var cost = ExactCost(rows, proposal.Support.Length, exponent);
        if (cost <= ExactBudget)
        {
            var exact = new ExactActiveSet(
                rows,
                stepLimit: (int)Math.Clamp(10 * ExactBudget / cost, 10, 10_000)
            );
            var certificate = proposal.Separable ? null : exact.ProveNotSeparable(proposal.Support);
            var result = certificate is null
                ? SolveExactly(rows, exact, proposal.Separable ? proposal.Support : [])
                : NotSeparable(rows, certificate);
            if (result is not null)
                return result;
        }
        var unit = new Rational(rows.Denominator, BigInteger.One << exponent).ToDouble();
        return FloatingSolution.Judge(proposal, scaled, rows.Labels, unit);
    }

    private static MaxMarginResult? SolveExactly(IntegerRows rows, ExactActiveSet exact, int[] support)
    {
        var outcome = exact.Run(support);
        if (outcome.Optimum is not null)
            return Solved(rows, outcome.Optimum);
        return outcome.Certificate is null ? null : NotSeparable(rows, outcome.Certificate);
    }

    // Solving for s points lifts about 2sb/61 digits of numbers with sb bits, b those of a Gram entry, each by a
    // matrix-vector product; then n margins of d terms. A BigInteger operation costs at least some 20 multiplications.
    private static double ExactCost(IntegerRows rows, int supportSize, int entryBits)
    {
        var entryWords = 1.0 + entryBits / 64.0;
        var gramBits = 2.0 * entryBits + 8.0;
        var words = 1.0 + supportSize * gramBits / 64.0;
        var lifting = 2.0 * words * Math.Pow(supportSize, 2) * (20.0 + 2.0 * entryWords);
        var reading = (64.0 + supportSize) * words * words;
        var margins = (double)rows.Count * rows.Dimension * (20.0 + words * entryWords);
        return Math.Pow(supportSize, 3) + lifting + reading + margins;
    }

    private static MaxMarginResult.NotSeparable NotSeparable(
        IntegerRows rows,
        Dictionary<int, Rational> certificate
    )
    {
        var multipliers = new Rational[rows.Count];
        foreach (var (point, multiplier) in certificate)
            multipliers[point] = multiplier;
        return new(new GordanCertificate(multipliers));
    }

    private static MaxMarginResult.Solved Solved(IntegerRows rows, ExactActiveSet.Optimum optimum)
    {
        var active = new List<int>();
        BigInteger? next = null;
        for (var n = 0; n < rows.Count; n++)
        {
            var margin = ExactActiveSet.Margin(rows, optimum, n);
            if (margin == optimum.Denominator)
                active.Add(n);
            else if (next is null || margin < next)
                next = margin;
        }
        var dual = new Rational[rows.Count];
        var squaredNorm = Rational.Zero;
        for (var i = 0; i < optimum.Support.Length; i++)
        {
            var value = new Rational(
                optimum.Dual[i] * rows.Denominator * rows.Denominator,
                optimum.Denominator
            );
            dual[optimum.Support[i]] = value;
            squaredNorm += value;
        }
        var weights = optimum
            .Weights.Select(weight => new Rational(weight * rows.Denominator, optimum.Denominator))
            .ToArray();
        var (zeroDuals, unique, rank) = DualFace.Analyse(rows, optimum.Support, [.. active]);
        return new MaxMarginResult.Solved
        {
            Certified = true,
            Weights = weights,
            Bias = new Rational(optimum.Bias, optimum.Denominator),
            HasFreeBias = rows.HasFreeBias,
            Dual = dual,
            SquaredNorm = squaredNorm,
            Support = [.. optimum.Support.Order()],
            Active = [.. active],
            ZeroDuals = zeroDuals,
            DualIsUnique = unique,
            SupportRank = rank,
            SmallestInactiveMargin = next is null ? null : new Rational(next.Value, optimum.Denominator),
            DualityGap = 0.0,
            Margin = MaxMarginResult.Solved.MarginOf(squaredNorm),
            BiasDouble = new Rational(optimum.Bias, optimum.Denominator).ToDouble(),
            WeightsDouble = [.. weights.Select(weight => weight.ToDouble())],
            DualDouble = [.. dual.Select(value => value.ToDouble())],
        };
    }

    internal static void RequireFinite(double[,] values)
    {
        RequireEntries(values.GetLength(0), values.GetLength(1));
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException(
                    $"An input is {value}; the max-margin problem needs finite numbers."
                );
    }

    private static void RequireEntries(int count, int dimension)
    {
        if (count == 0 || dimension == 0)
            throw new ArgumentException(
                $"The max-margin problem needs at least one point and one feature, not {count} × {dimension}."
            );
    }

    private static void RequireLabels(int[] labels, int count)
    {
        if (labels.Length != count)
            throw new ArgumentException($"{count} inputs need {count} labels, not {labels.Length}.");
        var wrong = Array.FindIndex(labels, label => label is not (1 or -1));
        if (wrong >= 0)
            throw new ArgumentException($"Label {wrong} is {labels[wrong]}; labels are 1 and -1.");
        if (!labels.Contains(1) || !labels.Contains(-1))
            throw new ArgumentException("A free bias needs both classes; all labels are the same.");
    }
}
