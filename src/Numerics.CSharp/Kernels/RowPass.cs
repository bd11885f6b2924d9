using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>How a pass walks: measured to suit where the data come from.</summary>
/// <param name="Prefetch">Ask for the next rows while working on these: pays where a block of rows fits the nearest cache.</param>
/// <param name="Overlap">
/// Take the margins of the next block before adding this one, which hides the latency of the weights: pays where two
/// blocks and the prefetched third fit the nearest cache.
/// </param>
/// <param name="Pairs">
/// Take margins two rows at a time, in the order of memory, and ask for rows some way ahead, all of them while adding this
/// block: pays for short rows from main memory.
/// </param>
internal readonly record struct Pace(bool Prefetch, bool Overlap, bool Pairs);

/// <summary>
/// The one loop over row-major data: for a block of eight rows their margins, their weights, and the sum of weighted rows,
/// so that each row comes from memory once. Every sum is taken in eight lanes and a fixed order.
/// </summary>
internal static unsafe class RowPass
{
    /// <summary>Rows of a block, and lanes of a vector.</summary>
    internal const int Block = 8;

    /// <summary>A cache line, in doubles.</summary>
    internal const int Line = 8;

    /// <summary>How far ahead of short rows, in doubles: 6 KiB, near the best at widths from 12 to 64.</summary>
    private const int Ahead = 768;

    /// <summary>Up to this width parameters and sums are copied to the stack, 16 KiB each.</summary>
    private const int MostOnStack = 1 << 11;

    /// <summary>
    /// sums ← Σᵢ weightᵢ zᵢ over count rows of width d from the one at rows, which is row number first. Reads up to
    /// eight doubles before the first row where d is less than 8; they count for nothing but have to be finite.
    /// </summary>
    /// <typeparam name="TWork">What to do with the rows.</typeparam>
    /// <param name="work">What to do; makes the weights of the rows.</param>
    /// <param name="pace">How to walk; does not change the sums.</param>
    /// <param name="rows">The first row; the next follows d doubles later.</param>
    /// <param name="first">The number of the first row, handed to the work.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="d">Doubles of a row.</param>
    /// <param name="w">d doubles; not read where no margins are taken.</param>
    /// <param name="sums">d doubles; neither read nor written where no rows are added.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TWork>(
        ref TWork work,
        Pace pace,
        double* rows,
        nint first,
        nint count,
        nint d,
        double* w,
        double* sums
    )
        where TWork : struct, IRowWork
    {
        // Parameters and sums on whole cache lines: a store across two lines costs several. The last columns, short of
        // eight, are taken as the end of eight that overlap those before them, with zeros for these in restOfW.
        var whole = d & ~(Block - 1);
        var small = whole <= MostOnStack;
        var stack = stackalloc double[(int)(4 * Block + (small ? 2 * whole : 0))];
        var weights = (double*)(((nuint)stack + 63) & ~(nuint)63);
        var restOfW = weights + Block;
        var restOfSums = restOfW + Block;
        var wholeW = small ? restOfSums + Block : w;
        var wholeSums = small ? wholeW + whole : sums;
        if (TWork.TakesMargins)
        {
            for (nint j = 0; small && j < whole; j += Block)
                Vector512.Load(w + j).Store(wholeW + j);
            Vector512<double>.Zero.Store(restOfW);
            for (var j = whole; j < d; j++)
                restOfW[j - d + Block] = w[j];
        }
        if (TWork.AddsRows)
        {
            for (nint j = 0; j < whole; j += Block)
                Vector512<double>.Zero.Store(wholeSums + j);
            Vector512<double>.Zero.Store(restOfSums);
        }

        var size = Block * d;
        var margins = Vector512<double>.Zero;
        if (TWork.TakesMargins)
            margins = Margins(pace, rows, count, d, wholeW, restOfW);
        for (nint i = 0; i < count; i += Block, rows += size)
        {
            var present = Math.Min(count - i, Block);
            var more = TWork.TakesMargins && count - i > Block;
            var weighed = work.Weigh(first + i, present, margins);
            if (TWork.AddsRows)
                (present < Block ? Lanes.Keep(weighed, present) : weighed).Store(weights);
            if (more && pace.Overlap)
                margins = Margins(pace, rows + size, count - i - Block, d, wholeW, restOfW);
            if (TWork.AddsRows)
                Add(pace, rows, present, d, weights, wholeSums, restOfSums);
            if (more && !pace.Overlap)
                margins = Margins(pace, rows + size, count - i - Block, d, wholeW, restOfW);
        }

        if (!TWork.AddsRows)
            return;
        for (nint j = 0; small && j < whole; j += Block)
            Vector512.Load(wholeSums + j).Store(sums + j);
        for (var j = whole; j < d; j++)
            sums[j] = restOfSums[j - d + Block];
    }

    /// <summary>The margins of eight rows; where fewer are present the last of them is repeated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Margins(
        Pace pace,
        double* rows,
        nint present,
        nint d,
        double* w,
        double* restOfW
    )
    {
        var next = rows + Block * d; // the first half of the next block is asked for here, the second in Add
        var last = Math.Min(present, Block) - 1;
        return pace.Pairs ? MarginsOfPairs(rows, last, d, w, restOfW)
            : pace.Prefetch ? MarginsOfEight<Yes>(rows, last, d, w, restOfW, next)
            : MarginsOfEight<No>(rows, last, d, w, restOfW, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> MarginsOfEight<TPrefetch>(
        double* x0,
        nint last,
        nint d,
        double* w,
        double* restOfW,
        double* next
    )
        where TPrefetch : struct, IFlag
    {
        var x1 = x0 + Math.Min(1, last) * d;
        var x2 = x0 + Math.Min(2, last) * d;
        var x3 = x0 + Math.Min(3, last) * d;
        var x4 = x0 + Math.Min(4, last) * d;
        var x5 = x0 + Math.Min(5, last) * d;
        var x6 = x0 + Math.Min(6, last) * d;
        var x7 = x0 + Math.Min(7, last) * d;
        var m0 = Vector512<double>.Zero;
        var (m1, m2, m3, m4, m5, m6, m7) = (m0, m0, m0, m0, m0, m0, m0);
        var whole = d & ~(Block - 1);
        nint j = 0;
        for (; j < whole; j += Block)
        {
            if (TPrefetch.Value)
                next = FetchFour(next);
            var v = Vector512.Load(w + j);
            m0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x0 + j), m0);
            m1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x1 + j), m1);
            m2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x2 + j), m2);
            m3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x3 + j), m3);
            m4 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x4 + j), m4);
            m5 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x5 + j), m5);
            m6 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x6 + j), m6);
            m7 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x7 + j), m7);
        }
        if (j < d)
        {
            j = d - Block;
            if (TPrefetch.Value)
                FetchFour(next);
            var v = Vector512.Load(restOfW);
            m0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x0 + j), m0);
            m1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x1 + j), m1);
            m2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x2 + j), m2);
            m3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x3 + j), m3);
            m4 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x4 + j), m4);
            m5 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x5 + j), m5);
            m6 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x6 + j), m6);
            m7 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x7 + j), m7);
        }
        return Lanes.Sums(m0, m1, m2, m3, m4, m5, m6, m7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> MarginsOfPairs(
        double* rows,
        nint last,
        nint d,
        double* w,
        double* restOfW
    )
    {
        var (m0, m1) = MarginsOfPair(rows, rows + Math.Min(1, last) * d, d, w, restOfW);
        var (m2, m3) = MarginsOfPair(
            rows + Math.Min(2, last) * d,
            rows + Math.Min(3, last) * d,
            d,
            w,
            restOfW
        );
        var (m4, m5) = MarginsOfPair(
            rows + Math.Min(4, last) * d,
            rows + Math.Min(5, last) * d,
            d,
            w,
            restOfW
        );
        var (m6, m7) = MarginsOfPair(
            rows + Math.Min(6, last) * d,
            rows + Math.Min(7, last) * d,
            d,
            w,
            restOfW
        );
        return Lanes.Sums(m0, m1, m2, m3, m4, m5, m6, m7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double>, Vector512<double>) MarginsOfPair(
        double* x0,
        double* x1,
        nint d,
        double* w,
        double* restOfW
    )
    {
        var m0 = Vector512<double>.Zero;
        var m1 = Vector512<double>.Zero;
        var whole = d & ~(Block - 1);
        nint j = 0;
        for (; j < whole; j += Block)
        {
            var v = Vector512.Load(w + j);
            m0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x0 + j), m0);
            m1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x1 + j), m1);
        }
        if (j < d)
        {
            j = d - Block;
            var v = Vector512.Load(restOfW);
            m0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x0 + j), m0);
            m1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(x1 + j), m1);
        }
        return (m0, m1);
    }

    /// <summary>sums ← sums + Σ weight·row over eight rows; those that are not present have weight 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Pace pace,
        double* rows,
        nint present,
        nint d,
        double* weights,
        double* sums,
        double* restOfSums
    )
    {
        var next = rows + Block * d + Block / 2 * d + (pace.Overlap ? Block * d : 0);
        if (pace.Pairs)
            AddEight<Eight>(rows, present - 1, d, weights, sums, restOfSums, rows + Ahead);
        else if (pace.Prefetch)
            AddEight<Four>(rows, present - 1, d, weights, sums, restOfSums, next);
        else
            AddEight<None>(rows, present - 1, d, weights, sums, restOfSums, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddEight<TLines>(
        double* x0,
        nint last,
        nint d,
        double* weights,
        double* sums,
        double* restOfSums,
        double* next
    )
        where TLines : struct, ICount
    {
        var x1 = x0 + Math.Min(1, last) * d;
        var x2 = x0 + Math.Min(2, last) * d;
        var x3 = x0 + Math.Min(3, last) * d;
        var x4 = x0 + Math.Min(4, last) * d;
        var x5 = x0 + Math.Min(5, last) * d;
        var x6 = x0 + Math.Min(6, last) * d;
        var x7 = x0 + Math.Min(7, last) * d;
        var p0 = Vector512.Create(weights[0]);
        var p1 = Vector512.Create(weights[1]);
        var p2 = Vector512.Create(weights[2]);
        var p3 = Vector512.Create(weights[3]);
        var p4 = Vector512.Create(weights[4]);
        var p5 = Vector512.Create(weights[5]);
        var p6 = Vector512.Create(weights[6]);
        var p7 = Vector512.Create(weights[7]);
        var whole = d & ~(Block - 1);
        nint j = 0;
        for (; j < whole; j += Block)
        {
            if (TLines.Value > 0)
                next = FetchFour(next);
            if (TLines.Value > 4)
                next = FetchFour(next);
            var even = Vector512.FusedMultiplyAdd(p0, Vector512.Load(x0 + j), Vector512.Load(sums + j));
            var odd = p1 * Vector512.Load(x1 + j);
            even = Vector512.FusedMultiplyAdd(p2, Vector512.Load(x2 + j), even);
            odd = Vector512.FusedMultiplyAdd(p3, Vector512.Load(x3 + j), odd);
            even = Vector512.FusedMultiplyAdd(p4, Vector512.Load(x4 + j), even);
            odd = Vector512.FusedMultiplyAdd(p5, Vector512.Load(x5 + j), odd);
            even = Vector512.FusedMultiplyAdd(p6, Vector512.Load(x6 + j), even);
            odd = Vector512.FusedMultiplyAdd(p7, Vector512.Load(x7 + j), odd);
            (even + odd).Store(sums + j);
        }
        if (j < d)
        {
            j = d - Block;
            if (TLines.Value > 0)
                next = FetchFour(next);
            if (TLines.Value > 4)
                FetchFour(next);
            var even = Vector512.FusedMultiplyAdd(p0, Vector512.Load(x0 + j), Vector512.Load(restOfSums));
            var odd = p1 * Vector512.Load(x1 + j);
            even = Vector512.FusedMultiplyAdd(p2, Vector512.Load(x2 + j), even);
            odd = Vector512.FusedMultiplyAdd(p3, Vector512.Load(x3 + j), odd);
            even = Vector512.FusedMultiplyAdd(p4, Vector512.Load(x4 + j), even);
            odd = Vector512.FusedMultiplyAdd(p5, Vector512.Load(x5 + j), odd);
            even = Vector512.FusedMultiplyAdd(p6, Vector512.Load(x6 + j), even);
            odd = Vector512.FusedMultiplyAdd(p7, Vector512.Load(x7 + j), odd);
            (even + odd).Store(restOfSums);
        }
    }

    /// <summary>Asks for the four cache lines from here on; where the next are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double* FetchFour(double* lines)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(lines);
            Sse.Prefetch0(lines + Line);
            Sse.Prefetch0(lines + 2 * Line);
            Sse.Prefetch0(lines + 3 * Line);
        }
        return lines + 4 * Line;
    }
}
