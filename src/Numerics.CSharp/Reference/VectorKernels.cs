using System.Numerics;
using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics.Reference;

/// <summary>Dot products, combinations and rotations of vectors of doubles, as wide as the machine.</summary>
internal static class VectorKernels
{
    /// <summary>a·b.</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var k = 0;
        var sum = 0.0;
        if (a.Length >= 2 * Lanes)
        {
            ref var left = ref MemoryMarshal.GetReference(a);
            ref var right = ref MemoryMarshal.GetReference(b);
            var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
            for (; k <= a.Length - 2 * Lanes; k += 2 * Lanes)
            {
                first = Vector.FusedMultiplyAdd(Load(ref left, k), Load(ref right, k), first);
                second = Vector.FusedMultiplyAdd(
                    Load(ref left, k + Lanes),
                    Load(ref right, k + Lanes),
                    second
                );
            }
            sum = Vector.Sum(first + second);
        }
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>Σ|aₖbₖ|.</summary>
    internal static double AbsoluteDot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var sums = Vector<double>.Zero;
        var k = 0;
        for (; k <= a.Length - Lanes; k += Lanes)
            sums += Vector.Abs(Load(ref left, k) * Load(ref right, k));
        var sum = Vector.Sum(sums);
        for (; k < a.Length; k++)
            sum += Math.Abs(a[k] * b[k]);
        return sum;
    }

    /// <summary>target ← target + factor · source.</summary>
    internal static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        target = target[..source.Length];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var scale = new Vector<double>(factor);
        var k = 0;
        for (; k <= source.Length - Lanes; k += Lanes)
            Vector.FusedMultiplyAdd(Load(ref from, k), scale, Load(ref to, k)).StoreUnsafe(ref to, (nuint)k);
        for (; k < source.Length; k++)
            target[k] += factor * source[k];
    }

    /// <summary>Inner products of a vector with four rows stored one after the other.</summary>
    internal static (double, double, double, double) Dot4(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> vector
    )
    {
        var length = vector.Length;
        rows = rows[..(4 * length)];
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0);
        var k = 0;
        if (length >= Lanes)
        {
            ref var row = ref MemoryMarshal.GetReference(rows);
            ref var entries = ref MemoryMarshal.GetReference(vector);
            var (va, vb) = (Vector<double>.Zero, Vector<double>.Zero);
            var (vc, vd) = (Vector<double>.Zero, Vector<double>.Zero);
            for (; k <= length - Lanes; k += Lanes)
            {
                var entry = Load(ref entries, k);
                va = Vector.FusedMultiplyAdd(Load(ref row, k), entry, va);
                vb = Vector.FusedMultiplyAdd(Load(ref row, length + k), entry, vb);
                vc = Vector.FusedMultiplyAdd(Load(ref row, 2 * length + k), entry, vc);
                vd = Vector.FusedMultiplyAdd(Load(ref row, 3 * length + k), entry, vd);
            }
            (a, b, c, d) = (Vector.Sum(va), Vector.Sum(vb), Vector.Sum(vc), Vector.Sum(vd));
        }
        for (; k < length; k++)
        {
            a += rows[k] * vector[k];
            b += rows[length + k] * vector[k];
            c += rows[2 * length + k] * vector[k];
            d += rows[3 * length + k] * vector[k];
        }
        return (a, b, c, d);
    }

    /// <summary>target ← target + a·first + b·second + c·third + d·fourth of four rows stored one after the other.</summary>
    internal static void AddScaled4(
        double a,
        double b,
        double c,
        double d,
        ReadOnlySpan<double> rows,
        Span<double> target
    )
    {
        var length = target.Length;
        rows = rows[..(4 * length)];
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var to = ref MemoryMarshal.GetReference(target);
        var (va, vb) = (new Vector<double>(a), new Vector<double>(b));
        var (vc, vd) = (new Vector<double>(c), new Vector<double>(d));
        var k = 0;
        for (; k <= length - Lanes; k += Lanes)
        {
            var sum = Vector.FusedMultiplyAdd(Load(ref row, k), va, Load(ref to, k));
            sum = Vector.FusedMultiplyAdd(Load(ref row, length + k), vb, sum);
            sum = Vector.FusedMultiplyAdd(Load(ref row, 2 * length + k), vc, sum);
            sum = Vector.FusedMultiplyAdd(Load(ref row, 3 * length + k), vd, sum);
            sum.StoreUnsafe(ref to, (nuint)k);
        }
        for (; k < length; k++)
            target[k] +=
                a * rows[k] + b * rows[length + k] + c * rows[2 * length + k] + d * rows[3 * length + k];
    }

    /// <summary>(upper, lower) ← (c·upper + s·lower, c·lower - s·upper).</summary>
    internal static void Rotate(double cosine, double sine, Span<double> upper, Span<double> lower)
    {
        lower = lower[..upper.Length];
        ref var first = ref MemoryMarshal.GetReference(upper);
        ref var second = ref MemoryMarshal.GetReference(lower);
        var (c, s) = (new Vector<double>(cosine), new Vector<double>(sine));
        var k = 0;
        for (; k <= upper.Length - Lanes; k += Lanes)
        {
            var (a, b) = (Load(ref first, k), Load(ref second, k));
            (c * a + s * b).StoreUnsafe(ref first, (nuint)k);
            (c * b - s * a).StoreUnsafe(ref second, (nuint)k);
        }
        for (; k < upper.Length; k++)
            (upper[k], lower[k]) = (cosine * upper[k] + sine * lower[k], cosine * lower[k] - sine * upper[k]);
    }

    private static int Lanes => Vector<double>.Count;

    private static Vector<double> Load(ref double origin, int index) =>
        Vector.LoadUnsafe(ref origin, (nuint)index);
}
