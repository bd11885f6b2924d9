using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>Takes the readings of a <see cref="CoMovingRun"/>, whose log T is measured from its start.</summary>
internal sealed class CoMovingReadings(
    LinearModel model,
    ILoss loss,
    CoMovingFlow flow,
    CoMovingRun run,
    ImmutableArray<Snapshot>.Builder snapshots
)
{
    private readonly DoubleDouble[] state = new DoubleDouble[model.ParameterCount];
    private readonly double[] parameters = new double[model.ParameterCount];

    /// <summary>Takes the next reading.</summary>
    internal Outcome Read(double logTime, DoubleDouble elapsed, CancellationToken cancellation)
    {
        var outcome = run.AdvanceTo(elapsed, cancellation);
        if (outcome != Outcome.ReachedHorizon)
            return outcome;
        flow.ReadAt(elapsed, state);
        for (var j = 0; j < parameters.Length; j++)
            parameters[j] = (double)state[j];
        var error = run.ErrorEstimate;
        if (!double.IsFinite(error))
            return Outcome.NonFinite;
        snapshots.Add(PairedRun.Take(model, loss, logTime, parameters, error));
        return Outcome.ReachedHorizon;
    }
}
