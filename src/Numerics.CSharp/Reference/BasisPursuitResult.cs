using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Answer to min ‖w‖ subject to Xw = y in a polyhedral norm: solved at a vertex, or proved to have no solution. A closed
/// hierarchy: match on its three cases.
/// </summary>
public abstract record BasisPursuitResult
{
    private BasisPursuitResult() { }

    /// <summary>A minimiser w and dual variables λ with ‖Xᵀλ‖_* ≤ 1 and λ·y = ‖w‖, which prove it optimal.</summary>
    public sealed record Solved : BasisPursuitResult
    {
        internal Solved() { }

        /// <summary>
        /// True: the rationals are exact and both ends of weak duality were found equal without rounding. False: they are the
        /// binary values of a floating-point solution.
        /// </summary>
        public required bool Certified { get; init; }

        /// <summary>The norm that is minimised.</summary>
        public required MarginNorm Norm { get; init; }

        /// <summary>w, length d: a vertex of the set of minimisers.</summary>
        public required Rational[] Weights { get; init; }

        /// <summary>‖w‖, which is unique in any case.</summary>
        public required Rational Objective { get; init; }

        /// <summary>λ, length n.</summary>
        public required Rational[] Dual { get; init; }

        /// <summary>max |Xw - y| relative to the terms of each row; 0 when certified.</summary>
        public required double KktResidual { get; init; }

        /// <summary>(‖w‖ - λ·y/max(‖Xᵀλ‖_*, 1)) / ‖w‖; 0 when certified.</summary>
        public required double DualityGap { get; init; }

        /// <summary>
        /// Whether w is the only minimiser, decided exactly; null where that was not decided: not certified, or ℓ_∞.
        /// </summary>
        public required bool? IsUnique { get; init; }

        /// <summary>
        /// The coordinates that are not zero in every minimiser, ascending; for ℓ₁ and certified, otherwise those of w.
        /// </summary>
        public required int[] Face { get; init; }

        /// <summary>w rounded to double.</summary>
        public double[] WeightsDouble => [.. Weights.Select(weight => weight.ToDouble())];

        /// <summary>λ rounded to double.</summary>
        public double[] DualDouble => [.. Dual.Select(value => value.ToDouble())];
    }

    /// <summary>Xw = y has no solution, and this proves it.</summary>
    public sealed record Inconsistent : BasisPursuitResult
    {
        internal Inconsistent(FredholmCertificate certificate) => Certificate = certificate;

        /// <summary>A combination of the rows that reads 0 = 1.</summary>
        public FredholmCertificate Certificate { get; }
    }

    /// <summary>Nothing is claimed: too large for exact arithmetic, and floating point failed.</summary>
    public sealed record Undecided : BasisPursuitResult
    {
        internal Undecided(string reason) => Reason = reason;

        /// <summary>What failed, in one sentence.</summary>
        public string Reason { get; }
    }
}
