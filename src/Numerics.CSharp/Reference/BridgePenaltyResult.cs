namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Answer to min Σ|·|^{2/L} subject to zₙ·β ≥ 1: solved, proved to have no solution, or undecided. A closed
/// hierarchy: match on its three cases.
/// </summary>
public abstract record BridgePenaltyResult
{
    private BridgePenaltyResult() { }

    /// <summary>A point β with multipliers λ that meet the optimality conditions up to a stated residual.</summary>
    /// <remarks>
    /// (2/L)|b|^{2/L-2} b = Zᵀλ where b ≠ 0, with b = β in coordinates, and with b = Fβ and FZᵀλ in the Fourier domain;
    /// λ ≥ 0; λₙ(zₙ·β - 1) = 0. Hence Σλₙ = (2/L) Σ|b|^{2/L}. For L = 1 these λ are twice the dual variables α of
    /// <see cref="MaxMargin"/>, which minimises ½‖β‖².
    /// </remarks>
    public sealed record Solved : BridgePenaltyResult
    {
        internal Solved() { }

        /// <summary>β, length d, with smallest margin 1.</summary>
        public required double[] Weights { get; init; }

        /// <summary>Σ|βⱼ|^{2/L} or Σₖ|(Fβ)ₖ|^{2/L}.</summary>
        public required double Objective { get; init; }

        /// <summary>λ ≥ 0, length n.</summary>
        public required double[] Dual { get; init; }

        /// <summary>
        /// How far β and λ are from the conditions above, see <see cref="BridgePenalty.KktResidual"/>.
        /// </summary>
        public required double KktResidual { get; init; }

        /// <summary>
        /// (primal - dual)/primal after scaling both to feasibility: a proof of optimality to this accuracy. Null for
        /// L ≥ 3, where the program is not convex.
        /// </summary>
        public required double? DualityGap { get; init; }

        /// <summary>
        /// Whether β minimises globally: L ≤ 2, or every vertex was compared. Otherwise it is the best stationary point
        /// that a deterministic search over supports and starts found.
        /// </summary>
        public required bool GlobalMinimum { get; init; }

        /// <summary>Features with βⱼ ≠ 0, or frequencies k ≤ D/2 with (Fβ)ₖ ≠ 0, ascending.</summary>
        public required int[] Support { get; init; }
    }

    /// <summary>No β has positive margins on all points, and this proves it exactly.</summary>
    public sealed record NotSeparable : BridgePenaltyResult
    {
        internal NotSeparable(GordanCertificate certificate) => Certificate = certificate;

        /// <summary>A convex combination of the signed inputs that vanishes.</summary>
        public GordanCertificate Certificate { get; }
    }

    /// <summary>Neither solution nor proof.</summary>
    public sealed record Undecided : BridgePenaltyResult
    {
        internal Undecided(string reason) => Reason = reason;

        /// <summary>One sentence.</summary>
        public string Reason { get; }
    }
}
