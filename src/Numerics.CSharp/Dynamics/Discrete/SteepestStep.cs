using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>The norm in which descent is steepest.</summary>
public enum DescentNorm
{
    /// <summary>‖·‖₁: the coordinate of the largest slope moves; coordinate descent, boosting.</summary>
    L1,

    /// <summary>‖·‖₂: gradient descent.</summary>
    L2,

    /// <summary>‖·‖_∞: every coordinate moves by as much; sign descent.</summary>
    LInfinity,
}

/// <summary>
/// θ ← θ + η v, v = argmin ⟨g, v⟩ + ‖v‖²/2: steepest descent in a norm, whose length is the dual norm of the gradient.
/// On separable data, with a loss of exponential tail and η small enough, it converges to the max-margin direction of that norm
/// (Gunasekar, Lee, Soudry, Srebro 2018, arXiv 1802.08246). In the ℓ₁ norm the first coordinate wins ties; in the ℓ_∞ norm a
/// coordinate without a slope stays.
/// </summary>
/// <param name="StepSize">η > 0.</param>
/// <param name="Norm">The norm of v.</param>
public readonly record struct SteepestStep(double StepSize, DescentNorm Norm) : IDescentMethod<SteepestStep>
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
        switch (Norm)
        {
            case DescentNorm.L1:
                var at = 0;
                for (var j = 1; j < gradient.Length; j++)
                    if (Math.Abs(gradient[j]) > Math.Abs(gradient[at]))
                        at = j;
                parameters[at] -= StepSize * gradient[at];
                break;
            case DescentNorm.LInfinity:
                var length = 0.0;
                foreach (var slope in gradient)
                    length += Math.Abs(slope);
                for (var j = 0; j < gradient.Length; j++)
                    if (gradient[j] != 0) // NaN included, which must not go unseen
                        parameters[j] -= Math.CopySign(StepSize * length, gradient[j]);
                break;
            default:
                new FixedStep(StepSize).Update(iteration, gradient, parameters, memory);
                break;
        }
    }
}
