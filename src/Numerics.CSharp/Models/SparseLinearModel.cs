using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// <see cref="LinearModel"/> on sparse signed inputs zᵢ = yᵢxᵢ: outputs are the margins ⟨zᵢ, w⟩. Parameters: w, length d.
/// </summary>
/// <remarks>Sums are taken in a fixed order and fixed chunks, so a result does not depend on the number of threads.</remarks>
/// <param name="signedInputs">Z, n×d.</param>
public sealed class SparseLinearModel(SparseRows signedInputs) : ICurvedModel, IOnePassModel
{
    private readonly SparsePass pass = new(signedInputs, 0);

    /// <summary>Z.</summary>
    public SparseRows SignedInputs => signedInputs;

    /// <summary>d, the length of w.</summary>
    public int ParameterCount => signedInputs.Width;

    /// <summary>n, the number of rows of Z.</summary>
    public int SampleCount => signedInputs.Count;

    /// <inheritdoc cref="LinearModel.Threads"/>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>outputs ← Zw.</summary>
    public unsafe void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, SampleCount);
        fixed (double* to = outputs)
            pass.Run(new Predicting(to), parameters, [], Threads);
    }

    /// <summary>gradient ← Zᵀv, whatever the parameters.</summary>
    public unsafe void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        fixed (double* weights = outputWeights)
            pass.Run(new Pulling(weights), parameters, gradient, Threads);
    }

    /// <summary>hessian ← Zᵀ diag(curvatures) Z, d×d row-major: dense, for few features.</summary>
    public void Hessian(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        ReadOnlySpan<double> curvatures,
        Span<double> hessian
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(curvatures.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hessian.Length, ParameterCount * ParameterCount);
        hessian.Clear();
        for (var i = 0; i < curvatures.Length; i++)
        {
            var at = signedInputs.Columns(i);
            var x = signedInputs.Values(i);
            for (var k = 0; k < x.Length; k++)
                signedInputs.AddMultiple(
                    curvatures[i] * x[k],
                    i,
                    hessian.Slice(at[k] * ParameterCount, ParameterCount)
                );
        }
    }

    GradientPass IOnePassModel.Bind(ISlopedLoss loss) => pass.Bind(loss, Threads);

    IBatchRows IOnePassModel.Gather(int capacity) => new SparsePass(signedInputs, capacity);
}
