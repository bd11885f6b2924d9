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
    private readonly Batches batches;
    private readonly int sampleCount;
    private readonly int[] order; // of the epoch, or the one batch
    private long epoch = -1;

    /// <summary>The batches over n rows.</summary>
    /// <exception cref="ArgumentException">A batch has no row, or more rows than there are.</exception>
    public BatchOrder(Batches batches, int sampleCount)
    {
        if (batches.Size < 1 || batches.Size > sampleCount)
            throw new ArgumentException(
                $"A batch has between 1 and {sampleCount} rows, all there are; {batches.Size} were asked for."
            );
        this.batches = batches;
        this.sampleCount = sampleCount;
        order = new int[batches.Sampling == Sampling.WithReplacement ? batches.Size : sampleCount];
    }

    /// <summary>The rows of iteration k ≥ 0, in 0..n-1; valid until the next call.</summary>
    public ReadOnlySpan<int> Rows(long iteration)
    {
        if (batches.Sampling == Sampling.WithReplacement)
        {
            for (var i = 0; i < order.Length; i++)
                order[i] = Philox.Index((ulong)iteration, (ulong)i, batches.Seed, sampleCount);
            return order;
        }
        var stepsPerEpoch = (sampleCount - 1) / batches.Size + 1;
        Shuffle(iteration / stepsPerEpoch);
        var first = (int)(iteration % stepsPerEpoch) * batches.Size;
        return order.AsSpan(first, Math.Min(batches.Size, sampleCount - first));
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
            var j = Philox.Index((ulong)wanted, (ulong)i, batches.Seed, i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        epoch = wanted;
    }
}
