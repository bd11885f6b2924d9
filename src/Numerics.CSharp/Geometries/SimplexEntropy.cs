namespace ImplicitBias.Numerics;

/// <summary>
/// Negative entropy ψ(w) = Σ wⱼ log wⱼ, 0 log 0 = 0, on the simplex w > 0, Σ wⱼ = 1: mirror map log w up to a constant vector, inverse the
/// softmax, divergence KL(w, v). Mirror descent is the normalised exponentiated gradient.
/// </summary>
/// <remarks>
/// Duals that differ by a multiple of (1, ..., 1) are the same point, so a dual is determined by row(X) + span(1), not
/// by row(X) alone.
/// </remarks>
public sealed class SimplexEntropy : IPotential
{
    /// <summary>A sum this near 1, per coordinate, is 1 up to the rounding of decimals.</summary>
    private const double Slack = 4 * 2.220446049250313e-16;

    /// <inheritdoc/>
    public PotentialDomain Domain => PotentialDomain.Simplex;

    /// <inheritdoc/>
    public string Name => "entropy on the simplex";

    /// <inheritdoc/>
    public bool IsDegenerate => false;

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var coordinate in point)
        {
            if (!(coordinate > 0))
                return false;
            sum += coordinate;
        }
        return Math.Abs(sum - 1) <= Slack * point.Length;
    }

    /// <inheritdoc/>
    public bool ContainsDual(ReadOnlySpan<double> dual)
    {
        foreach (var coordinate in dual)
            if (!double.IsFinite(coordinate))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var coordinate in point)
            sum += coordinate == 0 ? 0 : coordinate * Math.Log(coordinate);
        return sum;
    }

    /// <summary>log Σ e^{zⱼ}.</summary>
    public double Conjugate(ReadOnlySpan<double> dual) => LogDomain.LogSumExp(dual, 1.0);

    /// <inheritdoc/>
    public void MirrorMap(ReadOnlySpan<double> point, Span<double> dual)
    {
        for (var j = 0; j < point.Length; j++)
            dual[j] = Math.Log(point[j]);
    }

    /// <summary>The softmax.</summary>
    public void InverseMap(ReadOnlySpan<double> dual, Span<double> point)
    {
        var largest = double.NegativeInfinity;
        foreach (var coordinate in dual)
            largest = Math.Max(largest, coordinate);
        var sum = 0.0;
        for (var j = 0; j < dual.Length; j++)
        {
            point[j] = Math.Exp(dual[j] - largest);
            sum += point[j];
        }
        for (var j = 0; j < dual.Length; j++)
            point[j] /= sum;
    }

    /// <summary>diag(1/w), the Hessian along the simplex.</summary>
    public void Hessian(ReadOnlySpan<double> point, Span<double> hessian)
    {
        hessian.Clear();
        for (var j = 0; j < point.Length; j++)
            hessian[j * (point.Length + 1)] = 1 / point[j];
    }

    /// <summary>diag(√w) (I - √w √wᵀ), a root of diag(w) - wwᵀ.</summary>
    public void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root)
    {
        var d = dual.Length;
        var point = new double[d];
        InverseMap(dual, point);
        for (var i = 0; i < d; i++)
        for (var j = 0; j < d; j++)
            root[i * d + j] =
                i == j
                    ? Math.Sqrt(point[i]) * (1 - point[i])
                    : -Math.Sqrt(point[i]) * Math.Sqrt(point[i] * point[j]);
    }

    /// <summary>KL(w, v) = Σ w log(w/v).</summary>
    public double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin)
    {
        var sum = 0.0;
        for (var j = 0; j < point.Length; j++)
            sum += NegativeEntropy.Relative(point[j], origin[j]); // -w + v adds up to zero
        return sum;
    }
}
