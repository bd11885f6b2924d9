using MathNet.Numerics;

namespace ImplicitBias.Numerics;

/// <summary>
/// The penalty of the diagonal network w = u₁∘…∘u_L of depth L ≥ 2 whose last layer starts at zero and whose others start
/// at one vector c &gt; 0: with b the last layer, w = b (c² + b²)^{(L-1)/2}, and the mirror map is
/// S(b) = ∫₀ᵇ (c² + x²)^{-(L-1)/2} dx, coordinate by coordinate (Yun, Krishnan, Mobahi 2020, arXiv 2010.02501).
/// </summary>
/// <remarks>
/// Large c: a weighted ℓ₂ norm, Σ wⱼ²/(2 cⱼ^{2(L-1)}). Small c: a weighted ℓ₁ norm, weights cⱼ^{2-L}, for L = 2 none. For L ≥ 3 the
/// mirror map saturates at c^{2-L} √π Γ((L-2)/2)/(2Γ((L-1)/2)). L = 2 is the <see cref="Hypentropy"/> of scale c²/2, halved.
/// </remarks>
public sealed class UntiedNetworkPenalty : SeparablePotential
{
    private readonly int depth;
    private readonly double[] scales; // c
    private readonly double[] ends; // of the range of S

    /// <summary>The penalty of a depth and a start.</summary>
    /// <param name="depth">L ≥ 2.</param>
    /// <param name="scales">c, one positive number per coordinate; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">L is below 2, or a scale is not positive and finite.</exception>
    public UntiedNetworkPenalty(int depth, double[] scales)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 2);
        foreach (var scale in scales)
            if (!(scale > 0) || !double.IsFinite(scale))
                throw new ArgumentOutOfRangeException(
                    nameof(scales),
                    scale,
                    "Scales are positive and finite."
                );
        this.depth = depth;
        this.scales = (double[])scales.Clone();
        var end =
            depth == 2
                ? double.PositiveInfinity
                : Math.Sqrt(Math.PI)
                    * SpecialFunctions.Gamma((depth - 2) / 2.0)
                    / (2 * SpecialFunctions.Gamma((depth - 1) / 2.0));
        ends = [.. scales.Select(scale => end * Math.Pow(scale, 2 - depth))];
    }

    /// <inheritdoc/>
    public override string Name => $"untied diagonal network, depth {depth}";

    /// <inheritdoc/>
    protected override bool ContainsDual(int coordinate, double dual) => Math.Abs(dual) < ends[coordinate];

    /// <inheritdoc/>
    protected override double Value(int coordinate, double point)
    {
        var last = LastLayerOfPoint(coordinate, point);
        return point * Map(coordinate, last) - last * last / 2;
    }

    /// <summary>b²/2, since w dS = b db.</summary>
    protected override double Conjugate(int coordinate, double dual)
    {
        var last = LastLayerOfDual(coordinate, dual);
        return last * last / 2;
    }

    /// <inheritdoc/>
    protected override double MirrorMap(int coordinate, double point) =>
        Map(coordinate, LastLayerOfPoint(coordinate, point));

    /// <inheritdoc/>
    protected override double InverseMap(int coordinate, double dual) =>
        Product(coordinate, LastLayerOfDual(coordinate, dual));

    /// <summary>(c² + b²)^{2-L}/(c² + L b²).</summary>
    protected override double Curvature(int coordinate, double point) =>
        1 / PointSlope(coordinate, LastLayerOfPoint(coordinate, point));

    /// <inheritdoc/>
    protected override double DualCurvature(int coordinate, double dual) =>
        PointSlope(coordinate, LastLayerOfDual(coordinate, dual));

    /// <summary>dw/dS at b.</summary>
    private double PointSlope(int coordinate, double last)
    {
        var square = scales[coordinate] * scales[coordinate];
        return Math.Pow(square + last * last, depth - 2) * (square + depth * last * last);
    }

    private double Product(int coordinate, double last)
    {
        var square = scales[coordinate] * scales[coordinate];
        return last * Math.Pow(square + last * last, (depth - 1) / 2.0);
    }

    /// <summary>S(b), by the reduction of ∫ (c² + x²)^{-m/2} dx from m to m - 2.</summary>
    private double Map(int coordinate, double last)
    {
        var scale = scales[coordinate];
        var square = scale * scale;
        var exponent = (depth - 1) % 2 == 1 ? 1 : 2;
        var integral = exponent == 1 ? Math.Asinh(last / scale) : Math.Atan(last / scale) / scale;
        while (exponent < depth - 1)
        {
            var boundary = last / (square * exponent * Math.Pow(square + last * last, exponent / 2.0));
            integral = boundary + (exponent - 1) / (exponent * square) * integral;
            exponent += 2;
        }
        return integral;
    }

    /// <summary>
    /// b from w by Newton's method, which decreases to the root of a convex function from any point above it:
    /// w ≥ b c^{L-1} and w ≥ b^L.
    /// </summary>
    private double LastLayerOfPoint(int coordinate, double point)
    {
        var square = scales[coordinate] * scales[coordinate];
        var target = Math.Abs(point);
        var last = Math.Min(target / Math.Pow(scales[coordinate], depth - 1), Math.Pow(target, 1.0 / depth));
        while (last > 0)
        {
            var slope = Math.Pow(square + last * last, (depth - 3) / 2.0) * (square + depth * last * last);
            var next = last - (Product(coordinate, last) - target) / slope;
            if (!(next < last))
                break;
            last = next;
        }
        return Math.CopySign(last, point);
    }

    /// <summary>b from S: in closed form up to depth three, else by Newton's method from below, S being concave.</summary>
    private double LastLayerOfDual(int coordinate, double dual)
    {
        var scale = scales[coordinate];
        if (!ContainsDual(coordinate, dual))
            return double.NaN;
        if (depth == 2)
            return scale * Math.Sinh(dual);
        if (depth == 3)
            return scale * Math.Tan(scale * dual);
        var target = Math.Abs(dual);
        var last = target * Math.Pow(scale, depth - 1);
        while (true)
        {
            var slope = Math.Pow(scale * scale + last * last, -(depth - 1) / 2.0);
            var next = last + (target - Map(coordinate, last)) / slope;
            if (!(next > last))
                return Math.CopySign(last, dual);
            last = next;
        }
    }
}
