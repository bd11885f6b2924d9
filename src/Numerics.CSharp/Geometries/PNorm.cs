namespace ImplicitBias.Numerics;

/// <summary>ψ(w) = ‖w‖ₚᵖ/p, p > 1: mirror map sgn(w)|w|^{p-1}, inverse sgn(z)|z|^{q-1}, 1/p + 1/q = 1.</summary>
/// <remarks>
/// The p-th power of the norm, not its square: the projection of 0 is the same, that of any other start is not. At
/// w = 0 the second derivative (p-1)|w|^{p-2} is infinite for p &lt; 2 and zero for p > 2.
/// </remarks>
public sealed class PNorm : SeparablePotential
{
    private readonly double dualExponent;

    /// <summary>The potential of an exponent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not finite or not above 1.</exception>
    public PNorm(double exponent)
    {
        if (!(exponent > 1) || !double.IsFinite(exponent))
            throw new ArgumentOutOfRangeException(
                nameof(exponent),
                exponent,
                "The exponent of a p-norm potential is finite and above 1."
            );
        Exponent = exponent;
        dualExponent = exponent / (exponent - 1);
    }

    /// <summary>p.</summary>
    public double Exponent { get; }

    /// <inheritdoc/>
    public override string Name => $"p-norm with p = {Exponent}";

    /// <inheritdoc/>
    public override bool IsDegenerate => Exponent != 2;

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point) =>
        Math.Pow(Math.Abs(point), Exponent) / Exponent;

    /// <inheritdoc/>
    protected override double Conjugate(int coordinate, double dual) =>
        Math.Pow(Math.Abs(dual), dualExponent) / dualExponent;

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) =>
        Math.CopySign(Math.Pow(Math.Abs(point), Exponent - 1), point);

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) =>
        Math.CopySign(Math.Pow(Math.Abs(dual), 1 / (Exponent - 1)), dual);

    /// <inheritdoc/>
    protected override double Curvature(int coordinate, double point) =>
        (Exponent - 1) * Math.Pow(Math.Abs(point), Exponent - 2);

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) =>
        Math.Pow(Math.Abs(dual), dualExponent - 2) / (Exponent - 1);
}
