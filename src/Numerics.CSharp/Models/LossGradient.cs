using System.Runtime.CompilerServices;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// The gradient of a loss of a model: Jᵀ ℓ'(f(θ)), in one pass over the data where model and loss allow it, else through
/// Predict, Gradient and Pullback.
/// </summary>
/// <remarks>Allocates nothing after it is made. One thread at a time: the outputs in between are its own.</remarks>
public sealed class LossGradient
{
    private readonly IModel model;
    private readonly ILoss loss;
    private readonly GradientPass? pass;
    private readonly int parameterCount;
    private readonly double[] outputs;
    private readonly double[] weights;

    /// <summary>Of this model and loss.</summary>
    /// <param name="model">f(θ; xᵢ).</param>
    /// <param name="loss">Summed loss.</param>
    public LossGradient(IModel model, ILoss loss)
    {
        this.model = model;
        this.loss = loss;
        parameterCount = model.ParameterCount;
        pass = model is IOnePassModel one && loss is ISlopedLoss sloped ? one.Bind(sloped) : null;
        outputs = new double[pass is null ? model.SampleCount : 0];
        weights = new double[outputs.Length];
    }

    /// <summary>gradient ← e^{-logScale} ∇L(θ).</summary>
    /// <param name="parameters">θ, length p.</param>
    /// <param name="logScale">0 for the gradient itself; log L for the gradient relative to L.</param>
    /// <param name="gradient">Length p; must not overlap the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is not p.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(ReadOnlySpan<double> parameters, double logScale, Span<double> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, parameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, parameterCount);
        if (pass is not null)
        {
            pass.Run(parameters, logScale, gradient);
            return;
        }
        model.Predict(parameters, outputs);
        loss.Gradient(outputs, logScale, weights);
        model.Pullback(parameters, weights, gradient);
    }
}
