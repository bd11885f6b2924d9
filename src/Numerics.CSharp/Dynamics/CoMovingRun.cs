using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Drives a <see cref="CoMovingFlow"/> with step control from reading to reading, and carries the error of w along. One
/// instance is one run.
/// </summary>
/// <remarks>
/// Explicit steps by the Taylor series while they resolve the fastest mode, linearly implicit ones beyond, and a jump to the
/// reading once the flow has forgotten its start. Every step is of one order less than could be had, and the highest order says, as a
/// vector, what it misses: the last term of the series, or the last row of the extrapolation. These errors are carried
/// from step to step by the flow's own linearisation, so that the estimate falls when the error does.
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

    /// <summary>Of the implicit method.</summary>
    private const int HighestOrder = 8;

    /// <summary>Steps between two attempts to jump.</summary>
    private const int JumpStride = 3;

    private readonly Accuracy accuracy;
    private readonly CoMovingFlow flow;
    private readonly CoMovingSeries? series; // null for descent, whose corrections it does not know
    private readonly LinearlyImplicitExtrapolation stepper;
    private readonly CoMovingAttractor attractor;
    private readonly double[] origin;
    private readonly double[] next;
    private readonly double[] error; // of w, in coordinates of the row space
    private double step = FirstStep;
    private double explicitStep; // of the series last expanded
    private bool isStiff;
    private bool rejected;
    private long nextAttempt; // of the implicit method, in steps
    private long patience = 1;
    private long nextJump;
    private long trials;

    /// <summary>A run about to start.</summary>
    /// <param name="flow">The flow, at its start.</param>
    /// <param name="accuracy">Local error per step.</param>
    /// <param name="error">Error of the start, in coordinates of the row space.</param>
    internal CoMovingRun(CoMovingFlow flow, Accuracy accuracy, ReadOnlySpan<double> error)
    {
        this.flow = flow;
        this.accuracy = accuracy;
        this.error = error.ToArray();
        series = flow.IsDescent ? null : new CoMovingSeries(flow);
        stepper = new LinearlyImplicitExtrapolation(flow, HighestOrder) { Departure = this.error };
        attractor = new CoMovingAttractor(flow);
        origin = new double[flow.Dimension];
        next = new double[flow.Dimension];
        isStiff = series is null;
    }

    /// <summary>Accepted steps so far.</summary>
    internal long Steps { get; private set; }

    /// <summary>Estimate of the error of w, ‖·‖∞, without the rounding of what is read.</summary>
    internal double ErrorEstimate => flow.Largest(error);

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
            if (Steps >= nextJump && Jump(remaining))
                continue;
            var failure = isStiff ? StepImplicitly(remaining) : StepExplicitly(remaining);
            if (failure is { } outcome)
                return outcome;
        }
    }

    private bool Jump(double remaining)
    {
        nextJump = Steps + JumpStride;
        var passed = attractor.Jump(remaining, flow.Allowed(accuracy), next);
        if (passed == 0)
            return false;
        next.CopyTo(error, 0);
        (isStiff, step) = (true, Math.Max(step, passed));
        nextJump = ++Steps;
        return true;
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
        var passed = series.Integrate(trial);
        series.Transport(trial, error);
        flow.Pass(trial, passed);
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
            stepper.Assess(0, origin, trial, report, next);
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
