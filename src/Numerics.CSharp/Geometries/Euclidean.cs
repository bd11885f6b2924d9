namespace ImplicitBias.Numerics;

/// <summary>ψ(w) = ‖w‖₂²/2: the mirror map is the identity, mirror descent is gradient descent.</summary>
public sealed class Euclidean : SeparablePotential
{
    /// <inheritdoc/>
    public override string Name => "Euclidean";

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point) => point * point / 2;

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual) => dual * dual / 2;

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) => point;

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => dual;

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) => 1;

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) => 1;

    /// <inheritdoc/>
    protected override double Divergence(int coordinate, double point, double origin) =>
        (point - origin) * (point - origin) / 2;
}
