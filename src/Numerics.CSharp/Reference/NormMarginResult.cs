using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>The norm that bounds the weights in <see cref="NormMargin"/>.</summary>
public enum MarginNorm
{
    /// <summary>‖w‖₁ = Σ|wₖ|: the bias of coordinate descent and boosting.</summary>
    L1,

    /// <summary>‖w‖_∞ = max|wₖ|: the bias of sign descent.</summary>
    LInfinity,
}

internal static class MarginNorms
{
    /// <summary>The norm of the dual space.</summary>
    internal static MarginNorm Dual(this MarginNorm norm) =>
        norm == MarginNorm.L1 ? MarginNorm.LInfinity : MarginNorm.L1;

    /// <summary>‖vector‖, exactly.</summary>
    internal static Rational Of(this MarginNorm norm, Rational[] vector)
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
}

/// <summary>
/// Answer to max over ‖w‖ ≤ 1 of minₙ (zₙ·w + yₙb): solved with a positive margin, proved to have none, or undecided.
/// A closed hierarchy: match on its three cases.
/// </summary>
public abstract record NormMarginResult
{
    private NormMarginResult() { }

    /// <summary>A maximiser w and a probability vector p on the points that proves it optimal.</summary>
    /// <remarks>
    /// Weak duality: for every ‖w‖ ≤ 1, minₙ marginₙ ≤ Σ pₙzₙ·w ≤ ‖Σ pₙzₙ‖_*, the dual norm (with Σ pₙyₙ = 0 for
    /// a free bias). Here both ends are equal.
    /// </remarks>
    public sealed record Solved : NormMarginResult
    {
        // Rationals when certified, doubles otherwise; the other kind is made on demand.
        private readonly Rational? margin;
        private readonly Rational? bias;
        private readonly double? marginDouble;
        private readonly double? biasDouble;
        private Rational[]? weights;
        private Rational[]? dual;
        private double[]? weightsDouble;
        private double[]? dualDouble;

        internal Solved() { }

        /// <summary>
        /// True: the rationals are exact and the two ends of weak duality were found equal without
        /// rounding. False: they are the binary values of a floating-point solution.
        /// </summary>
        public required bool Certified { get; init; }

        /// <summary>The norm on the weights.</summary>
        public required MarginNorm Norm { get; init; }

        /// <summary>γ = minₙ marginₙ > 0.</summary>
        public Rational Margin
        {
            get => margin ?? Rational.FromBinary(marginDouble!.Value);
            init => margin = value;
        }

        /// <summary>w with ‖w‖ = 1, length d.</summary>
        public Rational[] Weights
        {
            get => weights ??= Array.ConvertAll(weightsDouble!, Rational.FromBinary);
            init => weights = value;
        }

        /// <summary>b, on the scale of <see cref="Weights"/>; 0 without free bias.</summary>
        public Rational Bias
        {
            get => bias ?? Rational.FromBinary(biasDouble!.Value);
            init => bias = value;
        }

        /// <summary>p ≥ 0, Σ pₙ = 1, length n.</summary>
        public Rational[] Dual
        {
            get => dual ??= Array.ConvertAll(dualDouble!, Rational.FromBinary);
            init => dual = value;
        }

        /// <summary>
        /// (upper - lower)/upper bound on the margin; 0 when certified. Otherwise itself a proven upper bound, rounding
        /// included, for the double-double solution of which the doubles here are the leading parts.
        /// </summary>
        public required double DualityGap { get; init; }

        /// <summary>
        /// True if the vertex proves w the only maximiser. False is no proof of the contrary; the margin is
        /// unique in any case.
        /// </summary>
        public required bool WeightsAreProvedUnique { get; init; }

        /// <summary>True if the vertex proves p the only dual solution. False is no proof of the contrary.</summary>
        public required bool DualIsProvedUnique { get; init; }

        /// <summary>Points with pₙ > 0, ascending.</summary>
        public int[] Support => [.. Enumerable.Range(0, DualDouble.Length).Where(n => DualDouble[n] > 0)];

        /// <summary>γ rounded to double.</summary>
        public double MarginDouble
        {
            get => marginDouble ?? Margin.ToDouble();
            init => marginDouble = value;
        }

        /// <summary>w rounded to double.</summary>
        public double[] WeightsDouble
        {
            get => weightsDouble ??= Array.ConvertAll(weights!, weight => weight.ToDouble());
            init => weightsDouble = value;
        }

        /// <summary>b rounded to double.</summary>
        public double BiasDouble
        {
            get => biasDouble ?? Bias.ToDouble();
            init => biasDouble = value;
        }

        /// <summary>p rounded to double.</summary>
        public double[] DualDouble
        {
            get => dualDouble ??= Array.ConvertAll(dual!, value => value.ToDouble());
            init => dualDouble = value;
        }
    }

    /// <summary>The margin is ≤ 0 in every norm, and this proves it exactly.</summary>
    public sealed record NotSeparable : NormMarginResult
    {
        internal NotSeparable(GordanCertificate certificate) => Certificate = certificate;

        /// <summary>A convex combination of the signed inputs (and labels) that vanishes.</summary>
        public GordanCertificate Certificate { get; }
    }

    /// <summary>Neither solution nor proof: the problem is beyond the exact budget and floating point did not settle it.</summary>
    public sealed record Undecided : NormMarginResult
    {
        internal Undecided(string reason) => Reason = reason;

        /// <summary>One sentence.</summary>
        public string Reason { get; }
    }
}
