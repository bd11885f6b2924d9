namespace ImplicitBias.Numerics;

/// <summary>
/// The derivatives of a loss relative to its value, at one θ at a time: what every clock that never forms t is made
/// of. Evaluates once per θ, however often it is asked.
/// </summary>
/// <remarks>
/// log L of size 10⁶ is rounded to 10⁻¹⁰, and weights computed from it are wrong by that common factor. Multiplied
/// by a step of 10⁵ e-folds it would drown everything else, so it is measured, as Σ ℓ(mᵢ)/L, which should be 1, and
/// divided out.
/// </remarks>
internal sealed class RelativeLoss(IModel model, ILoss loss)
{
    /// <summary>Below this |log L| its rounding is not worth measuring.</summary>
    private const double Unrounded = 16;

    private readonly double[] point = NotYet(model.ParameterCount);
    private readonly double[] outputs = new double[model.SampleCount];
    private readonly double[] weights = new double[model.SampleCount];
    private readonly double[] gradient = new double[model.ParameterCount];
    private double logRounding;

    /// <summary>log L.</summary>
    internal double LogValue { get; private set; }

    /// <summary>f(θ; xᵢ).</summary>
    internal ReadOnlySpan<double> Outputs => outputs;

    /// <summary>ℓ'(mᵢ)/L.</summary>
    internal ReadOnlySpan<double> Weights => weights;

    /// <summary>g = -∇ log L.</summary>
    internal ReadOnlySpan<double> Gradient => gradient;

    /// <summary>‖g‖².</summary>
    internal double SquaredNorm { get; private set; }

    /// <summary>Makes θ the point all the rest is about.</summary>
    internal void MoveTo(ReadOnlySpan<double> parameters)
    {
        if (parameters.SequenceEqual(point))
            return;
        parameters.CopyTo(point);
        model.Predict(parameters, outputs);
        LogValue = loss.LogValue(outputs);
        logRounding = Math.Abs(LogValue) < Unrounded ? 0 : Math.Log(SumOfParts());
        loss.Gradient(outputs, LogValue, weights);
        Normalise(weights);
        model.Pullback(parameters, weights, gradient);
        SquaredNorm = 0;
        for (var j = 0; j < gradient.Length; j++)
        {
            gradient[j] = -gradient[j];
            SquaredNorm += gradient[j] * gradient[j];
        }
    }

    /// <summary>log(t + t₀) = log q - log L(θ) of a state: θ, then q = (t + t₀) L.</summary>
    internal double LogTime(ReadOnlySpan<double> state)
    {
        MoveTo(state[..^1]);
        return Math.Log(state[^1]) - LogValue;
    }

    /// <summary>ℓ''(mᵢ)/L.</summary>
    internal void Curvature(Span<double> target)
    {
        loss.Curvature(outputs, LogValue, target);
        Normalise(target);
    }

    /// <summary>ℓ'''(mᵢ)/L.</summary>
    internal void ThirdDerivative(Span<double> target)
    {
        loss.ThirdDerivative(outputs, LogValue, target);
        Normalise(target);
    }

    /// <summary>Σ ℓ(mᵢ)/L.</summary>
    private double SumOfParts()
    {
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++)
            sum += Math.Exp(loss.LogValue(outputs.AsSpan(i, 1)) - LogValue);
        return sum;
    }

    private void Normalise(Span<double> relative)
    {
        var factor = Math.Exp(-logRounding);
        for (var i = 0; i < relative.Length; i++)
            relative[i] *= factor;
    }

    private static double[] NotYet(int length)
    {
        var point = new double[length];
        Array.Fill(point, double.NaN); // equal to no point, itself included
        return point;
    }
}
