namespace ImplicitBias.Numerics.Kernels;

/// <summary>Some rows of a dense matrix side by side, to be passed over like a matrix of their own.</summary>
internal sealed unsafe class GatheredRows : IBatchRows
{
    private readonly DenseRows all;
    private readonly double[] cells; // pinned, with a line of zeros first, which a pass over narrow rows reads
    private int count;

    /// <summary>Room for that many rows.</summary>
    internal GatheredRows(DenseRows all, int capacity)
    {
        this.all = all;
        cells = GC.AllocateArray<double>(checked(RowPass.Line + capacity * all.Width), pinned: true);
    }

    /// <inheritdoc/>
    public GradientPass Bind(ISlopedLoss loss) => loss.Bind(new Source(this));

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> indices)
    {
        count = indices.Length;
        var to = cells.AsSpan(RowPass.Line);
        foreach (var index in indices)
        {
            all.Cells.Slice(index * all.Width, all.Width).CopyTo(to);
            to = to[all.Width..];
        }
    }

    /// <summary>The rows as a pass takes them.</summary>
    private readonly struct Source(GatheredRows gathered) : IRows
    {
        public void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
            where TWork : struct, IRowWork
        {
            var pace = new Pace(Prefetch: false, Overlap: true, Pairs: false);
            fixed (double* rows = gathered.cells)
            fixed (double* w = parameters)
            fixed (double* s = sums)
                RowPass.Run(ref work, pace, rows + RowPass.Line, 0, gathered.count, gathered.all.Width, w, s);
        }
    }
}
