using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Answer to the hard-margin problem min ½‖w‖₂² subject to zₙ·w (+ yₙb) ≥ 1: solved, proved to have no
/// solution, or undecided. A closed hierarchy: match on its three cases.
/// </summary>
public abstract record MaxMarginResult
{
    private MaxMarginResult() { }

    /// <summary>
    /// The max-margin solution ŵ = Σ αₙzₙ with α ≥ 0, αₙ(marginₙ - 1) = 0 (and Σ αₙyₙ = 0 for a free bias), hence
    /// Σ αₙ = ‖ŵ‖².
    /// </summary>
    public sealed record Solved : MaxMarginResult
    {
        private readonly Rational? bias;
        private readonly Rational? squaredNorm;
        private Rational[]? weights;
        private Rational[]? dual;

        internal Solved() { }

        /// <summary>
        /// True: every rational here is exact, and stationarity, primal feasibility of all n points,
        /// dual feasibility and complementary slackness were verified without rounding. False: the rationals are the
        /// binary values of a floating-point solution whose error <see cref="DualityGap"/> and
        /// <see cref="DirectionError"/> bound.
        /// </summary>
        public required bool Certified { get; init; }

        /// <summary>ŵ, length d.</summary>
        public Rational[] Weights
        {
            get => weights ??= Array.ConvertAll(WeightsDouble, Rational.FromBinary);
            init => weights = value;
        }

        /// <summary>b; 0 when the problem has no free bias.</summary>
        public Rational Bias
        {
            get => bias ?? Rational.FromBinary(BiasDouble);
            init => bias = value;
        }

        /// <summary>Whether b was a free, unpenalised variable of the problem.</summary>
        public required bool HasFreeBias { get; init; }

        /// <summary>
        /// α, length n, zero outside <see cref="Support"/>. If the dual is not unique, this is one vertex of its
        /// optimal face; gradient flow selects the one of maximum entropy.
        /// </summary>
        public Rational[] Dual
        {
            get => dual ??= Array.ConvertAll(DualDouble, Rational.FromBinary);
            init => dual = value;
        }

        /// <summary>‖ŵ‖² = Σ αₙ.</summary>
        public Rational SquaredNorm
        {
            get => squaredNorm ?? Weights.Aggregate(Rational.Zero, (sum, weight) => sum + weight * weight);
            init => squaredNorm = value;
        }

        /// <summary>Points with αₙ > 0 in <see cref="Dual"/>, ascending; their rows (zₙ, yₙ) are linearly independent.</summary>
        public required int[] Support { get; init; }

        /// <summary>
        /// Points whose margin is 1, ascending; contains <see cref="Support"/>. Exactly 1 when certified; otherwise 1 within
        /// u^(3/2) = 10⁻²⁴ of the size of its terms, in double-double arithmetic.
        /// </summary>
        public required int[] Active { get; init; }

        /// <summary>
        /// Active points with αₙ = 0 in every optimal dual, ascending. If there are any, the generic law for the
        /// approach to ŵ does not hold (their margins grow by iterated logarithms).
        /// </summary>
        public required int[] ZeroDuals { get; init; }

        /// <summary>
        /// Whether α is the only optimal dual. Rows of the active points being linearly independent is
        /// sufficient for that, but not necessary. Decided exactly when certified; otherwise true if
        /// only the support is active to rounding, and <see cref="ZeroDuals"/> is left empty.
        /// </summary>
        public required bool DualIsUnique { get; init; }

        /// <summary>Dimension of the span of the rows (zₙ, yₙ) over <see cref="DualFaceSupport"/>.</summary>
        public required int SupportRank { get; init; }

        /// <summary>θ = min of the margins above 1; null if all points are active.</summary>
        public required Rational? SmallestInactiveMargin { get; init; }

        /// <summary>
        /// (primal - dual)/primal of the objective values; 0 when certified. Otherwise a proven upper bound, rounding
        /// included, for the double-double solution of which the doubles here are the leading parts.
        /// </summary>
        public required double DualityGap { get; init; }

        /// <summary>
        /// A proven upper bound on the distance of the unit vectors along <see cref="WeightsDouble"/> and along ŵ: the
        /// angle whose sine is the root of <see cref="DualityGap"/> (½‖w‖² is strongly convex), and the rounding to double.
        /// </summary>
        public double DirectionError
        {
            get
            {
                const double rounding = 2 * DoubleDoubleVectors.UnitRoundoff;
                return 2.0 * Math.Sin(Math.Asin(Math.Sqrt(DualityGap)) / 2.0) * (1.0 + 1e-12) + rounding;
            }
        }

        /// <summary>ŵ rounded to double.</summary>
        public required double[] WeightsDouble { get; init; }

        /// <summary>b rounded to double.</summary>
        public required double BiasDouble { get; init; }

        /// <summary>α rounded to double.</summary>
        public required double[] DualDouble { get; init; }

        /// <summary>
        /// Points with αₙ > 0 in some optimal dual, ascending: the support of a relatively interior one, such as
        /// the dual of maximum entropy. Equals <see cref="Support"/> if the dual is unique.
        /// </summary>
        public int[] DualFaceSupport => [.. Active.Except(ZeroDuals)];

        /// <summary>γ² = 1/‖ŵ‖².</summary>
        public Rational MarginSquared => Rational.One / SquaredNorm;

        /// <summary>γ = 1/‖ŵ‖: the largest possible min over n of (zₙ·w + yₙb)/‖w‖₂.</summary>
        public required double Margin { get; init; }

        /// <summary>1/√value.</summary>
        internal static double MarginOf(Rational squaredNorm)
        {
            // γ² may leave the range of double where γ does not: take out a power of four first.
            var bits = squaredNorm.Denominator.GetBitLength() - squaredNorm.Numerator.GetBitLength();
            var half = (int)(bits / 2);
            var shift = System.Numerics.BigInteger.One << (2 * Math.Abs(half));
            var unit = half >= 0 ? new Rational(1, shift) : new Rational(shift, 1);
            return Math.ScaleB(Math.Sqrt((unit / squaredNorm).ToDouble()), half);
        }
    }

    /// <summary>No w (and b) makes all margins positive, and this proves it exactly.</summary>
    public sealed record NotSeparable : MaxMarginResult
    {
        internal NotSeparable(GordanCertificate certificate) => Certificate = certificate;

        /// <summary>A convex combination of the signed inputs (and labels) that vanishes.</summary>
        public GordanCertificate Certificate { get; }
    }

    /// <summary>Neither solution nor proof: the problem is beyond the exact budget and floating point did not settle it.</summary>
    public sealed record Undecided : MaxMarginResult
    {
        internal Undecided(string reason) => Reason = reason;

        /// <summary>One sentence.</summary>
        public string Reason { get; }
    }
}
