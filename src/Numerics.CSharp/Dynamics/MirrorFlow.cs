using System.Collections.Immutable;
using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror flow d∇ψ(θ)/dt = -∇L(θ), in plain time: with the square loss it converges exponentially, so t itself stays
/// small. With the Euclidean potential it is gradient flow dθ/dt = -∇L(θ).
/// </summary>
/// <remarks>
/// The error estimate is the distance of a run on a grid twice as fine from the coarser one, plus what rounding did to the steps of
/// the finer one.
/// Run in θ where the Hessian of ψ is regular, and in the dual z = ∇ψ(θ) where it degenerates (the p-norms). Steps are
/// linearly implicit with the Gauss–Newton matrix, so that the cost does not grow with t once residuals are small.
/// (Nemirovski and Yudin 1983; as a flow: Alvarez, Bolte and Brahic 2004.)
/// </remarks>
public sealed class MirrorFlow(IModel model, ILoss loss, IPotential potential) : IDynamics
{
    /// <summary>ψ.</summary>
    public IPotential Potential => potential;

    /// <summary>The first step, as a fraction of the first reading.</summary>
    private const double FirstStep = 1e-3;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The start is not in the interior of the potential's domain.</exception>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        MirrorDescent.RequireInside(potential, start);
        var origin = Math.Exp(logTimes[0]); // so that log(t + t₀) resolves t at every reading
        var clock = new MirrorClock(model, loss, potential, start, origin);
        var state = clock.StateOf(start);
        var refined = new RefinedRun(clock, new LinearlyImplicitExtrapolation(clock), accuracy, state);
        var run = new AdaptiveRun(
            clock,
            new LinearlyImplicitExtrapolation(clock),
            accuracy,
            0,
            state,
            FirstStep * origin
        )
        {
            Refined = refined,
        };
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var distance = 0.0; // the largest so far: an error across the data never shrinks
        foreach (var logTime in logTimes)
        {
            var target = LogDomain.LogAdd(logTime, logTimes[0]);
            var outcome = run.AdvanceTo(target, cancellation);
            if (outcome != Outcome.ReachedHorizon)
                return new Trajectory(snapshots.ToImmutable(), run.Steps, outcome);
            var parameters = clock.PointOf(refined.At(run.Clock, target));
            var coarse = clock.PointOf(run.State);
            for (var j = 0; j < parameters.Length; j++)
                distance = Math.Max(distance, Math.Abs(parameters[j] - coarse[j]));
            if (!double.IsFinite(distance))
                return new Trajectory(snapshots.ToImmutable(), run.Steps, Outcome.NonFinite);
            var rounding = Rounding.Largest(clock.DisplacementOf(refined));
            snapshots.Add(PairedRun.Take(model, loss, logTime, parameters, distance + rounding));
        }
        return new Trajectory(snapshots.ToImmutable(), run.Steps, Outcome.ReachedHorizon);
    }
}
