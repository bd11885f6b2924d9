namespace ImplicitBias.Numerics;

/// <summary>
/// The potential of a two-layer linear network with one hidden neuron, f(x) = a w·x, in its predictor u = a w:
/// ψ(u) = q(‖u‖₂) with q'(r) = √(√(r² + δ²/4) - δ/2), where δ = a² - ‖w‖² is conserved by gradient flow.
/// </summary>
/// <remarks>
/// The mirror map is ∇ψ(u) = sgn(a) w itself, so its inverse is √(δ + ‖z‖²) z. The metric of the flow is not a Hessian one;
/// up to a positive rescaling of time it is this one (Azulay et al. 2021, arXiv 2102.09769; their q is 3/2 of this one).
/// δ → 0 gives (2/3)‖u‖^{3/2}, δ → ∞ gives ‖u‖²/(2√δ).
/// </remarks>
public sealed class SingleNeuron : IPotential
{
    private readonly double imbalance;

    /// <summary>The potential of an imbalance.</summary>
    /// <param name="imbalance">δ = a² - ‖w‖² ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is negative or not finite.</exception>
    public SingleNeuron(double imbalance)
    {
        if (!(imbalance >= 0) || !double.IsFinite(imbalance))
            throw new ArgumentOutOfRangeException(
                nameof(imbalance),
                imbalance,
                "The imbalance a² - ‖w‖² is finite and not negative; below zero a may change sign."
            );
        this.imbalance = imbalance;
    }

    /// <inheritdoc/>
    public PotentialDomain Domain => PotentialDomain.Space;

    /// <inheritdoc/>
    public string Name => $"single neuron of imbalance {imbalance:G6}";

    /// <inheritdoc/>
    public bool IsDegenerate => imbalance == 0;

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<double> point) => double.IsFinite(Norm(point));

    /// <inheritdoc/>
    public bool ContainsDual(ReadOnlySpan<double> dual) => double.IsFinite(Norm(dual));

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        // q(r) = ∫ s dr with r = s √(δ + s²), s = ‖w‖: r s - ∫ r ds.
        var s = DualNorm(Norm(point));
        return Norm(point) * s - ConjugateOf(s);
    }

    /// <summary>∫ s √(δ + s²) ds from 0 = ((δ + s²)^{3/2} - δ^{3/2})/3.</summary>
    public double Conjugate(ReadOnlySpan<double> dual) => ConjugateOf(Norm(dual));

    /// <inheritdoc/>
    public void MirrorMap(ReadOnlySpan<double> point, Span<double> dual)
    {
        var norm = Norm(point);
        var factor = norm == 0 ? 0 : DualNorm(norm) / norm;
        for (var j = 0; j < point.Length; j++)
            dual[j] = factor * point[j];
    }

    /// <inheritdoc/>
    public void InverseMap(ReadOnlySpan<double> dual, Span<double> point)
    {
        var factor = double.Hypot(Math.Sqrt(imbalance), Norm(dual));
        for (var j = 0; j < dual.Length; j++)
            point[j] = factor * dual[j];
    }

    /// <inheritdoc/>
    public void Hessian(ReadOnlySpan<double> point, Span<double> hessian)
    {
        // (aI + zzᵀ/a)⁻¹ = (I - zzᵀ/(a² + ‖z‖²))/a.
        var dual = new double[point.Length];
        MirrorMap(point, dual);
        var a = double.Hypot(Math.Sqrt(imbalance), Norm(dual));
        var width = a * a + Norm(dual) * Norm(dual);
        for (var i = 0; i < dual.Length; i++)
        for (var j = 0; j < dual.Length; j++)
            hessian[i * dual.Length + j] = ((i == j ? 1 : 0) - dual[i] * dual[j] / width) / a;
    }

    /// <inheritdoc/>
    public void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root)
    {
        // The root of aI + zzᵀ/a: √a across z and √(a + ‖z‖²/a) along it.
        var norm = Norm(dual);
        var a = double.Hypot(Math.Sqrt(imbalance), norm);
        var excess = norm == 0 ? 0 : (Math.Sqrt(a + norm * norm / a) - Math.Sqrt(a)) / (norm * norm);
        for (var i = 0; i < dual.Length; i++)
        for (var j = 0; j < dual.Length; j++)
            root[i * dual.Length + j] = (i == j ? Math.Sqrt(a) : 0) + excess * dual[i] * dual[j];
    }

    /// <inheritdoc/>
    public double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin)
    {
        var dual = new double[origin.Length];
        MirrorMap(origin, dual);
        var sum = Value(point) - Value(origin);
        for (var j = 0; j < dual.Length; j++)
            sum -= dual[j] * (point[j] - origin[j]);
        return sum;
    }

    /// <summary>s with s √(δ + s²) = r.</summary>
    private double DualNorm(double norm)
    {
        var half = imbalance / 2;
        // √(r² + δ²/4) - δ/2 = r²/(√(r² + δ²/4) + δ/2), without cancellation.
        return norm == 0 ? 0 : norm / Math.Sqrt(double.Hypot(norm, half) + half);
    }

    private double ConjugateOf(double s)
    {
        // (b³ - c³)/3 = (b - c)(b² + bc + c²)/3 with b² - c² = s².
        var (b, c) = (double.Hypot(Math.Sqrt(imbalance), s), Math.Sqrt(imbalance));
        return s == 0 ? 0 : s * s / (b + c) * (b * b + b * c + c * c) / 3;
    }

    private static double Norm(ReadOnlySpan<double> vector)
    {
        var sum = 0.0;
        foreach (var coordinate in vector)
            sum = double.Hypot(sum, coordinate);
        return sum;
    }
}
