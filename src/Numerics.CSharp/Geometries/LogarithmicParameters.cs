namespace ImplicitBias.Numerics;

/// <summary>
/// ψ(z) = Σ e^{2zⱼ}/4: the geometry of parameters u = eᶻ in their logarithms. Its mirror flow z' = -e^{-2z} ∂L/∂z is
/// gradient flow u' = -∂L/∂u. Mirror map e^{2z}/2, inverse ½ log 2y for y > 0.
/// </summary>
/// <remarks>For u from 10⁻¹⁵⁰ to 10¹⁵⁰, whose squares are normal numbers.</remarks>
public sealed class LogarithmicParameters : SeparablePotential
{
    /// <inheritdoc/>
    public override string Name => "logarithms of parameters";

    /// <inheritdoc/>
    protected override bool ContainsDual(double dual) => dual > 0 && double.IsFinite(dual);

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point) => Math.Exp(2 * point) / 4;

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual) =>
        dual > 0 ? dual * (Math.Log(2 * dual) - 1) / 2 : double.PositiveInfinity;

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) => Math.Exp(2 * point) / 2;

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => Math.Log(2 * dual) / 2;

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) => Math.Exp(2 * point);

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) => 1 / (2 * dual);
}
