namespace ImplicitBias.Numerics;

/// <summary>
/// A network that is linear in its input, on a fixed sample: outputs ⟨β(θ), zᵢ⟩ with β(θ) from its architecture.
/// Margins where the labels are folded into the rows zᵢ = yᵢxᵢ, predictions where the rows are xᵢ.
/// </summary>
/// <remarks>Holds work space: not thread-safe.</remarks>
public sealed class LinearNetwork : ICurvedModel
{
    private readonly LinearModel inputs;
    private readonly double[] predictor;
    private readonly double[] predictorWeights;
    private readonly double[] outputGradient;

    /// <summary>The architecture on the rows of Z, which are copied.</summary>
    /// <param name="inputs">Z, n×d with n, d ≥ 1, finite.</param>
    /// <param name="parametrization">β(θ) of length d.</param>
    /// <exception cref="ArgumentException">Z is empty or not finite, or β has another length than a row.</exception>
    public LinearNetwork(double[,] inputs, IParametrization parametrization)
    {
        this.inputs = new LinearModel(inputs);
        if (this.inputs.ParameterCount != parametrization.Dimension)
            throw new ArgumentException(
                $"The inputs have {this.inputs.ParameterCount} features; the network takes {parametrization.Dimension}."
            );
        Parametrization = parametrization;
        predictor = new double[parametrization.Dimension];
        predictorWeights = new double[parametrization.Dimension];
        outputGradient = new double[parametrization.ParameterCount];
    }

    /// <summary>The architecture.</summary>
    public IParametrization Parametrization { get; }

    /// <inheritdoc/>
    public int ParameterCount => Parametrization.ParameterCount;

    /// <inheritdoc/>
    public int SampleCount => inputs.SampleCount;

    /// <summary>outputs ← Zβ(θ).</summary>
    public void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        Parametrization.Predictor(parameters, predictor);
        inputs.Predict(predictor, outputs);
    }

    /// <summary>gradient ← ∂⟨β(θ), Zᵀv⟩/∂θ.</summary>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        inputs.Pullback(predictor, outputWeights, predictorWeights);
        Parametrization.Pullback(parameters, predictorWeights, gradient);
    }

    /// <summary>hessian ← Σᵢ curvatures[i] ∇fᵢ∇fᵢᵀ + ∂²⟨β(θ), Zᵀv⟩/∂θ², p×p row-major.</summary>
    public void Hessian(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        ReadOnlySpan<double> curvatures,
        Span<double> hessian
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(curvatures.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hessian.Length, ParameterCount * ParameterCount);
        hessian.Clear();
        inputs.Pullback(predictor, outputWeights, predictorWeights);
        Parametrization.AddCurvature(parameters, predictorWeights, hessian);
        for (var i = 0; i < curvatures.Length; i++)
        {
            if (curvatures[i] == 0)
                continue; // late in a run all but the support vectors
            Parametrization.Pullback(parameters, inputs.SignedInput(i), outputGradient);
            for (var j = 0; j < outputGradient.Length; j++)
                LinearModel.AddMultiple(
                    curvatures[i] * outputGradient[j],
                    outputGradient,
                    hessian.Slice(j * outputGradient.Length, outputGradient.Length)
                );
        }
    }
}
