namespace ImplicitBias.Numerics;

/// <summary>A potential that is a sum over coordinates, ψ(w) = Σⱼ ψⱼ(wⱼ): all matrices are diagonal.</summary>
public abstract class SeparablePotential : IPotential
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual bool IsDegenerate => false;

    /// <inheritdoc/>
    public virtual PotentialDomain Domain => PotentialDomain.Space;

    /// <summary>ψⱼ(w).</summary>
    protected abstract double Value(int coordinate, double point);

    /// <summary>ψⱼ*(z).</summary>
    protected abstract double Conjugate(int coordinate, double dual);

    /// <summary>ψⱼ'(w).</summary>
    protected abstract double MirrorMap(int coordinate, double point);

    /// <summary>ψⱼ*'(z).</summary>
    protected abstract double InverseMap(int coordinate, double dual);

    /// <summary>ψⱼ''(w).</summary>
    protected abstract double Curvature(int coordinate, double point);

    /// <summary>ψⱼ*''(z).</summary>
    protected abstract double DualCurvature(int coordinate, double dual);

    /// <summary>The divergence of one coordinate.</summary>
    protected virtual double Divergence(int coordinate, double point, double origin) =>
        Value(coordinate, point)
        - Value(coordinate, origin)
        - MirrorMap(coordinate, origin) * (point - origin);

    /// <summary>Whether a coordinate is the dual of a number; by default any finite number is.</summary>
    protected virtual bool ContainsDual(double dual) => double.IsFinite(dual);

    /// <summary>The same where the coordinates differ.</summary>
    protected virtual bool ContainsDual(int coordinate, double dual) => ContainsDual(dual);

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<double> point)
    {
        foreach (var coordinate in point)
            if (
                !double.IsFinite(coordinate) || (Domain == PotentialDomain.PositiveOrthant && coordinate <= 0)
            )
                return false;
        return true;
    }

    /// <inheritdoc/>
    public bool ContainsDual(ReadOnlySpan<double> dual)
    {
        for (var j = 0; j < dual.Length; j++)
            if (!ContainsDual(j, dual[j]))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var j = 0; j < point.Length; j++)
            sum += Value(j, point[j]);
        return sum;
    }

    /// <inheritdoc/>
    public double Conjugate(ReadOnlySpan<double> dual)
    {
        var sum = 0.0;
        for (var j = 0; j < dual.Length; j++)
            sum += Conjugate(j, dual[j]);
        return sum;
    }

    /// <inheritdoc/>
    public void MirrorMap(ReadOnlySpan<double> point, Span<double> dual)
    {
        for (var j = 0; j < point.Length; j++)
            dual[j] = MirrorMap(j, point[j]);
    }

    /// <inheritdoc/>
    public void InverseMap(ReadOnlySpan<double> dual, Span<double> point)
    {
        for (var j = 0; j < dual.Length; j++)
            point[j] = InverseMap(j, dual[j]);
    }

    /// <inheritdoc/>
    public void Hessian(ReadOnlySpan<double> point, Span<double> hessian)
    {
        hessian.Clear();
        for (var j = 0; j < point.Length; j++)
            hessian[j * (point.Length + 1)] = Curvature(j, point[j]);
    }

    /// <inheritdoc/>
    public void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root)
    {
        root.Clear();
        for (var j = 0; j < dual.Length; j++)
            root[j * (dual.Length + 1)] = Math.Sqrt(DualCurvature(j, dual[j]));
    }

    /// <inheritdoc/>
    public double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin)
    {
        var sum = 0.0;
        for (var j = 0; j < point.Length; j++)
            sum += Divergence(j, point[j], origin[j]);
        return sum;
    }
}
