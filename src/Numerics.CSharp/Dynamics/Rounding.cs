using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>What double precision costs a run, whatever the method.</summary>
internal static class Rounding
{
    /// <summary>2⁻⁵², the spacing of doubles at 1.</summary>
    internal const double Unit = 2.220446049250313e-16;

    /// <summary>
    /// Rounding units a state carries: a reading is the end of a step that sums state, increment and the correction
    /// onto the reading, and its outputs, which the reading is taken from, are rounded likewise.
    /// </summary>
    private const double Units = 4;

    /// <summary>Units · 2⁻⁵² · ‖θ‖∞.</summary>
    internal static double OfParameters(ReadOnlySpan<double> parameters) => Of(Largest(parameters));

    /// <summary>Units · 2⁻⁵² · size.</summary>
    internal static double Of(double size) => Units * Unit * size;

    /// <summary>‖θ‖∞; NaN where a component is.</summary>
    internal static double Largest(ReadOnlySpan<double> parameters)
    {
        var largest = 0.0;
        var j = 0;
        if (parameters.Length >= Vector512<double>.Count)
        {
            var lanes = Vector512<double>.Zero;
            for (; j <= parameters.Length - Vector512<double>.Count; j += Vector512<double>.Count)
                lanes = Vector512.Max(lanes, Vector512.Abs(Vector512.Create(parameters[j..])));
            for (var lane = 0; lane < Vector512<double>.Count; lane++)
                largest = Math.Max(largest, lanes[lane]);
        }
        for (; j < parameters.Length; j++)
            largest = Math.Max(largest, Math.Abs(parameters[j]));
        return largest;
    }

    /// <summary>
    /// total ← total ± error, with error brought to a size in ‖·‖∞ and with the sign that does not let the two cancel: errors are
    /// known up to their sign.
    /// </summary>
    internal static void Accumulate(ReadOnlySpan<double> error, double size, Span<double> total)
    {
        var largest = Largest(error);
        if (largest == 0)
            return;
        var along = 0.0;
        for (var i = 0; i < total.Length; i++)
            along += total[i] * (error[i] / largest);
        var factor = along < 0 ? -size : size;
        for (var i = 0; i < total.Length; i++)
            total[i] += factor * (error[i] / largest);
    }
}
