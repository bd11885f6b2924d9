namespace ImplicitBias.Numerics;

/// <summary>
/// The residuals f(θ; xᵢ) - yᵢ of a model: real targets folded into the outputs, as labels are folded into margins.
/// </summary>
public sealed class ResidualModel : IModel
{
    private readonly IModel model;
    private readonly double[] targets;

    /// <summary>The residuals of a model on its sample.</summary>
    /// <param name="model">f, without labels folded in.</param>
    /// <param name="targets">y, length n, finite; copied.</param>
    /// <exception cref="ArgumentException">Another number of targets, or one that is not finite.</exception>
    public ResidualModel(IModel model, double[] targets)
    {
        if (targets.Length != model.SampleCount)
            throw new ArgumentException($"{targets.Length} targets for {model.SampleCount} samples.");
        foreach (var target in targets)
            if (!double.IsFinite(target))
                throw new ArgumentException($"Targets are finite; found {target}.");
        this.model = model;
        this.targets = (double[])targets.Clone();
    }

    /// <summary>The residuals Xw - y of the linear model on a sample with targets.</summary>
    /// <exception cref="InvalidOperationException">The sample has labels instead.</exception>
    public static ResidualModel Linear(Dataset data) => new(new LinearModel(data.Inputs()), data.Targets());

    /// <summary>f, whose residuals these are.</summary>
    public IModel Model => model;

    /// <inheritdoc/>
    public int ParameterCount => model.ParameterCount;

    /// <inheritdoc/>
    public int SampleCount => model.SampleCount;

    /// <summary>outputs ← f(θ; xᵢ) - yᵢ.</summary>
    public void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        model.Predict(parameters, outputs);
        for (var i = 0; i < targets.Length; i++)
            outputs[i] -= targets[i];
    }

    /// <inheritdoc/>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    ) => model.Pullback(parameters, outputWeights, gradient);
}
