namespace ImplicitBias.Numerics;

/// <summary>
/// ψ(w) = Σ wⱼ asinh(wⱼ/βⱼ) - √(wⱼ² + βⱼ²) + βⱼ: mirror map asinh(w/β), inverse β sinh z. Near ‖w‖₁ for small β, near
/// ‖w‖²/2β for large (Ghai, Hazan and Singer 2020, arXiv 1902.01903).
/// </summary>
/// <remarks>
/// The penalty of the network w = u₊² - u₋² started at α in every parameter is this one with β = 2α² (Woodworth et al. 2020,
/// arXiv 2002.09277): Q_α(w) = α² Σ q(wⱼ/α²), q(s) = 2 - √(4 + s²) + s asinh(s/2). ψ(0) = 0.
/// </remarks>
public sealed class Hypentropy : SeparablePotential
{
    private readonly double[] scales; // one for all coordinates, or one each

    /// <summary>The same scale in every coordinate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">β is not positive and finite.</exception>
    public Hypentropy(double scale)
        : this([scale]) { }

    /// <summary>A scale for every coordinate; a single one serves all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A scale is not positive and finite, or there is none.</exception>
    public Hypentropy(double[] scales)
    {
        foreach (var scale in scales)
            if (!(scale > 0) || !double.IsFinite(scale))
                throw new ArgumentOutOfRangeException(
                    nameof(scales),
                    scale,
                    "A scale of the hypentropy is positive and finite."
                );
        if (scales.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(scales), "The hypentropy needs a scale.");
        this.scales = (double[])scales.Clone();
    }

    /// <summary>The penalty of the network u₊² - u₋² started at u₊ = u₋ = α.</summary>
    public static Hypentropy OfNetwork(double initialisationScale) =>
        new(2 * initialisationScale * initialisationScale);

    /// <inheritdoc/>
    public override string Name =>
        scales.Length == 1 ? $"hypentropy of scale {scales[0]:G6}" : "hypentropy of a scale each";

    private double Scale(int coordinate) => scales.Length == 1 ? scales[0] : scales[coordinate];

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point)
    {
        var s = point / Scale(coordinate);
        // √(s² + 1) - 1 = s²/(√(s² + 1) + 1), without cancellation at small s; hypot does not overflow at large.
        return Scale(coordinate) * (s * Math.Asinh(s) - s / (double.Hypot(s, 1) + 1) * s);
    }

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual)
    {
        var half = Math.Sinh(dual / 2);
        return 2 * Scale(coordinate) * half * half; // β (cosh z - 1)
    }

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) =>
        Math.Asinh(point / Scale(coordinate));

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => Scale(coordinate) * Math.Sinh(dual);

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) =>
        1 / double.Hypot(point, Scale(coordinate));

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) =>
        Scale(coordinate) * Math.Cosh(dual);
}
