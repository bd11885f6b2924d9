namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// The same flow on a grid twice as fine as another run's: each of its steps is repeated as two of half the length
/// and the same order k ≥ 2. Its global error is then smaller by about 2^k, so the distance of the two runs is the
/// coarse run's error up to that fraction: an overestimate of this run's error by a factor of about 2^k - 1.
/// </summary>
/// <remarks>Classical global Richardson estimation (Hairer, Nørsett and Wanner, Solving ODEs I, section II.4).</remarks>
public sealed class RefinedRun(IFlow flow, IStepper stepper, Accuracy accuracy, ReadOnlySpan<double> state)
{
    private readonly double[] current = state.ToArray();
    private readonly double[] next = new double[state.Length];
    private readonly double[] scale = new double[state.Length]; // the largest so far
    private readonly double[] allowed = new double[state.Length];
    private readonly double[] rounding = new double[state.Length];
    private double roundings; // the sum of their squares, in units of the error allowed

    /// <summary>The finer state.</summary>
    public ReadOnlySpan<double> State => current;

    /// <summary>Two half steps.</summary>
    internal void Follow(double clock, double step, int order)
    {
        stepper.Repeat(clock, current, step / 2, order, next);
        Round(current);
        stepper.Repeat(clock + step / 2, next, step / 2, order, current);
        Round(next);
    }

    /// <summary>
    /// What the roundings of all steps so far add up to in component i of the state: they are unrelated, and grow with the error
    /// allowed there but are not trusted to shrink with it.
    /// </summary>
    internal double Rounding(int i) => Math.Sqrt(roundings) * scale[i];

    private void Round(ReadOnlySpan<double> from)
    {
        stepper.Rounding(from, rounding);
        flow.Scale(from, accuracy, allowed);
        var largest = 0.0;
        for (var i = 0; i < rounding.Length; i++)
        {
            scale[i] = Math.Max(scale[i], allowed[i]);
            largest = Math.Max(largest, rounding[i] / allowed[i]);
        }
        roundings += largest * largest;
    }

    /// <summary>
    /// The state where this run's own reading is the target: the clocks of the two runs agree, their readings only up to
    /// their error, and one step along the rate closes that gap to second order.
    /// </summary>
    public double[] At(double clock, double target)
    {
        var shift = (target - flow.Reading(clock, current)) / flow.ReadingRate(clock, current);
        flow.Rate(clock, current, next);
        var landed = new double[current.Length];
        for (var i = 0; i < landed.Length; i++)
            landed[i] = current[i] + shift * next[i];
        return landed;
    }
}
