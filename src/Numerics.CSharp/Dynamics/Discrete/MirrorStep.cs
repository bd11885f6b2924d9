using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>
/// ∇ψ(θ) ← ∇ψ(θ) + v, v ← μv - η g: mirror descent with momentum. The dual is remembered from one iteration to the next, so that
/// it moves by the gradient and by nothing else, and is added up with compensation.
/// </summary>
/// <remarks>
/// A disturbed copy shows what rounding does: it adds without compensation, and takes its gradients at points with the last bit
/// changed, up and down in turn.
/// </remarks>
/// <param name="Potential">ψ.</param>
/// <param name="StepSize">η.</param>
/// <param name="Momentum">μ in [0, 1).</param>
/// <param name="Velocity">v at the start; null for zero.</param>
/// <param name="IsDisturbed">Whether this is the disturbed copy.</param>
internal readonly record struct MirrorStep(
    IPotential Potential,
    double StepSize,
    double Momentum,
    double[]? Velocity,
    bool IsDisturbed
) : IDescentMethod<MirrorStep>
{
    /// <summary>The dual, what rounding took from it, the velocity.</summary>
    public static int MemoryPerParameter => 3;

    /// <inheritdoc/>
    public static bool LooksAhead => true;

    /// <inheritdoc/>
    public static void Begin(MirrorStep method, ReadOnlySpan<double> parameters, Span<double> memory)
    {
        method.Potential.MirrorMap(parameters, memory[..parameters.Length]);
        method.Velocity?.CopyTo(memory[(2 * parameters.Length)..]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookAhead(
        MirrorStep method,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> memory,
        Span<double> point
    )
    {
        parameters.CopyTo(point);
        if (method.IsDisturbed)
            for (var j = 0; j < point.Length; j++)
                point[j] *= 1 + (j % 2 == 0 ? Rounding.Unit : -Rounding.Unit);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(
        long iteration,
        ReadOnlySpan<double> gradient,
        Span<double> parameters,
        Span<double> memory
    )
    {
        var dual = memory[..parameters.Length];
        var lost = memory.Slice(parameters.Length, parameters.Length);
        var velocity = memory[(2 * parameters.Length)..];
        for (var j = 0; j < dual.Length; j++)
        {
            velocity[j] = Momentum * velocity[j] - StepSize * gradient[j];
            if (IsDisturbed)
            {
                dual[j] += velocity[j];
                continue;
            }
            var increment = velocity[j] - lost[j]; // Kahan 1965
            var sum = dual[j] + increment;
            lost[j] = sum - dual[j] - increment;
            dual[j] = sum;
        }
        Potential.InverseMap(dual, parameters);
    }

    /// <summary>The method and its numbers.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"MirrorStep {{ {Potential.Name}, {StepSize:R}, {Momentum:R}, [{string.Join(' ', Velocity ?? [])}] }}"
        );
}
