namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// How extrapolation over 1, 2, ..., k substeps amplifies rounding: T_kk = Σⱼ cⱼ T_j1 with cⱼ = Π_{i≠j} j/(j - i), whose signs
/// alternate and whose sizes add up to 28⅓ at order 4 and 3392 at order 8.
/// </summary>
internal static class ExtrapolationRounding
{
    /// <summary>
    /// Three and a half standard deviations of two roundings, of the point and of the outputs there, each uniform within half a
    /// unit and hence of variance 1/12.
    /// </summary>
    internal static readonly double Units = 3.5 * Math.Sqrt(2.0 / 12);

    private const int HighestOrder = 12;

    private static readonly (double OfRate, double OfSum)[] Table =
    [
        .. Enumerable.Range(0, HighestOrder + 1).Select(Find),
    ];

    /// <summary>
    /// (Σ cⱼ²/j)^½ for what is rounded in the rate, j times in steps of 1/j, and (Σ cⱼ² j)^½ for the j sums that make T_j1.
    /// </summary>
    internal static (double OfRate, double OfSum) Amplification(int order) => Table[order];

    private static (double, double) Find(int order)
    {
        var (ofRate, ofSum) = (0.0, 0.0);
        for (var j = 1; j <= order; j++)
        {
            var weight = 1.0;
            for (var i = 1; i <= order; i++)
                if (i != j)
                    weight *= j / (double)(j - i);
            ofRate += weight * weight / j;
            ofSum += weight * weight * j;
        }
        return (Math.Sqrt(ofRate), Math.Sqrt(ofSum));
    }
}
