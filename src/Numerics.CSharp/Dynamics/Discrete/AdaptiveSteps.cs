using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>
/// s ← s + g², θ ← θ - η g/(√s + ε), coordinate by coordinate: AdaGrad (J. Duchi, E. Hazan, Y. Singer 2011), s from 0.
/// </summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Epsilon">ε ≥ 0; with 0 a coordinate whose gradient has always been 0 stays where it is.</param>
public readonly record struct AdaGrad(double StepSize, double Epsilon) : IDescentMethod<AdaGrad>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    )
    {
        for (var j = 0; j < parameters.Length; j++)
        {
            memory[j] += gradient[j] * gradient[j];
            parameters[j] -= StepSize * Preconditioned.By(gradient[j], memory[j], Epsilon);
        }
    }
}

/// <summary>s ← ρs + (1-ρ)g², θ ← θ - η g/(√s + ε): RMSProp (G. Hinton, lecture 6e, 2012), s from 0.</summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Decay">ρ in [0, 1).</param>
/// <param name="Epsilon">ε ≥ 0, as in <see cref="AdaGrad"/>.</param>
public readonly record struct RmsProp(double StepSize, double Decay, double Epsilon) : IDescentMethod<RmsProp>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    )
    {
        for (var j = 0; j < parameters.Length; j++)
        {
            memory[j] = Decay * memory[j] + (1 - Decay) * gradient[j] * gradient[j];
            parameters[j] -= StepSize * Preconditioned.By(gradient[j], memory[j], Epsilon);
        }
    }
}

/// <summary>
/// m ← β₁m + (1-β₁)g, s ← β₂s + (1-β₂)g², θ ← θ - η m̂/(√ŝ + ε) with m̂ = m/(1-β₁ᵏ⁺¹), ŝ = s/(1-β₂ᵏ⁺¹): Adam (D. Kingma,
/// J. Ba 2014, arXiv 1412.6980, algorithm 1), k = 0, 1, ..., m and s from 0.
/// </summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="FirstDecay">β₁ in [0, 1), usually 0.9.</param>
/// <param name="SecondDecay">β₂ in [0, 1), usually 0.999.</param>
/// <param name="Epsilon">ε ≥ 0, usually 1e-8; it decides what happens once gradients are as small.</param>
public readonly record struct Adam(double StepSize, double FirstDecay, double SecondDecay, double Epsilon)
    : IDescentMethod<Adam>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    )
    {
        var first = memory[..parameters.Length];
        var second = memory[parameters.Length..];
        var firstBias = -LogDomain.Expm1((iteration + 1.0) * Math.Log(FirstDecay));
        var secondBias = -LogDomain.Expm1((iteration + 1.0) * Math.Log(SecondDecay));
        for (var j = 0; j < parameters.Length; j++)
        {
            first[j] = FirstDecay * first[j] + (1 - FirstDecay) * gradient[j];
            second[j] = SecondDecay * second[j] + (1 - SecondDecay) * gradient[j] * gradient[j];
            parameters[j] -=
                StepSize * Preconditioned.By(first[j] / firstBias, second[j] / secondBias, Epsilon);
        }
    }
}

/// <summary>What the three have in common.</summary>
internal static class Preconditioned
{
    /// <summary>g/(√s + ε), and 0 for g = 0 whatever s and ε are.</summary>
    internal static double By(double gradient, double square, double epsilon) =>
        gradient == 0 ? 0 : gradient / (Math.Sqrt(square) + epsilon);
}
