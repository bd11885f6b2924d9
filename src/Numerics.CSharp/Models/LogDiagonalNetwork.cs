namespace ImplicitBias.Numerics;

/// <summary>
/// The diagonal network β = u₊^L - u₋^L of <see cref="DiagonalNetwork.Shared"/> in the parameters z = log u, for positive u of
/// any size: β = e^{Lz₊} - e^{Lz₋}, coordinate by coordinate. θ = (z₊, z₋), p = 2d.
/// </summary>
/// <remarks>
/// Gradient flow keeps the signs of u, and in z it is the mirror flow of <see cref="LogarithmicParameters"/>: u' = -∂L/∂u is
/// z' = -e^{-2z} ∂L/∂z. A start of 10⁻⁵⁰ is z = -115, with as many digits as any other; in u what has not grown yet would be lost beside
/// what has. Not homogeneous in z.
/// </remarks>
public sealed class LogDiagonalNetwork : IParametrization
{
    /// <summary>A network for d features, of depth L.</summary>
    /// <exception cref="ArgumentOutOfRangeException">dimension or depth is below 1.</exception>
    public LogDiagonalNetwork(int dimension, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        (Dimension, Depth) = (dimension, depth);
    }

    /// <inheritdoc/>
    public int Depth { get; }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int ParameterCount => 2 * Dimension;

    /// <inheritdoc/>
    public void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        // e^a - e^b = 2e^{(a+b)/2} sinh((a-b)/2), without cancellation.
        for (var j = 0; j < Dimension; j++)
        {
            var (plus, minus) = (Depth * parameters[j], Depth * parameters[Dimension + j]);
            var half = (plus - minus) / 2;
            predictor[j] =
                Math.Abs(half) < 1
                    ? 2 * Math.Exp((plus + minus) / 2) * Math.Sinh(half)
                    : Math.Exp(plus) - Math.Exp(minus);
        }
    }

    /// <inheritdoc/>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        for (var k = 0; k < ParameterCount; k++)
            gradient[k] = Sign(k) * Depth * Math.Exp(Depth * parameters[k]) * predictorWeights[k % Dimension];
    }

    /// <inheritdoc/>
    public void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    )
    {
        for (var k = 0; k < ParameterCount; k++)
            hessian[k * (ParameterCount + 1)] +=
                Sign(k) * Depth * Depth * Math.Exp(Depth * parameters[k]) * predictorWeights[k % Dimension];
    }

    private int Sign(int k) => k < Dimension ? 1 : -1;
}
