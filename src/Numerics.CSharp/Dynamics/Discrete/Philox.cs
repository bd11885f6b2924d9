namespace ImplicitBias.Numerics;

/// <summary>
/// Philox4x32-10 (J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011): random
/// bits as a function of a counter and a key, so that any draw of a run can be made again without those before it.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;

    /// <summary>The 128 bits at a counter of 128 bits, both as two halves, the low one first.</summary>
    /// <param name="low">Low half of the counter.</param>
    /// <param name="high">High half of the counter.</param>
    /// <param name="key">The key: a seed.</param>
    public static (ulong Low, ulong High) Block(ulong low, ulong high, ulong key)
    {
        var (c0, c1, c2, c3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return (c0 | ((ulong)c1 << 32), c2 | ((ulong)c3 << 32));
    }

    /// <summary>
    /// An index of 0..count-1 at a counter, count ≥ 1: the high half of count times the low 64 bits there, uniform but for a bias
    /// below count·2⁻⁶⁴.
    /// </summary>
    public static int Index(ulong low, ulong high, ulong key, int count) =>
        (int)Math.BigMul(Block(low, high, key).Low, (ulong)count, out _);
}
