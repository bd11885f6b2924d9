using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// A dense matrix Z, n×d, laid out for passes that read each row once: row-major, and for few columns column-major
/// beside it. Data that outgrow the cache are passed over in chunks whose number depends on n and d alone, and whose
/// sums are added in order: the bits of a sum do not depend on the number of threads.
/// </summary>
internal sealed unsafe class DenseRows
{
    /// <summary>Above this many doubles, 16 MiB, data are taken to outgrow the cache, and a pass is made in chunks.</summary>
    private const long MostCached = 1 << 21;

    /// <summary>A chunk is about this many doubles, 1 MiB, and at least this many rows.</summary>
    private const int ChunkSize = 1 << 17;
    private const int FewestChunkRows = 64;

    /// <summary>
    /// Of a nearest cache of 32 KiB: doubles that stay in it anyway, and the widths of rows of which eight, twice
    /// eight, fit it with room for as many prefetched ones. Short rows have fewer than eight lines.
    /// </summary>
    private const int MostNearest = 1 << 12;
    private const int WidestPrefetched = 256;
    private const int WidestOverlapped = 128;
    private const int Short = 64;

    private readonly double[] cells; // pinned; rows from start on, with a line of zeros before them
    private readonly int start;
    private readonly double* rows;
    private readonly double[] columnCells = []; // keeps the next alive
    private readonly double* columns; // null unless d ≤ ColumnPass.MostColumns
    private readonly nint stride;
    private readonly Pace pace;
    private readonly int chunkRows;
    private readonly ChunkedPass? pass; // null for one chunk
    private readonly double[] partialSums;

    /// <summary>A copy of the cells, row by row.</summary>
    internal DenseRows(ReadOnlySpan<double> cells, int n, int d)
    {
        (Count, Width) = (n, d);
        (this.cells, start) = Aligned(cells.Length);
        rows = Pointer(this.cells) + start;
        cells.CopyTo(this.cells.AsSpan(start));
        if (d <= ColumnPass.MostColumns)
        {
            stride = (n + RowPass.Line - 1) / RowPass.Line * RowPass.Line;
            var (transposed, first) = Aligned(checked((int)stride * ColumnPass.MostColumns));
            columns = Pointer(transposed) + first;
            columnCells = transposed;
            for (var i = 0; i < n; i++)
            for (var j = 0; j < d; j++)
                columns[j * stride + i] = rows[i * d + j];
        }
        chunkRows = Math.Max(FewestChunkRows, ChunkSize / d / RowPass.Block * RowPass.Block);
        if (cells.Length > MostCached && n > chunkRows)
            pass = new ChunkedPass((n - 1) / chunkRows + 1);
        var far = cells.Length > MostCached;
        pace = new Pace(
            Prefetch: d <= WidestPrefetched && cells.Length > MostNearest,
            Overlap: d <= WidestOverlapped && !far,
            Pairs: d <= Short && far
        );
        partialSums = new double[(pass?.Chunks ?? 0) * d];
    }

    /// <summary>n.</summary>
    internal int Count { get; }

    /// <summary>d.</summary>
    internal int Width { get; }

    /// <summary>Z row by row, length n·d.</summary>
    internal ReadOnlySpan<double> Cells => cells.AsSpan(start, Count * Width);

    /// <summary>sums ← Σᵢ weightᵢ zᵢ with the margins and weights of the work; see <see cref="RowPass"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums, int threads)
        where TWork : struct, IRowWork
    {
        fixed (double* w = parameters)
        fixed (double* s = sums)
        {
            if (pass is null)
                RunChunk(ref work, 0, Count, w, s);
            else
                RunChunks(ref work, w, s, threads);
        }
        GC.KeepAlive(this); // a pointer keeps nothing alive
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunChunk<TWork>(ref TWork work, nint first, nint count, double* w, double* sums)
        where TWork : struct, IRowWork
    {
        if (columns == null)
            RowPass.Run(ref work, pace, rows + first * Width, first, count, Width, w, sums);
        else if (Width <= Two.Value)
            ColumnPass.Run<TWork, Two>(ref work, columns + first, stride, first, count, Width, w, sums);
        else
            ColumnPass.Run<TWork, Four>(ref work, columns + first, stride, first, count, Width, w, sums);
    }

    private void RunChunks<TWork>(ref TWork work, double* w, double* sums, int threads)
        where TWork : struct, IRowWork
    {
        lock (partialSums)
            fixed (double* partial = partialSums)
            {
                var shared = new SharedWork<TWork>
                {
                    Work = work,
                    Parameters = w,
                    PartialSums = partial,
                };
#pragma warning disable CS8500 // shared stays on this frame until every chunk is done
                pass!.Run(threads, &RunShared<TWork>, this, &shared);
#pragma warning restore CS8500
                if (!TWork.AddsRows)
                    return;
                new Span<double>(sums, Width).Clear();
                for (var chunk = 0; chunk < pass.Chunks; chunk++)
                for (var j = 0; j < Width; j++)
                    sums[j] += partial[chunk * Width + j];
            }
    }

    private struct SharedWork<TWork>
    {
        internal TWork Work;
        internal double* Parameters;
        internal double* PartialSums;
    }

    private static void RunShared<TWork>(object rows, void* shared, int chunk)
        where TWork : struct, IRowWork
    {
        var self = (DenseRows)rows;
        ref var all = ref Unsafe.AsRef<SharedWork<TWork>>(shared);
        var first = chunk * self.chunkRows;
        var count = Math.Min(self.chunkRows, self.Count - first);
        self.RunChunk(ref all.Work, first, count, all.Parameters, all.PartialSums + chunk * self.Width);
    }

    private static double* Pointer(double[] pinned) =>
        (double*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    /// <summary>
    /// A pinned array and the index from which on it is the asked length of zeros, after a line of them: on a cache line, and
    /// for large data on a huge page.
    /// </summary>
    private static (double[], int) Aligned(int length)
    {
        var unit = length < HugePages.Size / 2 ? RowPass.Line : HugePages.Size;
        var array = GC.AllocateUninitializedArray<double>(checked(length + 2 * unit), pinned: true);
        HugePages.Advise(Pointer(array), array.Length);
        var past = (int)((nuint)Pointer(array) / sizeof(double) % (nuint)unit);
        var start = past == 0 ? unit : 2 * unit - past;
        array.AsSpan(start - RowPass.Line, length + RowPass.Line).Clear();
        return (array, start);
    }
}
