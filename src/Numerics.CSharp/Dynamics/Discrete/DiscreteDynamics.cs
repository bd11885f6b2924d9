using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>How far a discrete run has come.</summary>
/// <param name="Iteration">Iterations made.</param>
/// <param name="Last">The iteration of the last reading that was asked for.</param>
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
/// <exception cref="ArgumentException">A batch has no row, or more rows than there are.</exception>
public sealed class DiscreteDynamics<TMethod>(
    IModel model,
    ILoss loss,
    TMethod method,
    Batches? batches = null
) : IDynamics
    where TMethod : struct, IDescentMethod<TMethod>
{
    // Refuses batches that do not fit now rather than when the run starts.
    private readonly Batches? batches = batches is null
        ? null
        : new BatchOrder(batches, model.SampleCount).Batches;

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

    /// <summary>
    /// The same method with other rounding, run beside it: how far the two come apart is then the error estimate. Null where the
    /// roundings of one iteration after the other are taken to add up like a random walk.
    /// </summary>
    internal TMethod? Disturbed { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// A reading between two iterations is taken at the nearest one, from the first on, and its LogTime says which. The
    /// iterates are what they are: the error estimate is that of rounding, k^½ units in the last place of ‖θ‖∞ after k iterations, and
    /// the accuracy asked for plays no part.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Lengths do not match, logTimes is empty or not increasing, or batches are asked of a relative method.
    /// </exception>
    /// <exception cref="DataException">The checkpoint file is damaged, or of another run or other readings.</exception>
    /// <exception cref="IOException">The checkpoint file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The checkpoint file may not be written.</exception>
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
        var beside = Disturbed is { } disturbed
            ? new Descent<TMethod>(model, loss, disturbed, start, batches)
            : null;
        var readings = ImmutableArray.CreateBuilder<CheckpointReading>();
        if (CheckpointFile is { } file && File.Exists(file))
            Resume(descent, beside, file, iterations, readings);

        var saved = Environment.TickCount64;
        var told = saved;
        void Pause()
        {
            beside?.Advance(descent.Iteration);
            var now = Environment.TickCount64;
            if (Progress is not null && now - told >= 100)
            {
                Progress.Report(new(descent.Iteration, iterations[^1]));
                told = now;
            }
            if (CheckpointFile is not null && now - saved >= CheckpointInterval.TotalMilliseconds)
            {
                Save(descent, beside, readings);
                saved = now;
            }
        }

        var first = descent.Iteration;
        var outcome = Outcome.ReachedHorizon;
        while (outcome == Outcome.ReachedHorizon && readings.Count < iterations.Length)
        {
            var next = iterations[readings.Count];
            outcome = next > MostIterations ? Outcome.StepLimit : descent.Advance(next, Pause, cancellation);
            if (outcome != Outcome.ReachedHorizon)
                break;
            var distance = Distance(descent, beside, readings);
            if (!double.IsFinite(distance))
                outcome = Outcome.NonFinite;
            else
                readings.Add(new(Math.Log(next), [.. descent.Parameters], distance));
        }
        if (CheckpointFile is not null && outcome != Outcome.NonFinite && descent.Iteration > first)
            Save(descent, beside, readings);
        return new Trajectory([.. readings.Select(Taken)], descent.Iteration, outcome);
    }

    /// <summary>How far the disturbed run is from this one, or was before: an error across the data never shrinks.</summary>
    private static double Distance(
        Descent<TMethod> descent,
        Descent<TMethod>? beside,
        ImmutableArray<CheckpointReading>.Builder readings
    )
    {
        var distance = readings.Count == 0 ? 0 : readings[^1].Distance;
        for (var j = 0; beside is not null && j < descent.Parameters.Length; j++)
            distance = Math.Max(distance, Math.Abs(beside.Parameters[j] - descent.Parameters[j]));
        return distance;
    }

    /// <summary>
    /// Without a disturbed run: every iteration rounds θ once, and independent roundings add up like the steps of a random walk.
    /// </summary>
    private Snapshot Taken(CheckpointReading reading)
    {
        var parameters = reading.Parameters.AsSpan();
        var error = Disturbed is not null
            ? reading.Distance
            : Rounding.Unit * Math.Exp(reading.LogTime / 2) * Rounding.Largest(parameters);
        return PairedRun.Take(model, loss, reading.LogTime, parameters, error);
    }

    private void Save(
        Descent<TMethod> descent,
        Descent<TMethod>? beside,
        ImmutableArray<CheckpointReading>.Builder readings
    )
    {
        var checkpoint = descent.Save() with { Readings = readings.ToImmutable() };
        if (beside is not null)
            checkpoint = checkpoint with
            {
                Memory = [.. checkpoint.Memory, .. beside.Parameters, .. beside.Memory],
            };
        checkpoint.Write(CheckpointFile!);
    }

    private static void Resume(
        Descent<TMethod> descent,
        Descent<TMethod>? beside,
        string file,
        long[] iterations,
        ImmutableArray<CheckpointReading>.Builder readings
    )
    {
        var checkpoint = Checkpoint.Read(file);
        try
        {
            var (length, size) = (descent.Memory.Length, descent.Parameters.Length);
            descent.Restore(
                checkpoint with
                {
                    Memory = checkpoint.Memory[..Math.Min(length, checkpoint.Memory.Length)],
                }
            );
            beside?.Restore(
                checkpoint with
                {
                    Parameters = checkpoint.Memory[length..(length + size)],
                    Memory = checkpoint.Memory[(length + size)..],
                }
            );
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
