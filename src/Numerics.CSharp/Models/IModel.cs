namespace ImplicitBias.Numerics;

/// <summary>Predictor f(θ; xᵢ) on a fixed sample. Outputs: n, parameters: p.</summary>
public interface IModel
{
    /// <summary>p, the length of θ.</summary>
    int ParameterCount { get; }

    /// <summary>n, the number of outputs.</summary>
    int SampleCount { get; }

    /// <summary>outputs ← f(θ; x₁..xₙ).</summary>
    void Predict(ReadOnlySpan<double> parameters, Span<double> outputs);

    /// <summary>gradient ← Jᵀv: the adjoint of the derivative of Predict at θ, applied to outputWeights v.</summary>
    void Pullback(ReadOnlySpan<double> parameters, ReadOnlySpan<double> outputWeights, Span<double> gradient);
}
