namespace ImplicitBias.Numerics;

/// <summary>
/// The samples that a stochastic method draws, uniformly with replacement: a pure function of the seed and the iteration,
/// so that any step of a run can be replayed.
/// </summary>
/// <param name="Seed">Recorded with a run; equal seeds, equal orders.</param>
/// <param name="SampleCount">n.</param>
public readonly record struct SampleOrder(ulong Seed, int SampleCount)
{
    /// <summary>The sample of iteration k ≥ 0, in 0..n-1.</summary>
    public int this[long iteration]
    {
        get
        {
            // SplitMix64 (Steele, Lea and Flood 2014) at position k of its sequence.
            var z = Seed + 0x9E3779B97F4A7C15UL * ((ulong)iteration + 1);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return (int)Math.BigMul(z ^ (z >> 31), (ulong)SampleCount, out _);
        }
    }
}
