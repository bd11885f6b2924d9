using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>
/// θ ← θ - η g with what rounding leaves out of θ carried along (W. Kahan 1965): after any number of iterations the sum is as good
/// as after one.
/// </summary>
/// <param name="StepSize">η > 0.</param>
public readonly record struct CompensatedStep(double StepSize) : IDescentMethod<CompensatedStep>
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
            (parameters[j], memory[j]) = DoubleDouble.Sum(parameters[j], memory[j] - StepSize * gradient[j]);
    }
}
