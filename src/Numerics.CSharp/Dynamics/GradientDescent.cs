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
        if (!(stepSize > 0) || !double.IsFinite(stepSize))
            throw new ArgumentOutOfRangeException(
                nameof(stepSize),
                stepSize,
                "A step size is positive and finite."
            );
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
        var parameters = start.ToArray();
        var halfway = start.ToArray(); // the state after half of the iterations
        var outcome = Iterate(parameters, halfway, targets, snapshots, out var iterations, cancellation);
        var steps = iterations;
        if (outcome == Outcome.ReachedHorizon && snapshots.Count < targets.Length)
            outcome = Follow(
                parameters,
                halfway,
                iterations,
                targets,
                snapshots,
                ref steps,
                cancellation,
                accuracy
            );
        return new Trajectory(snapshots.ToImmutable(), steps, outcome);
    }

    /// <summary>
    /// Exact iterations in place, taking the readings they pass, until the corrections are small or every reading is
    /// taken. The number of iterations is even, and halfway is left at the state after half of them.
    /// </summary>
    private Outcome Iterate(
        double[] parameters,
        double[] halfway,
        double[] targets,
        ImmutableArray<Snapshot>.Builder snapshots,
        out long iteration,
        CancellationToken cancellation
    )
    {
        var outputs = new double[model.SampleCount];
        var lossGradient = new LossGradient(model, loss);
        var gradient = new double[model.ParameterCount];
        var halfwayIteration = 0L;

        void Descend(double[] point)
        {
            lossGradient.Fill(point, 0, gradient);
            for (var j = 0; j < point.Length; j++)
                point[j] -= stepSize * gradient[j];
        }

        var logBound = Math.Log(SmallCorrection) - Math.Log(stepSize * model.SquaredRadius);
        var reading = NextIteration(targets, snapshots.Count);
        for (iteration = 0; iteration < MostIterations && snapshots.Count < targets.Length; )
        {
            if (iteration % Stride == 0)
            {
                if (cancellation.IsCancellationRequested)
                    return Outcome.Cancelled;
                model.Predict(parameters, outputs);
                var logLoss = loss.LogValue(outputs);
                if (!double.IsFinite(logLoss))
                    return Outcome.NonFinite;
                if (iteration >= FewestIterations && logLoss <= logBound)
                    break;
            }
            Descend(parameters);
            iteration++;
            for (; 2 * halfwayIteration < iteration; halfwayIteration++)
                Descend(halfway);
            while (iteration == reading)
            {
                foreach (var parameter in parameters)
                    if (!double.IsFinite(parameter))
                        return Outcome.NonFinite;
                snapshots.Add(PairedRun.Take(model, loss, targets[snapshots.Count], parameters, 0));
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
    /// The passage: from whole iterations to the flow through them. The coarse run of the error estimate passes halfway
    /// and is brought to the iteration where the refined run starts.
    /// </summary>
    private Outcome Follow(
        double[] parameters,
        double[] halfway,
        long iterations,
        double[] targets,
        ImmutableArray<Snapshot>.Builder snapshots,
        ref long steps,
        CancellationToken cancellation,
        Accuracy accuracy
    )
    {
        var floor = LossClock.NaturalFloor(model, loss, parameters);
        if (!double.IsFinite(floor) || !double.IsFinite(1 / floor))
            return Outcome.NonFinite;
        // t₀ = 1/(η L floor): far along the flow η t L underflows, η (t + t₀) L does not.
        var logOrigin = -Math.Log(stepSize) - LogLoss(parameters) - Math.Log(floor);
        var early = StateAfter(halfway, LogDomain.LogAdd(Math.Log(iterations / 2), logOrigin));
        var state = StateAfter(parameters, LogDomain.LogAdd(Math.Log(iterations), logOrigin));
        if (!double.IsFinite(early[^1]) || !double.IsFinite(state[^1]))
            return Outcome.NonFinite;

        var clock = new DescentClock(model, loss, stepSize, floor);
        var stepper = new LinearlyImplicitExtrapolation(clock);
        var run = new AdaptiveRun(clock, stepper, accuracy, 0, early, FirstStep);
        var outcome = run.AdvanceTo(clock.Reading(0, state), cancellation);
        if (outcome == Outcome.ReachedHorizon)
        {
            run.Refined = new RefinedRun(clock, stepper, state);
            outcome = new PairedRun(model, loss, run, logOrigin, snapshots).Read(targets, cancellation);
        }
        steps += run.Steps;
        return outcome;
    }

    /// <summary>θ, then q = η (t + t₀) L.</summary>
    private double[] StateAfter(double[] parameters, double logTime) =>
        [.. parameters, Math.Exp(Math.Log(stepSize) + logTime + LogLoss(parameters))];

    private double LogLoss(double[] parameters)
    {
        var outputs = new double[model.SampleCount];
        model.Predict(parameters, outputs);
        return loss.LogValue(outputs);
    }
}
