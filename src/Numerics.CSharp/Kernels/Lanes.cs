using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>Sums across and masks over the eight lanes of a vector, in one fixed order on every machine.</summary>
internal static class Lanes
{
    /// <summary>((v₀ + v₁) + (v₂ + v₃)) + ((v₄ + v₅) + (v₆ + v₇)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Sum(Vector512<double> v)
    {
        var (low, high) = (v.GetLower(), v.GetUpper());
        return ((low[0] + low[1]) + (low[2] + low[3])) + ((high[0] + high[1]) + (high[2] + high[3]));
    }

    /// <summary>The sums of eight vectors, each as <see cref="Sum"/> has it: one vector out of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Sums(
        Vector512<double> v0,
        Vector512<double> v1,
        Vector512<double> v2,
        Vector512<double> v3,
        Vector512<double> v4,
        Vector512<double> v5,
        Vector512<double> v6,
        Vector512<double> v7
    )
    {
        if (!Avx512F.IsSupported)
            return Vector512.Create(Sum(v0), Sum(v1), Sum(v2), Sum(v3), Sum(v4), Sum(v5), Sum(v6), Sum(v7));
        var v0123 = Halves(Pairs(v0, v1), Pairs(v2, v3));
        var v4567 = Halves(Pairs(v4, v5), Pairs(v6, v7));
        return Halves(v0123, v4567);
    }

    /// <summary>The sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Sums(
        Vector512<double> v0,
        Vector512<double> v1,
        Vector512<double> v2,
        Vector512<double> v3
    )
    {
        if (!Avx512F.IsSupported)
            return Vector256.Create(Sum(v0), Sum(v1), Sum(v2), Sum(v3));
        var halves = Halves(Pairs(v0, v1), Pairs(v2, v3));
        return Halves(halves, halves).GetLower();
    }

    /// <summary>The sums of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<double> Sums(Vector512<double> v0, Vector512<double> v1)
    {
        if (!Avx512F.IsSupported)
            return Vector128.Create(Sum(v0), Sum(v1));
        var pairs = Pairs(v0, v1);
        var low = pairs.GetLower().GetLower() + pairs.GetLower().GetUpper();
        var high = pairs.GetUpper().GetLower() + pairs.GetUpper().GetUpper();
        return low + high;
    }

    /// <summary>v with 0 in all but the first count lanes, whatever was there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Keep(Vector512<double> v, nint count) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7), Vector512.Create((double)count)),
            v,
            Vector512<double>.Zero
        );

    /// <summary>(a₀ + a₁, b₀ + b₁, a₂ + a₃, b₂ + b₃, ...).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pairs(Vector512<double> a, Vector512<double> b) =>
        Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);

    /// <summary>With a of four pairs and b of four pairs: (a₀ + a₁, a₂ + a₃, b₀ + b₁, b₂ + b₃), pair by pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Halves(Vector512<double> a, Vector512<double> b) =>
        Avx512F.Shuffle4x128(a, b, 0b10_00_10_00) + Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
}
