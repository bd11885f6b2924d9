using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>θ ← θ - η g: gradient descent (A. Cauchy 1847), stochastic with batches.</summary>
/// <param name="StepSize">η > 0.</param>
public readonly record struct FixedStep(double StepSize) : IDescentMethod<FixedStep>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 0;

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
            parameters[j] = Math.FusedMultiplyAdd(-StepSize, gradient[j], parameters[j]);
    }
}

/// <summary>
/// θ ← θ - η (k+1)⁻ᵖ ∇L/L, k = 0, 1, ..., p = decay: normalised descent, whose steps do not shrink with the loss. p = 0 is descent on
/// log L; p = 1/2 is the aggressive schedule whose margin converges like log k/√k (Nacson, Lee, Gunasekar, Savarese,
/// Srebro, Soudry 2018, arXiv 1803.01905).
/// </summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Decay">p ≥ 0.</param>
public readonly record struct NormalizedStep(double StepSize, double Decay) : IDescentMethod<NormalizedStep>
{
    /// <inheritdoc/>
    public static int MemoryPerParameter => 0;

    /// <inheritdoc/>
    public static bool IsRelative => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    )
    {
        var step = Decay == 0 ? StepSize : StepSize * Math.Pow(iteration + 1.0, -Decay);
        for (var j = 0; j < parameters.Length; j++)
            parameters[j] = Math.FusedMultiplyAdd(-step, gradient[j], parameters[j]);
    }
}
