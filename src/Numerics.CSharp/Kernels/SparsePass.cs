using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// The one loop over sparse rows: for eight at a time their margins, their weights, and the weighted rows into the sums.
/// Over all rows, in chunks where they outgrow the cache, or over those of a batch.
/// </summary>
/// <remarks>Chunks are made of the data alone and their sums are added in order, so the bits do not depend on the threads.</remarks>
internal sealed unsafe class SparsePass : IBatchRows
{
    /// <summary>Above this many entries, 12 MiB, data are taken to outgrow the cache.</summary>
    private const int MostCached = 1 << 20;

    /// <summary>A chunk has about this many entries, 1.5 MiB, and four for each of its sums.</summary>
    private const int ChunkSize = 1 << 17;

    private readonly SparseRows rows;
    private readonly int[] batch;
    private readonly int[] chunkStarts = []; // the first row of each chunk, and the number of rows
    private readonly ChunkedPass? pass; // null for one chunk
    private readonly double[] partialSums = [];
    private int? batchLength;

    /// <summary>Over all rows, or batches of at most that many.</summary>
    internal SparsePass(SparseRows rows, int capacity)
    {
        this.rows = rows;
        batch = new int[capacity];
        if (capacity > 0 || rows.EntryCount <= MostCached)
            return;
        var size = Math.Max(ChunkSize, 4L * rows.Width);
        var starts = new List<int> { 0 };
        var entries = 0L;
        for (var i = 0; i < rows.Count; i++)
        {
            if (entries >= size && i % RowPass.Block == 0)
            {
                starts.Add(i);
                entries = 0;
            }
            entries += rows.Columns(i).Length;
        }
        if (starts.Count == 1)
            return;
        pass = new ChunkedPass(starts.Count);
        partialSums = new double[checked(starts.Count * rows.Width)];
        chunkStarts = [.. starts, rows.Count];
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> indices)
    {
        indices.CopyTo(batch);
        batchLength = indices.Length;
    }

    /// <inheritdoc/>
    public GradientPass Bind(ISlopedLoss loss) => Bind(loss, 1);

    /// <summary>The pass for this loss on at most that many threads.</summary>
    internal GradientPass Bind(ISlopedLoss loss, int threads) => loss.Bind(new Source(this, threads));

    /// <summary>sums ← Σᵢ weightᵢ zᵢ.</summary>
    internal void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums, int threads)
        where TWork : struct, IRowWork
    {
        if (TWork.AddsRows)
            sums.Clear();
        if (pass is null)
        {
            RunRows(ref work, 0, batchLength ?? rows.Count, parameters, sums);
            return;
        }
        lock (partialSums)
            fixed (double* w = parameters)
            {
                if (TWork.AddsRows)
                    Array.Clear(partialSums);
                var shared = new SharedWork<TWork> { Work = work, Parameters = w };
#pragma warning disable CS8500 // shared stays on this frame until every chunk is done
                pass.Run(threads, &RunShared<TWork>, this, &shared);
#pragma warning restore CS8500
                if (!TWork.AddsRows)
                    return;
                for (var chunk = 0; chunk < pass.Chunks; chunk++)
                {
                    var partial = Partial(chunk);
                    for (var j = 0; j < sums.Length; j++)
                        sums[j] += partial[j];
                }
            }
    }

    private Span<double> Partial(int chunk) => partialSums.AsSpan(chunk * rows.Width, rows.Width);

    private int Row(int i) => batchLength is null ? i : batch[i];

    private struct SharedWork<TWork>
    {
        internal TWork Work;
        internal double* Parameters;
    }

    private static void RunShared<TWork>(object pass, void* shared, int chunk)
        where TWork : struct, IRowWork
    {
        var self = (SparsePass)pass;
        ref var all = ref Unsafe.AsRef<SharedWork<TWork>>(shared);
        var parameters = new ReadOnlySpan<double>(
            all.Parameters,
            all.Parameters == null ? 0 : self.rows.Width
        );
        self.RunRows(
            ref all.Work,
            self.chunkStarts[chunk],
            self.chunkStarts[chunk + 1],
            parameters,
            TWork.AddsRows ? self.Partial(chunk) : []
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRows<TWork>(
        ref TWork work,
        int first,
        int end,
        ReadOnlySpan<double> parameters,
        Span<double> sums
    )
        where TWork : struct, IRowWork
    {
        const int block = RowPass.Block;
        Span<double> eight = stackalloc double[block];
        for (var i = first; i < end; i += block)
        {
            var present = Math.Min(end - i, block);
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

    /// <summary>The rows as a gradient takes them.</summary>
    internal readonly struct Source(SparsePass pass, int threads) : IRows
    {
        public void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
            where TWork : struct, IRowWork => pass.Run(work, parameters, sums, threads);
    }
}
