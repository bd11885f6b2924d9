namespace ImplicitBias.Numerics;

/// <summary>
/// ψ(w) = Σ wⱼ log wⱼ - wⱼ on the positive orthant, 0 log 0 = 0: mirror map log w, inverse eᶻ, divergence Σ w log(w/v) - w + v (natural
/// logarithm). Mirror descent is the unnormalised exponentiated gradient (Kivinen and Warmuth 1997).
/// </summary>
public sealed class NegativeEntropy : SeparablePotential
{
    /// <inheritdoc/>
    public override PotentialDomain Domain => PotentialDomain.PositiveOrthant;

    /// <inheritdoc/>
    public override string Name => "entropy";

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point) =>
        point == 0 ? 0 : point * Math.Log(point) - point;

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual) => Math.Exp(dual);

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) => Math.Log(point);

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) => Math.Exp(dual);

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) => 1 / point;

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) => Math.Exp(dual);

    /// <inheritdoc/>
    protected override double Divergence(int coordinate, double point, double origin) =>
        Relative(point, origin);

    /// <summary>w log(w/v) - w + v, to relative accuracy also where w is near v; v at w = 0.</summary>
    internal static double Relative(double point, double origin)
    {
        if (point == 0)
            return origin;
        var ratio = (point - origin) / origin;
        if (Math.Abs(ratio) > 0.1)
            return point * Math.Log(point / origin) - point + origin;
        // (1 + x) log(1 + x) - x = Σ (-x)ᵏ/(k(k-1)), k ≥ 2; the twentieth term is below 2⁻⁵³ of the first.
        var (sum, power) = (0.0, ratio * ratio);
        for (var k = 2; k <= 20; k++)
        {
            sum += power / (k * (k - 1));
            power *= -ratio;
        }
        return origin * sum;
    }
}
