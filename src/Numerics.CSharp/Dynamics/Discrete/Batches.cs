namespace ImplicitBias.Numerics;

/// <summary>How a stochastic method chooses the rows of a step.</summary>
public enum Sampling
{
    /// <summary>Independent uniform rows, repetitions allowed.</summary>
    WithReplacement,

    /// <summary>Every row once per epoch, in an order drawn anew for each; the last batch has what rows are left.</summary>
    WithoutReplacement,
}

/// <summary>
/// Which rows each iteration of a stochastic method reads: a function of the seed and the iteration, so that any step can
/// be replayed.
/// </summary>
/// <param name="Sampling">How rows are chosen.</param>
/// <param name="Size">Rows of a batch, at least 1 and at most n.</param>
/// <param name="Seed">Recorded with a run; equal seeds, equal batches.</param>
public sealed record Batches(Sampling Sampling, int Size, ulong Seed);

/// <summary>The batches over n rows. One thread at a time: the order of the current epoch is kept.</summary>
public sealed class BatchOrder
{
    private readonly int sampleCount;
    private readonly int[] order; // of the epoch, or the one batch
    private long epoch = -1;

    /// <summary>The batches over n rows.</summary>
    /// <param name="batches">What they are.</param>
    /// <param name="sampleCount">n.</param>
    /// <exception cref="ArgumentException">A batch has no row, or more rows than there are.</exception>
    public BatchOrder(Batches batches, int sampleCount)
    {
        if (batches.Size < 1 || batches.Size > sampleCount)
            throw new ArgumentException(
                $"A batch has between 1 and {sampleCount} rows, all there are; {batches.Size} were asked for."
            );
        Batches = batches;
        this.sampleCount = sampleCount;
        order = new int[batches.Sampling == Sampling.WithReplacement ? batches.Size : sampleCount];
    }

    /// <summary>What they are.</summary>
    public Batches Batches { get; }

    /// <summary>
    /// The rows of iteration k ≥ 0, in 0..n-1: Size of them, or fewer at the end of an epoch. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<int> Rows(long iteration)
    {
        if (Batches.Sampling == Sampling.WithReplacement)
        {
            for (var i = 0; i < order.Length; i++)
                order[i] = Philox.Index((ulong)iteration, (ulong)i, Batches.Seed, sampleCount);
            return order;
        }
        var stepsPerEpoch = (sampleCount - 1) / Batches.Size + 1;
        Shuffle(iteration / stepsPerEpoch);
        var first = (int)(iteration % stepsPerEpoch) * Batches.Size;
        return order.AsSpan(first, Math.Min(Batches.Size, sampleCount - first));
    }

    /// <summary>The order of an epoch by R. Fisher and F. Yates, from the identity.</summary>
    private void Shuffle(long wanted)
    {
        if (wanted == epoch)
            return;
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = Philox.Index((ulong)wanted, (ulong)i, Batches.Seed, i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        epoch = wanted;
    }
}
