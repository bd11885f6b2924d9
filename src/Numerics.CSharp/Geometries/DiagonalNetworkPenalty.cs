namespace ImplicitBias.Numerics;

/// <summary>
/// The penalty of the diagonal network w = u₊ᴰ - u₋ᴰ of depth D ≥ 3 started at u₊ = u₋ = α: inverse mirror map
/// α^D h(z), h(z) = (1 - z)^{-a} - (1 + z)^{-a}, a = D/(D - 2), |z| &lt; 1 (Woodworth et al. 2020, arXiv 2002.09277).
/// </summary>
/// <remarks>Depth 2 is the limit a → ∞, the <see cref="Hypentropy"/> of scale 2α².</remarks>
public sealed class DiagonalNetworkPenalty : SeparablePotential
{
    private readonly int depth;
    private readonly double power; // a
    private readonly double unit; // α^D

    /// <summary>The penalty of a depth and an initialisation scale.</summary>
    /// <exception cref="ArgumentOutOfRangeException">D is below 3, or α not positive and finite.</exception>
    public DiagonalNetworkPenalty(int depth, double initialisationScale)
    {
        if (depth < 3)
            throw new ArgumentOutOfRangeException(
                nameof(depth),
                depth,
                "The depth is at least 3; depth 2 is the hypentropy."
            );
        if (!(initialisationScale > 0) || !double.IsFinite(initialisationScale))
            throw new ArgumentOutOfRangeException(
                nameof(initialisationScale),
                initialisationScale,
                "An initialisation scale is positive and finite."
            );
        this.depth = depth;
        power = depth / (depth - 2.0);
        unit = Math.Pow(initialisationScale, depth);
    }

    /// <inheritdoc/>
    public override string Name => $"diagonal network of depth {depth}";

    /// <inheritdoc/>
    protected override bool ContainsDual(double dual) => Math.Abs(dual) < 1;

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point)
    {
        var dual = MirrorMap(coordinate, point);
        return point * dual - Conjugate(coordinate, dual);
    }

    /// <summary>α^D ((1 - z)^{1-a} + (1 + z)^{1-a} - 2)/(a - 1).</summary>
    protected override double Conjugate(int coordinate, double dual) =>
        // expm1 keeps the digits that the sum of the three would lose at small z.
        unit
        * (
            LogDomain.Expm1((1 - power) * LogDomain.Log1p(-dual))
            + LogDomain.Expm1((1 - power) * LogDomain.Log1p(dual))
        )
        / (power - 1);

    /// <summary>
    /// h⁻¹(w/α^D) by Newton's method, which decreases monotonically to the root of a convex increasing function from any
    /// point above it: h(z) ≥ 2az, and h(z) ≥ (1 - z)^{-a} - 1.
    /// </summary>
    protected override double MirrorMap(int coordinate, double point)
    {
        var target = Math.Abs(point) / unit;
        var dual = Math.Min(target / (2 * power), -LogDomain.Expm1(-LogDomain.Log1p(target) / power));
        while (true)
        {
            var next = dual - (Shape(dual) - target) / ShapeSlope(dual);
            if (!(next < dual))
                return Math.CopySign(dual, point);
            dual = next;
        }
    }

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => unit * Shape(dual);

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) =>
        1 / (unit * ShapeSlope(MirrorMap(coordinate, point)));

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) => unit * ShapeSlope(dual);

    /// <summary>h.</summary>
    private double Shape(double dual) =>
        dual > -1 && dual < 1
            ? LogDomain.Expm1(-power * LogDomain.Log1p(-dual))
                - LogDomain.Expm1(-power * LogDomain.Log1p(dual))
            : double.NaN;

    /// <summary>h'.</summary>
    private double ShapeSlope(double dual) =>
        power * (Math.Pow(1 - dual, -power - 1) + Math.Pow(1 + dual, -power - 1));
}
