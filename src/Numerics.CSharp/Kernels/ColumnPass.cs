using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// The one loop over column-major data of at most four columns: as <see cref="RowPass"/>, with parameters and sums in
/// registers throughout and no sum across lanes but the last.
/// </summary>
internal static unsafe class ColumnPass
{
    /// <summary>The widest data this pass takes.</summary>
    internal const int MostColumns = 4;

    /// <summary>
    /// sums ← Σᵢ weightᵢ zᵢ over count rows from number first on. Column j starts at columns + j·stride; the stride is a multiple of eight, at
    /// least count, and what is past count is finite. Missing columns, up to TColumns, are there and zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TWork, TColumns>(
        ref TWork work,
        double* columns,
        nint stride,
        nint first,
        nint count,
        nint d,
        double* w,
        double* sums
    )
        where TWork : struct, IRowWork
        where TColumns : struct, ICount
    {
        var wide = TColumns.Value > 2;
        var column0 = columns;
        var column1 = columns + stride;
        var column2 = wide ? columns + 2 * stride : columns;
        var column3 = wide ? columns + 3 * stride : columns;
        var zero = Vector512<double>.Zero;
        var (w0, w1, w2, w3) = (zero, zero, zero, zero);
        var (s0, s1, s2, s3) = (zero, zero, zero, zero);
        if (TWork.TakesMargins)
        {
            w0 = Vector512.Create(w[0]);
            w1 = d > 1 ? Vector512.Create(w[1]) : zero;
            w2 = wide ? Vector512.Create(w[2]) : zero;
            w3 = wide && d > 3 ? Vector512.Create(w[3]) : zero;
        }
        for (nint i = 0; i < count; i += RowPass.Block)
        {
            var x0 = Vector512.Load(column0 + i);
            var x1 = Vector512.Load(column1 + i);
            var x2 = wide ? Vector512.Load(column2 + i) : zero;
            var x3 = wide ? Vector512.Load(column3 + i) : zero;
            var margins = zero;
            if (TWork.TakesMargins)
            {
                margins = Vector512.FusedMultiplyAdd(w0, x0, w1 * x1);
                if (wide)
                    margins += Vector512.FusedMultiplyAdd(w2, x2, w3 * x3);
            }
            var present = Math.Min(count - i, RowPass.Block);
            var weights = work.Weigh(first + i, present, margins);
            if (!TWork.AddsRows)
                continue;
            if (present < RowPass.Block)
                weights = Lanes.Keep(weights, present);
            s0 = Vector512.FusedMultiplyAdd(weights, x0, s0);
            s1 = Vector512.FusedMultiplyAdd(weights, x1, s1);
            if (wide)
            {
                s2 = Vector512.FusedMultiplyAdd(weights, x2, s2);
                s3 = Vector512.FusedMultiplyAdd(weights, x3, s3);
            }
        }
        if (!TWork.AddsRows)
            return;
        if (wide)
        {
            var totals = Lanes.Sums(s0, s1, s2, s3);
            totals.GetLower().Store(sums);
            sums[2] = totals[2];
            if (d > 3)
                sums[3] = totals[3];
        }
        else
        {
            var totals = Lanes.Sums(s0, s1);
            if (d > 1)
                totals.Store(sums);
            else
                sums[0] = totals[0];
        }
    }
}
