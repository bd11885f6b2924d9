namespace ImplicitBias.Numerics;

/// <summary>
/// The samples that a stochastic method draws, uniformly with replacement: a pure function of the seed and the iteration,
/// so that any step of a run can be replayed. The same as <see cref="Batches"/> of one row.
/// </summary>
/// <param name="Seed">Recorded with a run; equal seeds, equal orders.</param>
/// <param name="SampleCount">n.</param>
public readonly record struct SampleOrder(ulong Seed, int SampleCount)
{
    /// <summary>The sample of iteration k ≥ 0, in 0..n-1.</summary>
    public int this[long iteration] => Philox.Index((ulong)iteration, 0, Seed, SampleCount);
}
