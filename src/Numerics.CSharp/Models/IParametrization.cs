namespace ImplicitBias.Numerics;

/// <summary>
/// How the parameters of a network that is linear in its input make its predictor: θ ↦ β(θ), f(θ; x) = ⟨β(θ), x⟩.
/// Homogeneous of order <see cref="Depth"/>: β(cθ) = c^L β(θ).
/// </summary>
/// <remarks>
/// The architecture alone, without data; <see cref="LinearNetwork"/> puts the two together. An instance may hold work
/// space: not thread-safe.
/// </remarks>
public interface IParametrization
{
    /// <summary>L, the number of layers.</summary>
    int Depth { get; }

    /// <summary>d, the length of β.</summary>
    int Dimension { get; }

    /// <summary>p, the length of θ.</summary>
    int ParameterCount { get; }

    /// <summary>predictor ← β(θ).</summary>
    void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor);

    /// <summary>gradient ← ∂⟨β(θ), v⟩/∂θ: the adjoint of the derivative of β, applied to predictorWeights v.</summary>
    void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> gradient
    );

    /// <summary>hessian ← hessian + ∂²⟨β(θ), v⟩/∂θ², row-major p×p, v = predictorWeights.</summary>
    void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    );
}
