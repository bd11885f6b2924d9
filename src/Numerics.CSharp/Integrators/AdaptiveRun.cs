namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// Drives a stepper along a flow with step control, stopping exactly at prescribed readings. One instance is one
/// run: it owns the state.
/// </summary>
public sealed class AdaptiveRun
{
    /// <summary>Steps tried, in one run: far more than any run that makes progress needs.</summary>
    private const long StepBudget = 200_000;

    private readonly IFlow flow;
    private readonly IStepper stepper;
    private readonly Accuracy accuracy;
    private readonly double[] state;
    private readonly double[] next;
    private double step;
    private long trials;

    /// <summary>A run from a clock and a state.</summary>
    /// <param name="flow">The equation.</param>
    /// <param name="stepper">A method built for the same flow.</param>
    /// <param name="accuracy">Local error per step.</param>
    /// <param name="clock">Where the run starts.</param>
    /// <param name="state">The state there; copied.</param>
    /// <param name="firstStep">First step tried, in the units of the clock.</param>
    public AdaptiveRun(
        IFlow flow,
        IStepper stepper,
        Accuracy accuracy,
        double clock,
        ReadOnlySpan<double> state,
        double firstStep
    )
    {
        this.flow = flow;
        this.stepper = stepper;
        this.accuracy = accuracy;
        this.state = state.ToArray();
        next = new double[state.Length];
        Clock = clock;
        step = firstStep;
    }

    /// <summary>Where the run stands.</summary>
    public double Clock { get; private set; }

    /// <summary>The state there.</summary>
    public ReadOnlySpan<double> State => state;

    /// <summary>Accepted steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// A second run of the same flow that repeats each accepted step as two steps of half the length and the same
    /// order; null for none.
    /// </summary>
    public RefinedRun? Refined { get; set; }

    /// <summary>
    /// Advances until the flow's reading equals the target, as nearly as the reading's own rounding lets it.
    /// </summary>
    public Outcome AdvanceTo(double target, CancellationToken cancellation = default)
    {
        // Below this distance from the target a reading is indistinguishable from it.
        var resolution = 4 * Rounding.Unit * Math.Max(1, Math.Abs(target));
        var cap = double.PositiveInfinity; // set where a trial overshot the target
        var rejected = false;
        while (true)
        {
            var distance = target - flow.Reading(Clock, state);
            if (distance <= resolution)
                return Outcome.ReachedHorizon;
            if (cancellation.IsCancellationRequested)
                return Outcome.Cancelled;
            if (flow.Stationary(state))
                return Outcome.Stationary;
            if (trials++ >= StepBudget)
                return Outcome.StepLimit;

            var remaining = distance / flow.ReadingRate(Clock, state);
            if (!(remaining > 0))
                remaining = double.PositiveInfinity; // a reading of -∞ at the start
            var landing = Math.Min(cap, remaining);
            var trial = Math.Min(step, landing);
            if (!(Clock + trial > Clock))
                return trial < landing ? Outcome.StepUnderflow : Outcome.ReachedHorizon;

            var report = stepper.Step(Clock, state, trial, accuracy, next);
            if (!report.Acceptable)
            {
                if (double.IsNaN(report.Error) && trial < Rounding.Unit * Math.Max(1, Math.Abs(Clock)))
                    return Outcome.NonFinite;
                step = trial * Math.Min(1, report.Factor);
                rejected = true;
                continue;
            }

            var beyond = flow.Reading(Clock + trial, next) - target;
            if (beyond > resolution)
            {
                var shorter = trial - beyond / flow.ReadingRate(Clock + trial, next); // Newton on the step
                cap = shorter > 0 && shorter < trial ? shorter : trial / 2;
                continue;
            }

            Refined?.Follow(Clock, trial, report.Order);
            next.CopyTo(state, 0);
            Clock += trial;
            Steps++;
            var proposal = trial * (rejected ? Math.Min(1, report.Factor) : report.Factor);
            // A step cut short to meet a reading says nothing against the longer one.
            step = trial < step ? Math.Max(step, proposal) : proposal;
            cap = double.PositiveInfinity;
            rejected = false;
        }
    }
}
