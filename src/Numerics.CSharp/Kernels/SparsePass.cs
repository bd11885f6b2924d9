using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// The one loop over sparse rows: for eight at a time their margins, their weights, and the weighted rows into the sums.
/// Over all rows in order, or over those of a batch.
/// </summary>
internal sealed class SparsePass(SparseRows rows, int capacity) : IBatchRows
{
    private readonly int[] batch = new int[capacity];
    private int? batchLength;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> indices)
    {
        indices.CopyTo(batch);
        batchLength = indices.Length;
    }

    /// <inheritdoc/>
    public GradientPass Bind(ISlopedLoss loss) => loss.Bind(new Source(this));

    /// <summary>sums ← Σᵢ weightᵢ zᵢ.</summary>
    internal void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
        where TWork : struct, IRowWork
    {
        const int block = RowPass.Block;
        var count = batchLength ?? rows.Count;
        if (TWork.AddsRows)
            sums.Clear();
        Span<double> eight = stackalloc double[block];
        for (var i = 0; i < count; i += block)
        {
            var present = Math.Min(count - i, block);
            var margins = Vector512<double>.Zero;
            if (TWork.TakesMargins)
            {
                for (var k = 0; k < present; k++)
                    eight[k] = rows.Dot(Row(i + k), parameters);
                margins = Vector512.Create<double>(eight);
            }
            work.Weigh(i, present, margins).CopyTo(eight);
            if (TWork.AddsRows)
                for (var k = 0; k < present; k++)
                    rows.AddMultiple(eight[k], Row(i + k), sums);
        }
    }

    private int Row(int i) => batchLength is null ? i : batch[i];

    /// <summary>The rows as a gradient takes them.</summary>
    internal readonly struct Source(SparsePass pass) : IRows
    {
        public void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
            where TWork : struct, IRowWork => pass.Run(work, parameters, sums);
    }
}
