using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>
/// Readings of a <see cref="CoMovingRun"/>. The refined run is reported; twice the distance of the two at the same log t
/// plus the rounding of what is reported is its error estimate. A distance D of two runs with errors a ≥ ρ b leaves
/// b ≤ D/(ρ - 1), so that twice D covers b from ρ = 1.5 on, and is 2ρ times b. Late in a run
/// a single slow mode carries the error, and where its parts cancel the distance passes through zero: the larger of those at
/// the two ends of the last implicit step is taken.
/// </summary>
internal sealed class CoMovingPair(
    LinearModel model,
    ILoss loss,
    CoMovingRun run,
    CoMovingFlow refined,
    ImmutableArray<Snapshot>.Builder snapshots
)
{
    private readonly DoubleDouble[] state = new DoubleDouble[model.ParameterCount];
    private readonly DoubleDouble[] other = new DoubleDouble[model.ParameterCount];
    private readonly double[] parameters = new double[model.ParameterCount];

    /// <summary>Takes the next reading; each run measures log T from its own start.</summary>
    internal Outcome Read(
        double logTime,
        DoubleDouble elapsedCoarse,
        DoubleDouble elapsedRefined,
        CancellationToken cancellation
    )
    {
        var outcome = run.AdvanceTo(elapsedCoarse, cancellation);
        if (outcome != Outcome.ReachedHorizon)
            return outcome;
        refined.ReadAt(elapsedRefined, state);
        run.Coarse.ReadAt(elapsedCoarse, other);
        var distance = run.EarlierDistance;
        for (var j = 0; j < parameters.Length; j++)
        {
            parameters[j] = (double)state[j];
            distance = Math.Max(distance, Math.Abs((double)(state[j] - other[j])));
        }
        if (!double.IsFinite(distance))
            return Outcome.NonFinite;
        snapshots.Add(PairedRun.Take(model, loss, logTime, parameters, 2 * distance));
        return Outcome.ReachedHorizon;
    }
}
