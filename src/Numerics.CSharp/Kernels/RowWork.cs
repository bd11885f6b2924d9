using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>What a pass over rows does with each eight of them.</summary>
internal interface IRowWork
{
    /// <summary>Are the margins ⟨zᵢ, w⟩ needed?</summary>
    static abstract bool TakesMargins { get; }

    /// <summary>Are the rows added up, each times its weight?</summary>
    static abstract bool AddsRows { get; }

    /// <summary>The weights of the rows first, ..., first + count - 1, count ≤ 8, in the first count lanes.</summary>
    Vector512<double> Weigh(nint first, nint count, Vector512<double> margins);
}

/// <summary>outputs ← Zw.</summary>
internal readonly unsafe struct Predicting(double* outputs) : IRowWork
{
    /// <inheritdoc/>
    public static bool TakesMargins => true;

    /// <inheritdoc/>
    public static bool AddsRows => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Weigh(nint first, nint count, Vector512<double> margins)
    {
        if (count == Vector512<double>.Count)
            margins.Store(outputs + first);
        else
            for (var k = 0; k < count; k++)
                outputs[first + k] = margins[k];
        return margins;
    }
}

/// <summary>Zᵀv for given v.</summary>
internal readonly unsafe struct Pulling(double* weights) : IRowWork
{
    /// <inheritdoc/>
    public static bool TakesMargins => false;

    /// <inheritdoc/>
    public static bool AddsRows => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Weigh(nint first, nint count, Vector512<double> margins)
    {
        if (count == Vector512<double>.Count)
            return Vector512.Load(weights + first);
        var some = Vector512<double>.Zero;
        for (var k = 0; k < count; k++)
            some = some.WithElement(k, weights[first + k]);
        return some;
    }
}

/// <summary>Zᵀ slope(Zw), in one pass.</summary>
internal readonly struct Descending<TSlope>(TSlope slope) : IRowWork
    where TSlope : struct, ISlope<TSlope>
{
    /// <inheritdoc/>
    public static bool TakesMargins => true;

    /// <inheritdoc/>
    public static bool AddsRows => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Weigh(nint first, nint count, Vector512<double> margins) => slope.Of(margins);
}
