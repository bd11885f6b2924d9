using System.Collections.Immutable;
using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient descent w ← w - η∇L(w) with a fixed step on a summed loss; t counts iterations. The first iterations are
/// made exactly; from then on the run follows <see cref="DescentClock"/>, the flow through the iterates, so that
/// descent too is read at log t = 10⁶.
/// </summary>
/// <remarks>
/// The passage is made once the corrections are small: κR² ≤ 2⁻⁸ with κ = ηL and R = maxᵢ ‖zᵢ‖, where the neglected
/// third-order term is about (κR²)³. The coarse run of the error estimate passes after half as many iterations,
/// where that term is about eight times as large, so the estimate contains the passage.
/// </remarks>
public sealed class GradientDescent : IDynamics
{
    /// <summary>The passage is made once ηLR² is below this.</summary>
    private const double SmallCorrection = 1.0 / 256;

    /// <summary>Exact iterations made at least, and at most where the corrections stay large.</summary>
    private const long FewestIterations = 1 << 12;
    private const long MostIterations = 1 << 18;

    /// <summary>Iterations between two looks at the corrections and at the cancellation token.</summary>
    private const long Stride = 1 << 9;

    /// <summary>Readings before this many iterations are moved to whole iterations.</summary>
    private const long LastWholeIteration = 1L << 40;

    /// <summary>A hundredth of an e-fold of the loss; the controller takes it from there.</summary>
    private const double FirstStep = 0.01;

    private readonly LinearModel model;
    private readonly ILoss loss;
    private readonly double stepSize;

    /// <summary>Descent on a linear model.</summary>
    /// <param name="model">Margins zᵢ·w.</param>
    /// <param name="loss">Summed, not averaged: with the mean loss the step is n times larger for the same path.</param>
    /// <param name="stepSize">η &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">stepSize is not positive and finite.</exception>
    public GradientDescent(LinearModel model, ILoss loss, double stepSize)
    {
        MirrorDescent.RequireStep(stepSize);
        this.model = model;
        this.loss = loss;
        this.stepSize = stepSize;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A reading that lies between two iterations is taken at the nearest one, and its LogTime says which. Past 2⁴⁰
    /// iterations the difference is below rounding of what is read.
    /// </remarks>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        var targets = logTimes.ToArray();
        for (var k = 0; k < targets.Length; k++)
            if (targets[k] < Math.Log(LastWholeIteration))
                targets[k] = Math.Log(Math.Max(1, Math.Round(Math.Exp(targets[k]))));

        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(targets.Length);
        var method = new CompensatedStep(stepSize);
        var iterate = new Descent<CompensatedStep>(model, loss, method, start);
        var halfway = new Descent<CompensatedStep>(model, loss, method, start); // after half of the iterations
        var outcome = Descend(iterate, halfway, targets, snapshots, cancellation);
        var steps = iterate.Iteration;
        if (outcome == Outcome.ReachedHorizon && snapshots.Count < targets.Length)
            outcome = CoMovingFlow.Handles(loss)
                ? Follow(iterate, halfway, targets, snapshots, ref steps, cancellation, accuracy)
                : FollowLoss(iterate, halfway, targets, snapshots, ref steps, cancellation, accuracy);
        return new Trajectory(snapshots.ToImmutable(), steps, outcome);
    }

    /// <summary>
    /// Exact iterations in place, taking the readings they pass, until the corrections are small or every reading is
    /// taken. The number of iterations is even, and halfway is left at the state after half of them.
    /// </summary>
    private Outcome Descend(
        Descent<CompensatedStep> iterate,
        Descent<CompensatedStep> halfway,
        double[] targets,
        ImmutableArray<Snapshot>.Builder snapshots,
        CancellationToken cancellation
    )
    {
        var logBound = Math.Log(SmallCorrection) - Math.Log(stepSize * model.SquaredRadius);
        var reading = NextIteration(targets, snapshots.Count);
        while (iterate.Iteration < MostIterations && snapshots.Count < targets.Length)
        {
            if (iterate.Iteration % Stride == 0)
            {
                if (cancellation.IsCancellationRequested)
                    return Outcome.Cancelled;
                var logLoss = LogLoss(iterate);
                if (!double.IsFinite(logLoss))
                    return Outcome.NonFinite;
                if (iterate.Iteration >= FewestIterations && logLoss <= logBound)
                    break;
            }
            var next = Math.Min(reading, (iterate.Iteration / Stride + 1) * Stride);
            iterate.Advance(next);
            halfway.Advance(next / 2);
            while (iterate.Iteration == reading)
            {
                foreach (var parameter in iterate.Parameters)
                    if (!double.IsFinite(parameter))
                        return Outcome.NonFinite;
                snapshots.Add(PairedRun.Take(model, loss, targets[snapshots.Count], iterate.Parameters, 0));
                reading = NextIteration(targets, snapshots.Count);
            }
        }
        return Outcome.ReachedHorizon;
    }

    private static long NextIteration(double[] targets, int index) =>
        index < targets.Length && targets[index] < Math.Log(LastWholeIteration)
            ? (long)Math.Round(Math.Exp(targets[index]))
            : long.MaxValue;

    /// <summary>
    /// The passage: from whole iterations to the flow through them, in the co-moving frame. A run that passes halfway and
    /// is brought to the iteration where this one passes says how large the error of the passage is.
    /// </summary>
    private Outcome Follow(
        Descent<CompensatedStep> iterate,
        Descent<CompensatedStep> halfway,
        double[] targets,
        ImmutableArray<Snapshot>.Builder snapshots,
        ref long steps,
        CancellationToken cancellation,
        Accuracy accuracy
    )
    {
        var rows = new RowSpace(model);
        var (early, late) = (Math.Log(halfway.Iteration), Math.Log(iterate.Iteration));
        var earlier = new CoMovingFlow(rows, loss, Exact(halfway), early, stepSize);
        var bridge = new CoMovingRun(earlier, accuracy, new double[rows.Rank]);
        var elapsed = DoubleDouble.Sum(late, -early);
        var outcome = bridge.AdvanceTo(elapsed, cancellation);
        var exact = Exact(iterate);
        var difference = new DoubleDouble[exact.Length];
        earlier.ReadAt(elapsed, difference);
        for (var j = 0; j < difference.Length; j++)
            difference[j] = difference[j] - exact[j];

        var flow = new CoMovingFlow(rows, loss, exact, late, stepSize);
        var run = new CoMovingRun(flow, accuracy, rows.Project(difference));
        var readings = new CoMovingReadings(model, loss, flow, run, snapshots);
        for (var k = snapshots.Count; k < targets.Length && outcome == Outcome.ReachedHorizon; k++)
            outcome = readings.Read(targets[k], DoubleDouble.Sum(targets[k], -late), cancellation);
        steps += run.Steps;
        return outcome;
    }

    /// <summary>
    /// The passage for losses whose tail is not exponential, in the loss clock. The coarse run of the error estimate passes halfway
    /// and is brought to the iteration where the refined run starts.
    /// </summary>
    private Outcome FollowLoss(
        Descent<CompensatedStep> iterate,
        Descent<CompensatedStep> halfway,
        double[] targets,
        ImmutableArray<Snapshot>.Builder snapshots,
        ref long steps,
        CancellationToken cancellation,
        Accuracy accuracy
    )
    {
        var floor = LossClock.NaturalFloor(model, loss, iterate.Parameters);
        if (!double.IsFinite(floor) || !double.IsFinite(1 / floor))
            return Outcome.NonFinite;
        // t₀ = 1/(η L floor): far along the flow η t L underflows, η (t + t₀) L does not.
        var logOrigin = -Math.Log(stepSize) - LogLoss(iterate) - Math.Log(floor);
        var early = StateAfter(halfway, logOrigin);
        var state = StateAfter(iterate, logOrigin);
        if (!double.IsFinite(early[^1]) || !double.IsFinite(state[^1]))
            return Outcome.NonFinite;

        var clock = new DescentClock(model, loss, stepSize, floor);
        var stepper = new LinearlyImplicitExtrapolation(clock);
        var run = new AdaptiveRun(clock, stepper, accuracy, 0, early, FirstStep);
        var outcome = run.AdvanceTo(clock.Reading(0, state), cancellation);
        if (outcome == Outcome.ReachedHorizon)
        {
            run.Refined = new RefinedRun(clock, stepper, accuracy, state);
            outcome = new PairedRun(model, loss, run, logOrigin, snapshots).Read(targets, cancellation);
        }
        steps += run.Steps;
        return outcome;
    }

    /// <summary>θ, then q = η (t + t₀) L.</summary>
    private double[] StateAfter(Descent<CompensatedStep> iterate, double logOrigin) =>
        [
            .. iterate.Parameters,
            Math.Exp(
                Math.Log(stepSize)
                    + LogDomain.LogAdd(Math.Log(iterate.Iteration), logOrigin)
                    + LogLoss(iterate)
            ),
        ];

    /// <summary>log L(w).</summary>
    private double LogLoss(Descent<CompensatedStep> iterate)
    {
        var outputs = new double[model.SampleCount];
        model.Predict(iterate.Parameters, outputs);
        return loss.LogValue(outputs);
    }

    /// <summary>w with what rounding left out.</summary>
    private static DoubleDouble[] Exact(Descent<CompensatedStep> iterate)
    {
        var exact = new DoubleDouble[iterate.Parameters.Length];
        for (var j = 0; j < exact.Length; j++)
            exact[j] = DoubleDouble.Normalised(iterate.Parameters[j], iterate.Memory[j]);
        return exact;
    }
}
