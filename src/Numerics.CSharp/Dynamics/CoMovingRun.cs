using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>Drives a <see cref="CoMovingFlow"/> with step control from reading to reading. One instance is one run.</summary>
internal sealed class CoMovingRun(CoMovingFlow flow, Accuracy accuracy)
{
    /// <summary>Steps tried, in one run: far more than any run that makes progress needs.</summary>
    private const long StepBudget = 200_000;

    /// <summary>A hundredth of an e-fold of T; the controller takes it from there.</summary>
    private const double FirstStep = 0.01;

    /// <summary>
    /// The implicit method is tried where the fastest mode could make the series' step one of stability: near order/e.
    /// </summary>
    private const double StiffStep = 6;

    private readonly LinearlyImplicitExtrapolation stepper = new(flow);
    private readonly CoMovingSeries? series = flow.Series;
    private readonly double[] origin = new double[flow.Dimension];
    private readonly double[] next = new double[flow.Dimension];
    private double step = FirstStep;
    private double explicitStep; // of the series last expanded
    private bool rejected;
    private bool isStiff = flow.Series is null;
    private long nextAttempt; // of the implicit method, in steps
    private long patience = 1;
    private long trials;

    /// <summary>Accepted steps so far.</summary>
    internal long Steps { get; private set; }

    /// <summary>parameters ← w at the current reading.</summary>
    internal void ReadAt(DoubleDouble elapsed, Span<DoubleDouble> parameters) =>
        flow.ReadAt(elapsed, parameters);

    /// <summary>Advances until log T has grown by this much since the start of the run, up to rounding.</summary>
    internal Outcome AdvanceTo(DoubleDouble elapsed, CancellationToken cancellation)
    {
        while (true)
        {
            if (!flow.Finite)
                return Outcome.NonFinite;
            var remaining = (double)(elapsed - flow.Elapsed);
            if (remaining <= Rounding.Unit * elapsed.High)
                return Outcome.ReachedHorizon;
            if (cancellation.IsCancellationRequested)
                return Outcome.Cancelled;
            if (flow.Stationary(origin))
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
        explicitStep = series!.Expand(flow.Allowed(accuracy));
        if (Steps >= nextAttempt && !(explicitStep * flow.Stiffness < StiffStep))
        {
            isStiff = true;
            step = 2 * explicitStep;
            return null;
        }
        var trial = Math.Min(explicitStep, remaining);
        if (!(trial > 0))
            return Outcome.StepUnderflow;
        flow.Pass(trial, series.Integrate(trial));
        Steps++;
        return null;
    }

    private Outcome? StepImplicitly(double remaining)
    {
        var trial = Math.Min(step, remaining);
        if (trial < remaining && trial < Rounding.Unit * Rounding.Unit)
            return Outcome.StepUnderflow;
        var report = stepper.Step(0, origin, trial, accuracy, next);
        if (report.Acceptable)
        {
            flow.Advance(trial, next);
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
        if (series is not null && step < 2 * explicitStep)
        {
            isStiff = false;
            nextAttempt = Steps + patience;
            patience *= 2;
        }
        return null;
    }
}
