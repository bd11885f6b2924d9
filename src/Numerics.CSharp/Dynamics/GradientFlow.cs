using System.Collections.Immutable;
using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient flow dθ/dt = -∇L(θ) on a summed loss, read at prescribed log t however large: the run is made in the
/// hybrid <see cref="LossClock"/> and never forms t. Steps are linearly implicit, so that the cost grows like the
/// logarithm of log t once the flow has settled.
/// </summary>
/// <remarks>
/// The clock's floor is taken from the derivatives of log L at the start, which makes a run independent of the data's
/// units, and t₀ is the time in which the flow moves there, 1/(floor · L): the clock starts in the regime it stays in,
/// and readings long before anything moves are as good as any.
/// Given a potential ψ it is the mirror flow d∇ψ(θ)/dt = -∇L(θ) in the same clock. With <see cref="LogarithmicParameters"/> that is
/// the gradient flow of u = e^θ: for networks that start where u, or later some u, would vanish beside the others.
/// </remarks>
public sealed class GradientFlow(ICurvedModel model, ILoss loss, IPotential? potential = null) : IDynamics
{
    /// <summary>A hundredth of an e-fold of the loss; the controller takes it from there.</summary>
    private const double FirstStep = 0.01;

    /// <inheritdoc/>
    /// <remarks>A start where the gradient vanishes never moves and is returned as it is at every reading.</remarks>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var relative = new RelativeLoss(model, loss);
        relative.MoveTo(start);
        if (Rounding.Largest(relative.Gradient) == 0)
        {
            foreach (var logTime in logTimes)
                snapshots.Add(PairedRun.Take(model, loss, logTime, start, 0));
            return new Trajectory(snapshots.ToImmutable(), 0, Outcome.ReachedHorizon);
        }
        var (clock, floor) = Clock(start);
        if (!double.IsFinite(floor) || !double.IsFinite(1 / floor))
            return new Trajectory([], 0, Outcome.NonFinite);
        var logOrigin = -Math.Log(floor) - relative.LogValue;
        if (potential is null && model is LinearModel linear && CoMovingFlow.Handles(loss))
            return Follow(linear, start, logOrigin, logTimes, accuracy, cancellation);

        double[] state = [.. start, 1 / floor]; // q = t₀ L at t = 0
        var stepper = new LinearlyImplicitExtrapolation(clock);
        var run = new AdaptiveRun(clock, stepper, accuracy, 0, state, FirstStep)
        {
            Refined = new RefinedRun(clock, stepper, accuracy, state),
        };
        var outcome = new PairedRun(model, loss, run, logOrigin, snapshots).Read(logTimes, cancellation);
        return new Trajectory(snapshots.ToImmutable(), run.Steps, outcome);
    }

    private (IStiffFlow Clock, double Floor) Clock(ReadOnlySpan<double> start)
    {
        if (potential is null)
        {
            var floor = LossClock.NaturalFloor(model, loss, start);
            return (new LossClock(model, loss, floor), floor);
        }
        MirrorDescent.RequireInside(potential, start);
        var clock = new MirrorLossClock(model, loss, potential);
        return (clock, clock.SpeedAt(start));
    }

    /// <summary>The run of a linear model, in log(t + t₀) and the co-moving frame.</summary>
    private Trajectory Follow(
        LinearModel linear,
        ReadOnlySpan<double> start,
        double logOrigin,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation
    )
    {
        var rows = new RowSpace(linear);
        var exact = new DoubleDouble[start.Length];
        for (var j = 0; j < exact.Length; j++)
            exact[j] = start[j];
        var flow = new CoMovingFlow(rows, loss, exact, logOrigin, null);
        var run = new CoMovingRun(flow, accuracy, new double[rows.Rank]);
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var readings = new CoMovingReadings(linear, loss, flow, run, snapshots);
        var outcome = Outcome.ReachedHorizon;
        foreach (var logTime in logTimes)
        {
            // log(t + t₀) - log t₀ = log(1 + t/t₀)
            var ratio = DoubleDouble.Sum(logTime, -logOrigin);
            var elapsed =
                ratio.High > 0
                    ? ratio + LogDomain.Softplus(-ratio.High)
                    : LogDomain.Softplus(ratio.High) + ratio.Low / (1 + Math.Exp(-ratio.High));
            outcome = readings.Read(logTime, elapsed, cancellation);
            if (outcome != Outcome.ReachedHorizon)
                break;
        }
        return new Trajectory(snapshots.ToImmutable(), run.Steps, outcome);
    }
}
