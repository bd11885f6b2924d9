namespace ImplicitBias.Numerics;

/// <summary>
/// One hidden neuron with a leaky rectifier: f(x) = a σ(v·x), σ(z) = z for z ≥ 0 and ρz for z &lt; 0. Parameters: v, then a;
/// p = d + 1.
/// </summary>
/// <remarks>
/// Homogeneous of order 2 in (v, a): along gradient flow a² - ‖v‖² is constant. At z = 0 the slope is taken to be 1. (Azulay et
/// al. 2021, arXiv 2102.09769.)
/// </remarks>
public sealed class LeakyNeuron : IModel
{
    private readonly double[,] inputs;
    private readonly double leak;

    /// <summary>The neuron on a sample.</summary>
    /// <param name="inputs">X, n×d with n, d ≥ 1; copied.</param>
    /// <param name="leak">ρ in (0, 1].</param>
    /// <exception cref="ArgumentException">X is empty, or ρ is not in (0, 1].</exception>
    public LeakyNeuron(double[,] inputs, double leak)
    {
        if (inputs.Length == 0)
            throw new ArgumentException("The inputs need a row and a column.", nameof(inputs));
        if (!(leak > 0 && leak <= 1))
            throw new ArgumentException($"The slope of a leak is in (0, 1]; it is {leak}.", nameof(leak));
        this.inputs = (double[,])inputs.Clone();
        this.leak = leak;
    }

    /// <inheritdoc/>
    public int ParameterCount => inputs.GetLength(1) + 1;

    /// <inheritdoc/>
    public int SampleCount => inputs.GetLength(0);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, SampleCount);
        for (var i = 0; i < SampleCount; i++)
        {
            var activation = Activation(parameters, i);
            outputs[i] = parameters[^1] * Slope(activation) * activation;
        }
    }

    /// <inheritdoc/>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        gradient.Clear();
        for (var i = 0; i < SampleCount; i++)
        {
            var activation = Activation(parameters, i);
            var weight = outputWeights[i] * Slope(activation);
            for (var j = 0; j < ParameterCount - 1; j++)
                gradient[j] += weight * parameters[^1] * inputs[i, j];
            gradient[^1] += weight * activation;
        }
    }

    private double Slope(double activation) => activation >= 0 ? 1 : leak;

    /// <summary>v·xᵢ.</summary>
    private double Activation(ReadOnlySpan<double> parameters, int sample)
    {
        var sum = 0.0;
        for (var j = 0; j < ParameterCount - 1; j++)
            sum += parameters[j] * inputs[sample, j];
        return sum;
    }
}
