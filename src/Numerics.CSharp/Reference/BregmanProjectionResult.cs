using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Answer to min D(w, w₀) subject to Xw = y: solved with a certificate, proved to have no solution, or undecided. A
/// closed hierarchy: match on its cases.
/// </summary>
public abstract record BregmanProjectionResult
{
    private BregmanProjectionResult() { }

    /// <summary>The minimiser w with dual variables λ that prove it: Xw = y and ∇ψ(w) - ∇ψ(w₀) = Xᵀλ.</summary>
    /// <remarks>For a strictly convex ψ these two are sufficient, and w is the only minimiser.</remarks>
    public sealed record Solved : BregmanProjectionResult
    {
        internal Solved() { }

        /// <summary>w, length d.</summary>
        public required double[] Weights { get; init; }

        /// <summary>D(w, w₀).</summary>
        public required double Objective { get; init; }

        /// <summary>λ, length n; zero on rows that follow from earlier ones.</summary>
        public required double[] Dual { get; init; }

        /// <summary>
        /// max of |xᵢ·w - yᵢ| relative to Σ|xᵢⱼwⱼ| + |yᵢ|, and of |∇ψ(w) - ∇ψ(w₀) - Xᵀλ|ⱼ relative to the largest of these
        /// terms; on the simplex the second up to a common constant.
        /// </summary>
        public required double KktResidual { get; init; }

        /// <summary>
        /// |D(w, w₀) - (λ·y - ψ*(∇ψ(w₀) + Xᵀλ) + ψ*(∇ψ(w₀)))| relative to the largest of these terms.
        /// </summary>
        public required double DualityGap { get; init; }

        /// <summary>
        /// Where some weights are zero in every solution, the proof: mᵀX ≤ 0 and m·y = 0, so wⱼ = 0 wherever (mᵀX)ⱼ &lt; 0; the
        /// other conditions are those of the rest. Null where no weight has to be zero.
        /// </summary>
        public Rational[]? Boundary { get; init; }

        /// <summary>Newton steps taken.</summary>
        public required int Iterations { get; init; }
    }

    /// <summary>Xw = y has no solution, and this proves it.</summary>
    public sealed record Inconsistent : BregmanProjectionResult
    {
        internal Inconsistent(FredholmCertificate certificate) => Certificate = certificate;

        /// <summary>
        /// A combination of the rows that reads 0 = 1. On the simplex it has one multiplier more, of Σ wⱼ = 1, at the end.
        /// </summary>
        public FredholmCertificate Certificate { get; }
    }

    /// <summary>
    /// Xw = y has solutions, but none with all wⱼ > 0: for the multipliers, mᵀX ≤ 0 and m·y ≥ 0, not both zero. On the
    /// simplex the last multiplier belongs to Σ wⱼ = 1. Where ψ is finite on the boundary, m·y > 0: there is none with all
    /// wⱼ ≥ 0 either.
    /// </summary>
    public sealed record OutsideDomain : BregmanProjectionResult
    {
        internal OutsideDomain(Rational[] multipliers) => Multipliers = multipliers;

        /// <summary>m, exact.</summary>
        public Rational[] Multipliers { get; }
    }

    /// <summary>Newton's method did not reach a certificate.</summary>
    public sealed record Undecided : BregmanProjectionResult
    {
        internal Undecided(string reason) => Reason = reason;

        /// <summary>One sentence.</summary>
        public string Reason { get; }
    }
}
