using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>
/// The estimate of the global error in the co-moving frame: two runs of the same flow, one at the accuracy asked and
/// one at <see cref="Looser"/> times the error. The first is reported; the distance of the two at the same log t, which is the
/// error of the second up to a small part, is its error estimate.
/// </summary>
internal sealed class CoMovingPair(
    LinearModel model,
    ILoss loss,
    CoMovingRun run,
    CoMovingRun looser,
    ImmutableArray<Snapshot>.Builder snapshots
)
{
    /// <summary>Accuracy of the second run over that of the first: the estimate is about this many times the error.</summary>
    internal const double Looser = 16;

    private readonly DoubleDouble[] state = new DoubleDouble[model.ParameterCount];
    private readonly DoubleDouble[] other = new DoubleDouble[model.ParameterCount];
    private readonly double[] parameters = new double[model.ParameterCount];

    /// <summary>Takes the next reading; each run measures log T from its own start.</summary>
    internal Outcome Read(
        double logTime,
        DoubleDouble elapsed,
        DoubleDouble elapsedLooser,
        CancellationToken cancellation
    )
    {
        var outcome = looser.AdvanceTo(elapsedLooser, cancellation);
        if (outcome == Outcome.ReachedHorizon)
            outcome = run.AdvanceTo(elapsed, cancellation);
        if (outcome != Outcome.ReachedHorizon)
            return outcome;
        run.ReadAt(elapsed, state);
        looser.ReadAt(elapsedLooser, other);
        var distance = 0.0;
        for (var j = 0; j < parameters.Length; j++)
        {
            parameters[j] = (double)state[j];
            distance = Math.Max(distance, Math.Abs((double)(state[j] - other[j])));
        }
        if (!double.IsFinite(distance))
            return Outcome.NonFinite;
        snapshots.Add(PairedRun.Take(model, loss, logTime, parameters, distance));
        return Outcome.ReachedHorizon;
    }
}
