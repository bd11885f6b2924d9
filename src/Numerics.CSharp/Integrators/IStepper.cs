namespace ImplicitBias.Numerics.Integrators;

/// <summary>What a stepper says of the step it just took.</summary>
/// <param name="Error">Largest component of the embedded error, in units of the allowed one; NaN when not finite.</param>
/// <param name="Order">Order of the method that produced the new state.</param>
/// <param name="Factor">By how much it would change the step next, whether or not this one is accepted.</param>
public readonly record struct StepReport(double Error, int Order, double Factor)
{
    /// <summary>Whether the error is within what was asked.</summary>
    public bool Acceptable => Error <= 1;
}

/// <summary>One step of a method with an embedded error estimate. Holds its own work space: not thread-safe.</summary>
public interface IStepper
{
    /// <summary>
    /// next ← the state after a step. Never throws on numbers: what is not finite shows as a NaN error.
    /// </summary>
    StepReport Step(
        double clock,
        ReadOnlySpan<double> state,
        double step,
        Accuracy accuracy,
        Span<double> next
    );

    /// <summary>next ← the state after a step of a given order, without control: to repeat a run on a finer grid.</summary>
    void Repeat(double clock, ReadOnlySpan<double> state, double step, int order, Span<double> next);

    /// <summary>
    /// rounding ← what double precision did to each component of the step last repeated from this state: three and a half
    /// standard deviations of roundings that are unrelated (Higham and Mary 2019, SIAM J. Sci. Comput. 41).
    /// </summary>
    void Rounding(ReadOnlySpan<double> state, Span<double> rounding);
}

/// <summary>The elementary controller, h ← 0.9 h (1/e)^{1/k}, kept within a factor five.</summary>
internal static class StepControl
{
    internal const double LargestFactor = 5;
    internal const double SmallestFactor = 0.2;

    /// <summary>The factor for a local error estimate of order k.</summary>
    internal static double Factor(double error, int order) =>
        double.IsNaN(error)
            ? SmallestFactor
            : Math.Clamp(0.9 * Math.Pow(error, -1.0 / order), SmallestFactor, LargestFactor);

    /// <summary>max |error| / scale; NaN when anything is not finite.</summary>
    internal static double Size(ReadOnlySpan<double> error, ReadOnlySpan<double> scale)
    {
        var size = 0.0;
        for (var i = 0; i < error.Length; i++)
        {
            var ratio = Math.Abs(error[i]) / scale[i];
            if (!double.IsFinite(ratio))
                return double.NaN;
            size = Math.Max(size, ratio);
        }
        return size;
    }
}
