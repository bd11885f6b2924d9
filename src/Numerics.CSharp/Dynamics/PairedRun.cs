using System.Collections.Immutable;
using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// The estimate of the global error, one way for every dynamics: an adaptive run with a <see cref="RefinedRun"/>
/// beside it. The refined state is reported; its error estimate is the distance of the two at the same log t, plus what rounding did
/// to its steps.
/// </summary>
internal sealed class PairedRun
{
    private readonly IModel model;
    private readonly ILoss loss;
    private readonly AdaptiveRun coarse;
    private readonly double logOrigin;
    private readonly ImmutableArray<Snapshot>.Builder snapshots;

    /// <summary>
    /// A pair about to start, whose readings are log(t + t₀), log t₀ = logOrigin; snapshots are added to those taken
    /// so far.
    /// </summary>
    internal PairedRun(
        IModel model,
        ILoss loss,
        AdaptiveRun coarse,
        double logOrigin,
        ImmutableArray<Snapshot>.Builder snapshots
    )
    {
        this.model = model;
        this.loss = loss;
        this.coarse = coarse;
        this.logOrigin = logOrigin;
        this.snapshots = snapshots;
    }

    /// <summary>Takes the readings not yet taken.</summary>
    internal Outcome Read(ReadOnlySpan<double> targets, CancellationToken cancellation)
    {
        var refined =
            coarse.Refined ?? throw new InvalidOperationException("A paired run has a refined run.");
        while (snapshots.Count < targets.Length)
        {
            var logTime = targets[snapshots.Count];
            var target = LogDomain.LogAdd(logTime, logOrigin);
            var outcome = coarse.AdvanceTo(target, cancellation);
            if (outcome != Outcome.ReachedHorizon)
                return outcome;
            var parameters = refined.At(coarse.Clock, target).AsSpan(0, model.ParameterCount);
            var distance = 0.0;
            for (var j = 0; j < parameters.Length; j++)
                distance = Math.Max(distance, Math.Abs(parameters[j] - coarse.State[j]));
            if (!double.IsFinite(distance))
                return Outcome.NonFinite;
            var rounding = 0.0;
            for (var j = 0; j < parameters.Length; j++)
                rounding = Math.Max(rounding, refined.Rounding(j));
            snapshots.Add(Take(model, loss, logTime, parameters, distance + rounding));
        }
        return Outcome.ReachedHorizon;
    }

    /// <summary>The snapshot of one state, with rounding added to the error of the run.</summary>
    internal static Snapshot Take(
        IModel model,
        ILoss loss,
        double logTime,
        ReadOnlySpan<double> parameters,
        double error
    )
    {
        var outputs = new double[model.SampleCount];
        model.Predict(parameters, outputs);
        return new Snapshot(
            logTime,
            loss.LogValue(outputs),
            [.. parameters],
            [.. outputs],
            error + Rounding.OfParameters(parameters)
        );
    }

    /// <summary>Refuses a start of another length, or one that is not finite.</summary>
    internal static void RequireStart(IModel model, ReadOnlySpan<double> start)
    {
        if (start.Length != model.ParameterCount)
            throw new ArgumentException(
                $"The start has {start.Length} numbers; the model has {model.ParameterCount} parameters."
            );
        foreach (var value in start)
            if (!double.IsFinite(value))
                throw new ArgumentException(
                    $"The start contains {value}; every parameter is a finite number."
                );
    }

    /// <summary>The checks every Run makes before it starts.</summary>
    internal static void Validate(
        IModel model,
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy
    )
    {
        RequireStart(model, start);
        if (!(accuracy.Relative >= 0) || !(accuracy.Absolute >= 0))
            throw new ArgumentException($"Allowed errors are not negative; these are {accuracy}.");
        if (logTimes.Length == 0)
            throw new ArgumentException("A run needs at least one reading log t.");
        for (var k = 0; k < logTimes.Length; k++)
            if (!double.IsFinite(logTimes[k]) || (k > 0 && logTimes[k] <= logTimes[k - 1]))
                throw new ArgumentException("The readings log t are finite and strictly increasing.");
    }
}
