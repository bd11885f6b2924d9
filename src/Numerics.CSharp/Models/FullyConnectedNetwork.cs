namespace ImplicitBias.Numerics;

/// <summary>
/// The fully connected linear network β = (W_L ⋯ W₂W₁)ᵀ with W₁ of size h×d, W₂, …, W_{L-1} of size h×h and W_L of size
/// 1×h; for L = 1, W₁ of size 1×d.
/// </summary>
/// <remarks>
/// Parameters: W₁, …, W_L one after another, each row by row. Along gradient flow W_{l+1}ᵀW_{l+1} - W_lW_lᵀ is constant.
/// Holds work space: not thread-safe.
/// </remarks>
public sealed class FullyConnectedNetwork : IParametrization
{
    private readonly int[] sizes; // sizes[l] inputs of W_{l+1}; the last is the one output
    private readonly int[] offsets; // where W_{l+1} starts in θ
    private readonly double[][] forward; // W_l ⋯ W₁ v
    private readonly double[][] backward; // (W_L ⋯ W_{l+1})ᵀ, the last is 1
    private double[] between; // W_{m-1} ⋯ W_{l+1}, h×h
    private double[] product;

    /// <summary>A network of a given shape.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="depth">L ≥ 1.</param>
    /// <param name="width">h ≥ 1, of every hidden layer; without effect for L = 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the three is below 1.</exception>
    public FullyConnectedNetwork(int dimension, int depth, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Depth = depth;
        sizes = [dimension, .. Enumerable.Repeat(width, depth - 1), 1];
        offsets = new int[depth + 1];
        for (var l = 0; l < depth; l++)
            offsets[l + 1] = offsets[l] + sizes[l] * sizes[l + 1];
        forward = [.. sizes.Select(size => new double[size])];
        backward = [.. sizes.Select(size => new double[size])];
        between = new double[width * width];
        product = new double[width * width];
    }

    /// <inheritdoc/>
    public int Depth { get; }

    /// <inheritdoc/>
    public int Dimension => sizes[0];

    /// <inheritdoc/>
    public int ParameterCount => offsets[^1];

    /// <summary>Rows and columns of W_{layer+1}, layer counted from 0.</summary>
    public (int Rows, int Columns) Shape(int layer) => (sizes[layer + 1], sizes[layer]);

    /// <summary>W_{layer+1} within θ, row by row, layer counted from 0.</summary>
    public ReadOnlySpan<double> Layer(ReadOnlySpan<double> parameters, int layer) =>
        parameters[offsets[layer]..offsets[layer + 1]];

    /// <inheritdoc/>
    public void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        FillBackward(parameters);
        backward[0].CopyTo(predictor);
    }

    /// <inheritdoc/>
    /// <remarks>∂/∂W_l = (W_L ⋯ W_{l+1})ᵀ (W_{l-1} ⋯ W₁ v)ᵀ.</remarks>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        FillBackward(parameters);
        FillForward(parameters, predictorWeights);
        for (var l = 0; l < Depth; l++)
        {
            var (rows, columns) = Shape(l);
            for (var a = 0; a < rows; a++)
            for (var b = 0; b < columns; b++)
                gradient[offsets[l] + a * columns + b] = backward[l + 1][a] * forward[l][b];
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// For layers l &lt; m the derivative by W_l[a,b] and W_m[c,e] is
    /// (W_L ⋯ W_{m+1})[c] (W_{m-1} ⋯ W_{l+1})[e,a] (W_{l-1} ⋯ W₁v)[b]; within a layer there is none.
    /// </remarks>
    public void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    )
    {
        FillBackward(parameters);
        FillForward(parameters, predictorWeights);
        var p = ParameterCount;
        for (var l = 0; l < Depth - 1; l++)
        {
            var (rows, columns) = Shape(l);
            Array.Clear(between);
            for (var a = 0; a < rows; a++)
                between[a * rows + a] = 1;
            for (var m = l + 1; m < Depth; m++)
            {
                var (outer, inner) = Shape(m);
                for (var c = 0; c < outer; c++)
                for (var e = 0; e < inner; e++)
                for (var a = 0; a < rows; a++)
                {
                    var factor = backward[m + 1][c] * between[e * rows + a];
                    for (var b = 0; b < columns; b++)
                    {
                        var second = factor * forward[l][b];
                        var (first, other) = (offsets[l] + a * columns + b, offsets[m] + c * inner + e);
                        hessian[first * p + other] += second;
                        hessian[other * p + first] += second;
                    }
                }
                if (m < Depth - 1)
                    Extend(Layer(parameters, m), rows);
            }
        }
    }

    /// <summary>between ← W between, W of size h×h.</summary>
    private void Extend(ReadOnlySpan<double> layer, int width)
    {
        for (var i = 0; i < width; i++)
        for (var j = 0; j < width; j++)
        {
            var sum = 0.0;
            for (var k = 0; k < width; k++)
                sum += layer[i * width + k] * between[k * width + j];
            product[i * width + j] = sum;
        }
        (between, product) = (product, between);
    }

    private void FillForward(ReadOnlySpan<double> parameters, ReadOnlySpan<double> predictorWeights)
    {
        predictorWeights.CopyTo(forward[0]);
        for (var l = 0; l < Depth - 1; l++)
        {
            var (rows, columns) = Shape(l);
            var weights = Layer(parameters, l);
            for (var a = 0; a < rows; a++)
            {
                var sum = 0.0;
                for (var b = 0; b < columns; b++)
                    sum += weights[a * columns + b] * forward[l][b];
                forward[l + 1][a] = sum;
            }
        }
    }

    private void FillBackward(ReadOnlySpan<double> parameters)
    {
        backward[Depth][0] = 1;
        for (var l = Depth - 1; l >= 0; l--)
        {
            var (rows, columns) = Shape(l);
            var weights = Layer(parameters, l);
            Array.Clear(backward[l]);
            for (var a = 0; a < rows; a++)
            for (var b = 0; b < columns; b++)
                backward[l][b] += backward[l + 1][a] * weights[a * columns + b];
        }
    }
}
