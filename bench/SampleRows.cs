namespace ImplicitBias.Bench;

/// <summary>Separable rows: uniform in (-1, 1) by SplitMix64, the first column shifted by 1.</summary>
internal static class SampleRows
{
    internal static double[,] Make(int n, int d)
    {
        var rows = new double[n, d];
        for (var i = 0; i < n; i++)
        for (var j = 0; j < d; j++)
            rows[i, j] = Uniform((ulong)((long)i * d + j)) + (j == 0 ? 1 : 0);
        return rows;
    }

    private static double Uniform(ulong index)
    {
        var z = (index + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return Math.ScaleB((z ^ (z >> 31)) >> 11, -52) - 1;
    }
}
