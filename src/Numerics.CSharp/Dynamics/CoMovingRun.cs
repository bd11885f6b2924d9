using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Drives a <see cref="CoMovingFlow"/> with step control from reading to reading, and beside it a refined run of the same
/// flow on the same grid. One instance is one run.
/// </summary>
/// <remarks>
/// Explicit steps by the Taylor series while they resolve the fastest mode, linearly implicit ones beyond, which
/// grow without bound once the flow has settled. The refined run takes every step with a higher order: three more terms of
/// the series, where one is worth a factor of about three, or one more row of the extrapolation, which is worth about ten
/// where a mode is resolved and k where it is not: T_kk damps an infinitely fast mode by 1/((k-1)! hλ). So the distance
/// of the two runs is the error of the coarse one, and that of the refined one is smaller by a factor of two to fifty.
/// </remarks>
internal sealed class CoMovingRun
{
    /// <summary>Steps tried, in one run: far more than any run that makes progress needs.</summary>
    private const long StepBudget = 200_000;

    /// <summary>A hundredth of an e-fold of T; the controller takes it from there.</summary>
    private const double FirstStep = 0.01;

    /// <summary>
    /// The implicit method is tried where the fastest mode could make the series' step one of stability: near order/e.
    /// </summary>
    private const double StiffStep = 6;

    /// <summary>Of the implicit method in the coarse run.</summary>
    private const int HighestOrder = 8;

    private readonly Accuracy accuracy;
    private readonly Follower coarse;
    private readonly double[] origin;
    private readonly double[] next;
    private Follower? refined;
    private double step = FirstStep;
    private double explicitStep; // of the series last expanded
    private bool isStiff;
    private bool rejected;
    private long nextAttempt; // of the implicit method, in steps
    private long patience = 1;
    private long trials;

    /// <summary>A run about to start, without a refined run yet.</summary>
    internal CoMovingRun(CoMovingFlow flow, Accuracy accuracy)
    {
        this.accuracy = accuracy;
        coarse = new Follower(flow);
        origin = new double[flow.Dimension];
        next = new double[flow.Dimension];
        isStiff = coarse.Series is null;
    }

    /// <summary>Accepted steps so far.</summary>
    internal long Steps { get; private set; }

    /// <summary>The run that is controlled.</summary>
    internal CoMovingFlow Coarse => coarse.Flow;

    /// <summary>
    /// The distance of the two runs at the start of the last step, ‖·‖∞, where that was an implicit one; else 0.
    /// </summary>
    internal double EarlierDistance { get; private set; }

    /// <summary>From here on, a second run keeps step at the same T.</summary>
    internal void Refine(CoMovingFlow flow) => refined = new Follower(flow);

    /// <summary>Advances until log T has grown by this much since the start of the run, up to rounding.</summary>
    internal Outcome AdvanceTo(DoubleDouble elapsed, CancellationToken cancellation)
    {
        while (true)
        {
            if (!coarse.Flow.Finite || refined is { Flow.Finite: false })
                return Outcome.NonFinite;
            var remaining = (double)(elapsed - coarse.Flow.Elapsed);
            if (remaining <= Rounding.Unit * elapsed.High)
                return Outcome.ReachedHorizon;
            if (cancellation.IsCancellationRequested)
                return Outcome.Cancelled;
            if (coarse.Flow.Stationary(origin))
                return Outcome.Stationary;
            if (trials++ >= StepBudget)
                return Outcome.StepLimit;
            var failure = isStiff ? StepImplicitly(remaining) : StepExplicitly(remaining);
            if (failure is { } outcome)
                return outcome;
        }
    }

    private Outcome? StepExplicitly(double remaining)
    {
        explicitStep = coarse.Series!.Expand(coarse.Flow.Allowed(accuracy));
        if (Steps >= nextAttempt && !(explicitStep * coarse.Flow.Stiffness < StiffStep))
        {
            isStiff = true;
            step = 2 * explicitStep;
            return null;
        }
        var trial = Math.Min(explicitStep, remaining);
        if (!(trial > 0))
            return Outcome.StepUnderflow;
        if (refined is not null)
        {
            EarlierDistance = 0;
            refined.Series!.Expand(0);
            refined.Flow.Pass(trial, refined.Series.IntegrateFully(trial));
        }
        coarse.Flow.Pass(trial, coarse.Series.Integrate(trial));
        Steps++;
        return null;
    }

    private Outcome? StepImplicitly(double remaining)
    {
        var trial = Math.Min(step, remaining);
        if (trial < remaining && trial < Rounding.Unit * Rounding.Unit)
            return Outcome.StepUnderflow;
        var report = coarse.Stepper.Step(0, origin, trial, accuracy, next);
        if (report.Acceptable)
        {
            if (refined is not null)
                EarlierDistance = coarse.Flow.DistanceTo(refined.Flow);
            coarse.Flow.Advance(trial, next);
            if (refined is not null)
            {
                refined.Stepper.Repeat(0, origin, trial, report.Order + 2, next);
                refined.Flow.Advance(trial, next);
            }
            Steps++;
            var proposal = trial * (rejected ? Math.Min(1, report.Factor) : report.Factor);
            // A step cut short to meet a reading says nothing against the longer one.
            step = trial < step ? Math.Max(step, proposal) : proposal;
            rejected = false;
        }
        else
        {
            if (double.IsNaN(report.Error) && trial < Rounding.Unit)
                return Outcome.NonFinite;
            step = trial * Math.Min(1, report.Factor);
            rejected = true;
        }
        if (coarse.Series is not null && step < 2 * explicitStep)
        {
            isStiff = false;
            nextAttempt = Steps + patience;
            patience *= 2;
        }
        return null;
    }

    /// <summary>A flow with its two methods.</summary>
    private sealed class Follower(CoMovingFlow flow)
    {
        internal CoMovingFlow Flow => flow;
        internal CoMovingSeries? Series { get; } = flow.Series;
        internal LinearlyImplicitExtrapolation Stepper { get; } = new(flow, HighestOrder);
    }
}
