using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>v ← μv - η g, θ ← θ + v: the heavy ball (B. Polyak 1964), v from 0.</summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Momentum">μ in [0, 1).</param>
public readonly record struct HeavyBall(double StepSize, double Momentum) : IDescentMethod<HeavyBall>
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
            memory[j] = Momentum * memory[j] - StepSize * gradient[j];
            parameters[j] += memory[j];
        }
    }
}

/// <summary>
/// The heavy ball with the gradient taken ahead, at θ + μv: Nesterov's momentum (Yu. Nesterov 1983) with a constant μ, in
/// the form of Sutskever, Martens, Dahl and Hinton (2013), v from 0.
/// </summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Momentum">μ in [0, 1).</param>
public readonly record struct NesterovMomentum(double StepSize, double Momentum)
    : IDescentMethod<NesterovMomentum>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 1;

    /// <inheritdoc/>
    public static bool LooksAhead => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookAhead(
        NesterovMomentum method,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> memory,
        Span<double> point
    )
    {
        for (var j = 0; j < point.Length; j++)
            point[j] = parameters[j] + method.Momentum * memory[j];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    ) => new HeavyBall(StepSize, Momentum).Update(iteration, gradient, parameters, memory);
}
