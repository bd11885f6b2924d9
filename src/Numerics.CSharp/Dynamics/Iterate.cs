namespace ImplicitBias.Numerics;

/// <summary>
/// One sequence of exact iterations w ← w - η∇L(w), with what rounding leaves out of w carried along: after 2¹⁸ steps
/// the sum is as good as after one.
/// </summary>
internal sealed class Iterate(LinearModel model, ILoss loss, double stepSize, ReadOnlySpan<double> start)
{
    private readonly double[] parameters = start.ToArray();
    private readonly double[] rounding = new double[model.ParameterCount];
    private readonly double[] outputs = new double[model.SampleCount];
    private readonly LossGradient lossGradient = new(model, loss);
    private readonly double[] gradient = new double[model.ParameterCount];

    /// <summary>Iterations made.</summary>
    internal long Count { get; private set; }

    /// <summary>w, rounded.</summary>
    internal ReadOnlySpan<double> Parameters => parameters;

    /// <summary>One more iteration.</summary>
    internal void Descend()
    {
        lossGradient.Fill(parameters, 0, gradient);
        for (var j = 0; j < parameters.Length; j++)
            (parameters[j], rounding[j]) = DoubleDouble.Sum(
                parameters[j],
                rounding[j] - stepSize * gradient[j]
            );
        Count++;
    }

    /// <summary>log L(w).</summary>
    internal double LogLoss()
    {
        model.Predict(parameters, outputs);
        return loss.LogValue(outputs);
    }

    /// <summary>w with what rounding left out.</summary>
    internal DoubleDouble[] Exact()
    {
        var exact = new DoubleDouble[parameters.Length];
        for (var j = 0; j < exact.Length; j++)
            exact[j] = DoubleDouble.Normalised(parameters[j], rounding[j]);
        return exact;
    }
}
