namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Answer to min ½‖w - w₀‖₂² subject to Xw = y: solved, or the equations contradict each other. A closed hierarchy.
/// </summary>
public abstract record MinimumNormResult
{
    private MinimumNormResult() { }

    /// <summary>The interpolant closest to w₀, with the dual variables that prove it: w - w₀ = Xᵀλ.</summary>
    public sealed record Solved : MinimumNormResult
    {
        internal Solved() { }

        /// <summary>w, length d; each entry rounded once.</summary>
        public required double[] Weights { get; init; }

        /// <summary>‖w - w₀‖₂.</summary>
        public required double Distance { get; init; }

        /// <summary>λ, length n; zero for rows that depend on the rows before them.</summary>
        public required double[] Dual { get; init; }

        /// <summary>Rank of X as found in floating point: the number of rows that were not dependent.</summary>
        public required int Rank { get; init; }

        /// <summary>
        /// maxₙ |xₙ·w - yₙ| / (Σₖ|xₙₖwₖ| + |yₙ|) of the weights as returned, over all rows; a few u = 2⁻⁵³ at best, because
        /// the weights are rounded.
        /// </summary>
        public required double Residual { get; init; }

        /// <summary>
        /// |P - D| / P of the primal ½‖w - w₀‖² and the dual λ·(y - Xw₀) - ½‖Xᵀλ‖², before the weights are rounded to double;
        /// 0 if w₀ interpolates already.
        /// </summary>
        public required double DualityGap { get; init; }

        /// <summary>
        /// Whether refinement reached its limit. If not, independent rows are so close to dependent (condition number beyond
        /// 10¹⁵) that the data's own last digits decide the answer.
        /// </summary>
        public required bool Converged { get; init; }
    }

    /// <summary>No interpolant: one row is a combination of the rows before it, and its target is another.</summary>
    public sealed record Inconsistent : MinimumNormResult
    {
        internal Inconsistent(int row, double excess) => (Row, Excess) = (row, excess);

        /// <summary>The first such row.</summary>
        public int Row { get; }

        /// <summary>
        /// |xₙ·w - yₙ| / (‖xₙ‖‖w‖ + |yₙ|), both from w₀ on, with w fitting the independent rows; above
        /// <see cref="MinimumNorm.Dependence"/>.
        /// </summary>
        public double Excess { get; }
    }
}
