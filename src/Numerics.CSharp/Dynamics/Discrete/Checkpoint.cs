using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ImplicitBias.Numerics;

/// <summary>A reading that a run has taken: its log t, θ there, and how far a disturbed run has come from it.</summary>
/// <param name="LogTime">log t.</param>
/// <param name="Parameters">θ, length p.</param>
/// <param name="Distance">‖θ - θ'‖∞, the largest so far; 0 without a disturbed run.</param>
public sealed record CheckpointReading(double LogTime, ImmutableArray<double> Parameters, double Distance);

/// <summary>The state of a discrete run between two iterations, from which it goes on to the same bits.</summary>
/// <param name="Run">Which run it is of: method, batches, loss, and a fingerprint of model, data and start, in words.</param>
/// <param name="Iteration">Iterations made.</param>
/// <param name="Parameters">θ, length p.</param>
/// <param name="Memory">What the method remembers, then θ and memory of the disturbed run, if there is one.</param>
/// <param name="Readings">Readings taken so far, in order of log t.</param>
public sealed record Checkpoint(
    string Run,
    long Iteration,
    ImmutableArray<double> Parameters,
    ImmutableArray<double> Memory,
    ImmutableArray<CheckpointReading> Readings
)
{
    private const string Title = "implicit-bias checkpoint 2\n";

    /// <summary>
    /// Writes the checkpoint to a file, which holds the old one or the new one at every moment, even if the process is
    /// killed in between.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Encoding.UTF8.GetBytes(Title));
        writer.Write(Run);
        writer.Write(Iteration);
        Write(writer, Parameters);
        Write(writer, Memory);
        writer.Write(Readings.Length);
        foreach (var reading in Readings)
        {
            writer.Write(reading.LogTime);
            Write(writer, reading.Parameters);
            writer.Write(reading.Distance);
        }
        writer.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));

        var partial = path + ".part";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            memory.WriteTo(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>The checkpoint in a file.</summary>
    /// <exception cref="DataException">
    /// The file cannot be read, is no checkpoint of this version, or has been changed since it was written, as its SHA-256 tells.
    /// </exception>
    public static Checkpoint Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, 0, "", "a file that cannot be read", "a checkpoint", cause);
        }
        var title = Encoding.UTF8.GetBytes(Title);
        if (!bytes.AsSpan().StartsWith(title))
            throw new DataException(path, 0, "", "another kind of file", "a checkpoint of this version");
        var end = bytes.Length - SHA256.HashSizeInBytes;
        if (
            end < title.Length
            || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end))
        )
            throw new DataException(path, 0, "", "a damaged checkpoint", "one as it was written");
        using var reader = new BinaryReader(
            new MemoryStream(bytes, title.Length, end - title.Length),
            Encoding.UTF8
        );
        return new(
            reader.ReadString(),
            reader.ReadInt64(),
            Numbers(reader),
            Numbers(reader),
            [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => Reading(reader))]
        );
    }

    private static CheckpointReading Reading(BinaryReader reader) =>
        new(reader.ReadDouble(), Numbers(reader), reader.ReadDouble());

    private static ImmutableArray<double> Numbers(BinaryReader reader)
    {
        var numbers = new double[reader.ReadInt32()];
        for (var j = 0; j < numbers.Length; j++)
            numbers[j] = reader.ReadDouble();
        return [.. numbers];
    }

    private static void Write(BinaryWriter writer, ImmutableArray<double> numbers)
    {
        writer.Write(numbers.Length);
        foreach (var number in numbers)
            writer.Write(number);
    }
}
