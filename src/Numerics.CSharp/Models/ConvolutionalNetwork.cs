namespace ImplicitBias.Numerics;

/// <summary>
/// The full-width linear convolutional network of depth L: L - 1 circular layers
/// h_l[i] = D^{-1/2} Σₖ w_l[k] h_{l-1}[(i + k) mod D], then the inner product with w_L.
/// </summary>
/// <remarks>
/// With the unitary transform (Fw)_k = D^{-1/2} Σⱼ e^{-2πijk/D} w_j the predictor is Fβ = Fw₁∘…∘Fw_L, without
/// conjugates, because the layers correlate (as deep learning's convolutions do); in the time domain,
/// β = D^{-(L-1)/2} w₁⊛…⊛w_L. Without the factors D^{-1/2} of the layers β has the same direction and another scale.
/// Gunasekar, Lee, Soudry, Srebro 2018 (arXiv 1806.00468). Along gradient flow |Fw_l|² - |Fw_m|² is constant.
/// Parameters: w₁, …, w_L one after another, p = LD. Holds work space: not thread-safe.
/// </remarks>
public sealed class ConvolutionalNetwork : IParametrization
{
    private readonly double scale; // D^{-(L-1)/2}
    private readonly double[][] before; // w₁⊛…⊛w_l
    private readonly double[][] after; // w_{l+1}⊛…⊛w_L
    private readonly double[] others;
    private readonly double[] correlated;
    private readonly double[] scaled;

    /// <summary>A network on signals of length D.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="depth">L ≥ 1; L = 1 is the linear predictor itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is below 1.</exception>
    public ConvolutionalNetwork(int dimension, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Dimension = dimension;
        Depth = depth;
        scale = Math.Pow(dimension, -(depth - 1) / 2.0);
        before = [.. Enumerable.Range(0, depth + 1).Select(_ => new double[dimension])];
        after = [.. Enumerable.Range(0, depth + 1).Select(_ => new double[dimension])];
        before[0][0] = 1;
        after[depth][0] = 1;
        others = new double[dimension];
        correlated = new double[dimension];
        scaled = new double[dimension];
    }

    /// <inheritdoc/>
    public int Depth { get; }

    /// <summary>D, the length of a signal and of every filter.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int ParameterCount => Depth * Dimension;

    /// <summary>The filter w_{layer+1} within θ, layer counted from 0.</summary>
    public ReadOnlySpan<double> Filter(ReadOnlySpan<double> parameters, int layer) =>
        parameters.Slice(layer * Dimension, Dimension);

    /// <inheritdoc/>
    public void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        FillBefore(parameters);
        for (var j = 0; j < predictor.Length; j++)
            predictor[j] = scale * before[Depth][j];
    }

    /// <inheritdoc/>
    /// <remarks>∂/∂w_l is v correlated with the convolution of the other filters.</remarks>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        FillBefore(parameters);
        for (var l = Depth - 1; l >= 0; l--)
            Convolve(Filter(parameters, l), after[l + 1], after[l]);
        Scale(predictorWeights);
        for (var l = 0; l < Depth; l++)
        {
            Convolve(before[l], after[l + 1], others);
            Correlate(scaled, others, gradient.Slice(l * Dimension, Dimension));
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The derivative by w_l[a] and w_m[b], l ≠ m, is entry a + b of v correlated with the convolution of the filters
    /// that are left; within a layer there is none.
    /// </remarks>
    public void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    )
    {
        Scale(predictorWeights);
        for (var l = 0; l < Depth; l++)
        for (var m = 0; m < l; m++)
        {
            Array.Clear(others);
            others[0] = 1;
            for (var k = 0; k < Depth; k++)
            {
                if (k == l || k == m)
                    continue;
                Convolve(Filter(parameters, k), others, correlated);
                correlated.CopyTo(others, 0);
            }
            Correlate(scaled, others, correlated);
            for (var a = 0; a < Dimension; a++)
            for (var b = 0; b < Dimension; b++)
            {
                var second = correlated[(a + b) % Dimension];
                var (first, other) = (l * Dimension + a, m * Dimension + b);
                hessian[first * ParameterCount + other] += second;
                hessian[other * ParameterCount + first] += second;
            }
        }
    }

    private void FillBefore(ReadOnlySpan<double> parameters)
    {
        for (var l = 0; l < Depth; l++)
            Convolve(Filter(parameters, l), before[l], before[l + 1]);
    }

    private void Scale(ReadOnlySpan<double> predictorWeights)
    {
        for (var j = 0; j < scaled.Length; j++)
            scaled[j] = scale * predictorWeights[j];
    }

    /// <summary>target[j] ← Σₖ x[k] y[(j - k) mod D]; target is neither x nor y.</summary>
    private static void Convolve(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> target)
    {
        target.Clear();
        for (var k = 0; k < x.Length; k++)
        {
            if (x[k] == 0)
                continue;
            LinearModel.AddMultiple(x[k], y[..^k], target[k..]);
            LinearModel.AddMultiple(x[k], y[^k..], target[..k]);
        }
    }

    /// <summary>target[k] ← Σⱼ x[j] y[(j - k) mod D]; target is neither x nor y.</summary>
    private static void Correlate(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> target)
    {
        for (var k = 0; k < target.Length; k++)
            target[k] = LinearModel.Dot(x[k..], y[..^k]) + LinearModel.Dot(x[..k], y[^k..]);
    }
}
