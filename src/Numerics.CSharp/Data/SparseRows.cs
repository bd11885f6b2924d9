using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics;

/// <summary>
/// A matrix of n rows and d columns that holds only what is not zero, row after row (compressed sparse rows). Immutable.
/// </summary>
public sealed class SparseRows
{
    private readonly int[] starts;
    private readonly int[] columns;
    private readonly double[] values;

    /// <summary>The matrix with these entries, which are copied.</summary>
    /// <param name="width">d ≥ 1.</param>
    /// <param name="starts">Where each row starts among the entries, and at the end their number: length n + 1.</param>
    /// <param name="columns">The column of each entry, in 0..d-1, ascending within a row.</param>
    /// <param name="values">The entries, finite.</param>
    /// <exception cref="ArgumentException">One of these conditions fails; the message says where.</exception>
    public SparseRows(
        int width,
        ReadOnlySpan<int> starts,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<double> values
    )
    {
        if (width < 1 || starts.Length < 2)
            throw new ArgumentException(
                $"Sparse rows need a row and a column; these are {starts.Length - 1}×{width}."
            );
        if (columns.Length != values.Length)
            throw new ArgumentException($"{columns.Length} columns for {values.Length} values.");
        if (starts[0] != 0 || starts[^1] != values.Length)
            throw new ArgumentException($"The rows start at 0 and end at {values.Length}, all the values.");
        for (var i = 0; i + 1 < starts.Length; i++)
        {
            if (starts[i] > starts[i + 1])
                throw new ArgumentException($"Row {i + 1} ends before it starts.");
            for (var k = starts[i]; k < starts[i + 1]; k++)
            {
                if (columns[k] < 0 || columns[k] >= width || (k > starts[i] && columns[k] <= columns[k - 1]))
                    throw new ArgumentException(
                        $"Row {i + 1} has column {columns[k]}; columns ascend and lie in 0..{width - 1}."
                    );
                if (!double.IsFinite(values[k]))
                    throw new ArgumentException($"Row {i + 1} holds {values[k]}; entries are finite.");
            }
        }
        Width = width;
        this.starts = starts.ToArray();
        this.columns = columns.ToArray();
        this.values = values.ToArray();
    }

    /// <summary>n.</summary>
    public int Count => starts.Length - 1;

    /// <summary>d.</summary>
    public int Width { get; }

    /// <summary>How many entries are held.</summary>
    public int EntryCount => values.Length;

    /// <summary>The columns of a row's entries, ascending, without a copy; rows count from 0.</summary>
    public ReadOnlySpan<int> Columns(int row) => columns.AsSpan(starts[row]..starts[row + 1]);

    /// <summary>A row's entries, one for each of its <see cref="Columns"/>, without a copy.</summary>
    public ReadOnlySpan<double> Values(int row) => values.AsSpan(starts[row]..starts[row + 1]);

    /// <summary>The matrix with row i multiplied by factors[i].</summary>
    /// <exception cref="ArgumentException">Not one factor per row, or a product that overflows.</exception>
    public SparseRows Scaled(ReadOnlySpan<int> factors)
    {
        if (factors.Length != Count)
            throw new ArgumentException($"{factors.Length} factors for {Count} rows.");
        var scaled = (double[])values.Clone();
        for (var i = 0; i < Count; i++)
            foreach (ref var value in scaled.AsSpan(starts[i]..starts[i + 1]))
                value = factors[i] * value + 0.0; // no negative zero
        return new(Width, starts, columns, scaled);
    }

    /// <summary>The matrix with its zeros, n×d.</summary>
    public double[,] ToDense()
    {
        var dense = new double[Count, Width];
        for (var i = 0; i < Count; i++)
        for (var k = starts[i]; k < starts[i + 1]; k++)
            dense[i, columns[k]] = values[k];
        return dense;
    }

    /// <summary>⟨zᵢ, w⟩, in four sums; w of length d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Dot(int row, ReadOnlySpan<double> w)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(w.Length, Width); // all columns were checked against it
        ref var of = ref MemoryMarshal.GetReference(w);
        var (first, end) = (starts[row], starts[row + 1]);
        ref var at = ref MemoryMarshal.GetArrayDataReference(columns);
        ref var x = ref MemoryMarshal.GetArrayDataReference(values);
        var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0);
        var k = (nint)first;
        for (; k <= end - 4; k += 4)
        {
            s0 = Math.FusedMultiplyAdd(Unsafe.Add(ref x, k), Unsafe.Add(ref of, Unsafe.Add(ref at, k)), s0);
            s1 = Math.FusedMultiplyAdd(
                Unsafe.Add(ref x, k + 1),
                Unsafe.Add(ref of, Unsafe.Add(ref at, k + 1)),
                s1
            );
            s2 = Math.FusedMultiplyAdd(
                Unsafe.Add(ref x, k + 2),
                Unsafe.Add(ref of, Unsafe.Add(ref at, k + 2)),
                s2
            );
            s3 = Math.FusedMultiplyAdd(
                Unsafe.Add(ref x, k + 3),
                Unsafe.Add(ref of, Unsafe.Add(ref at, k + 3)),
                s3
            );
        }
        for (; k < end; k++)
            s0 = Math.FusedMultiplyAdd(Unsafe.Add(ref x, k), Unsafe.Add(ref of, Unsafe.Add(ref at, k)), s0);
        return (s0 + s1) + (s2 + s3);
    }

    /// <summary>target ← target + factor·zᵢ; target of length d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddMultiple(double factor, int row, Span<double> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, Width);
        ref var to = ref MemoryMarshal.GetReference(target);
        ref var at = ref MemoryMarshal.GetArrayDataReference(columns);
        ref var x = ref MemoryMarshal.GetArrayDataReference(values);
        for (nint k = starts[row]; k < starts[row + 1]; k++)
        {
            ref var cell = ref Unsafe.Add(ref to, Unsafe.Add(ref at, k));
            cell = Math.FusedMultiplyAdd(factor, Unsafe.Add(ref x, k), cell);
        }
    }
}
