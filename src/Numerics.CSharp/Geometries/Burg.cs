namespace ImplicitBias.Numerics;

/// <summary>
/// Burg's entropy ψ(w) = -Σ log wⱼ on the positive orthant: mirror map -1/w, inverse -1/z for z &lt; 0, divergence
/// Σ w/v - log(w/v) - 1 (Itakura and Saito).
/// </summary>
public sealed class Burg : SeparablePotential
{
    /// <inheritdoc/>
    public override PotentialDomain Domain => PotentialDomain.PositiveOrthant;

    /// <inheritdoc/>
    public override string Name => "Burg";

    /// <inheritdoc/>
    protected override bool ContainsDual(double dual) => dual < 0 && double.IsFinite(dual);

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point) => -Math.Log(point);

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual) => -1 - Math.Log(-dual);

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) => point > 0 ? -1 / point : double.NaN;

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => dual < 0 ? -1 / dual : double.NaN;

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) => 1 / (point * point);

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) => 1 / (dual * dual);

    /// <inheritdoc/>
    protected override double Divergence(int coordinate, double point, double origin)
    {
        var ratio = (point - origin) / origin;
        if (Math.Abs(ratio) > 0.1)
            return ratio - Math.Log(point / origin);
        // x - log(1 + x) = Σ (-x)ᵏ/k, k ≥ 2.
        var (sum, power) = (0.0, ratio * ratio);
        for (var k = 2; k <= 20; k++)
        {
            sum += power / k;
            power *= -ratio;
        }
        return sum;
    }
}
