using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>How far a discrete run has come.</summary>
/// <param name="Iteration">Iterations made.</param>
/// <param name="Last">The iteration of the last reading.</param>
public readonly record struct DescentProgress(long Iteration, long Last);

/// <summary>
/// The iterates of a <see cref="Descent{TMethod}"/>, read at prescribed log t; t counts iterations, every one of which is
/// made. Long runs report progress, can be cancelled, and go on from a checkpoint to the same bits.
/// </summary>
/// <param name="model">f(θ; xᵢ).</param>
/// <param name="loss">Summed, not averaged.</param>
/// <param name="method">As in <c>new HeavyBall(0.1, 0.9)</c>.</param>
/// <param name="batches">The rows of each step; null for all of them.</param>
/// <typeparam name="TMethod">What an iteration does with a gradient.</typeparam>
public sealed class DiscreteDynamics<TMethod>(
    IModel model,
    ILoss loss,
    TMethod method,
    Batches? batches = null
) : IDynamics
    where TMethod : struct, IDescentMethod<TMethod>
{
    /// <summary>Iterations that a double counts exactly.</summary>
    private const double MostCounted = 1L << 53;

    /// <summary>Told how far the run is, about ten times a second; null for nobody.</summary>
    public IProgress<DescentProgress>? Progress { get; init; }

    /// <summary>
    /// A file to which the run saves itself, and from which it goes on if the file exists; null for none. It is left behind
    /// at the end, so that a finished run is not made again.
    /// </summary>
    public string? CheckpointFile { get; init; }

    /// <summary>The time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The run ends with <see cref="Outcome.StepLimit"/> at a reading beyond this iteration.</summary>
    public long MostIterations { get; init; } = 1L << 40;

    /// <inheritdoc/>
    /// <remarks>
    /// A reading between two iterations is taken at the nearest one, from the first on, and its LogTime says which. The
    /// iterates are what they are: the error estimate is that of rounding, and the accuracy asked for plays no part.
    /// </remarks>
    /// <exception cref="DataException">The checkpoint file is damaged, or of another run or other readings.</exception>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        var iterations = new long[logTimes.Length];
        for (var k = 0; k < iterations.Length; k++)
            iterations[k] = (long)Math.Round(Math.Clamp(Math.Exp(logTimes[k]), 1, MostCounted));
        var descent = new Descent<TMethod>(model, loss, method, start, batches);
        var readings = ImmutableArray.CreateBuilder<CheckpointReading>();
        if (CheckpointFile is { } file && File.Exists(file))
            Resume(descent, file, iterations, readings);

        var saved = Environment.TickCount64;
        var told = saved;
        void Pause()
        {
            var now = Environment.TickCount64;
            if (Progress is not null && now - told >= 100)
            {
                Progress.Report(new(descent.Iteration, iterations[^1]));
                told = now;
            }
            if (CheckpointFile is not null && now - saved >= CheckpointInterval.TotalMilliseconds)
            {
                Save(descent, readings);
                saved = now;
            }
        }

        var first = descent.Iteration;
        var outcome = Outcome.ReachedHorizon;
        while (outcome == Outcome.ReachedHorizon && readings.Count < iterations.Length)
        {
            var next = iterations[readings.Count];
            outcome = next > MostIterations ? Outcome.StepLimit : descent.Advance(next, Pause, cancellation);
            if (outcome == Outcome.ReachedHorizon)
                readings.Add(new(Math.Log(next), [.. descent.Parameters]));
        }
        if (CheckpointFile is not null && outcome != Outcome.NonFinite && descent.Iteration > first)
            Save(descent, readings);
        return new Trajectory([.. readings.Select(Taken)], descent.Iteration, outcome);
    }

    /// <summary>Every iteration rounds θ once; independent roundings add up like the steps of a random walk.</summary>
    private Snapshot Taken(CheckpointReading reading)
    {
        var parameters = reading.Parameters.AsSpan();
        var rounding = Rounding.Unit * Math.Exp(reading.LogTime / 2) * Rounding.Largest(parameters);
        return PairedRun.Take(model, loss, reading.LogTime, parameters, rounding);
    }

    private void Save(Descent<TMethod> descent, ImmutableArray<CheckpointReading>.Builder readings) =>
        (descent.Save() with { Readings = readings.ToImmutable() }).Write(CheckpointFile!);

    private static void Resume(
        Descent<TMethod> descent,
        string file,
        long[] iterations,
        ImmutableArray<CheckpointReading>.Builder readings
    )
    {
        var checkpoint = Checkpoint.Read(file);
        try
        {
            descent.Restore(checkpoint);
        }
        catch (ArgumentException cause)
        {
            throw new DataException(file, 0, "", "a checkpoint of another run", cause.Message, cause);
        }
        var taken = checkpoint.Readings.Length;
        var agree = taken <= iterations.Length;
        for (var k = 0; agree && k < taken; k++)
            agree = checkpoint.Readings[k].LogTime == Math.Log(iterations[k]);
        if (!agree || (taken < iterations.Length && iterations[taken] < checkpoint.Iteration))
            throw new DataException(
                file,
                0,
                "",
                $"a checkpoint at iteration {checkpoint.Iteration} with {taken} readings",
                "the readings of this run, which are others"
            );
        readings.AddRange(checkpoint.Readings);
    }
}
