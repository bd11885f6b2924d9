using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>A function of margins, eight at a time: a derivative of a loss, scaled.</summary>
internal interface ISlope<TSelf>
    where TSelf : struct, ISlope<TSelf>
{
    /// <summary>The function times e^{-logScale}.</summary>
    static abstract TSelf At(double logScale);

    /// <summary>Its values at eight margins.</summary>
    Vector512<double> Of(Vector512<double> margins);
}

/// <summary>A loss whose first derivative is an <see cref="ISlope{TSelf}"/>, which a pass over the data has inlined.</summary>
internal interface ISlopedLoss : ILoss
{
    /// <summary>The pass over these rows with the slope ℓ'.</summary>
    GradientPass Bind<TRows>(TRows rows)
        where TRows : struct, IRows;
}

/// <summary>A slope over many margins.</summary>
internal static class Slope
{
    /// <summary>weights[i] ← e^{-logScale} slope(margins[i]).</summary>
    internal static void Fill<TSlope>(ReadOnlySpan<double> margins, double logScale, Span<double> weights)
        where TSlope : struct, ISlope<TSlope>
    {
        var slope = TSlope.At(logScale);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, margins.Length);
        var i = 0;
        for (; i <= margins.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            slope.Of(Vector512.Create(margins[i..])).CopyTo(weights[i..]);
        if (i == margins.Length)
            return;
        Span<double> rest = stackalloc double[Vector512<double>.Count];
        margins[i..].CopyTo(rest);
        slope.Of(Vector512.Create<double>(rest)).CopyTo(rest);
        rest[..(margins.Length - i)].CopyTo(weights[i..]);
    }
}
