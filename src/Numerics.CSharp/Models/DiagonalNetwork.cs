namespace ImplicitBias.Numerics;

/// <summary>
/// Diagonal linear networks of depth L: every coordinate of the predictor has parameters of its own, whose product it is.
/// </summary>
/// <remarks>
/// Gunasekar, Lee, Soudry, Srebro 2018 (arXiv 1806.00468) and Woodworth et al. 2020 (arXiv 2002.09277). Parameters: for
/// each branch, for each stored layer, d numbers in the order of the features. Untied layers that start balanced with
/// one sign cannot change the sign of β; two branches can.
/// </remarks>
public sealed class DiagonalNetwork : IParametrization
{
    private readonly int branches; // 1: β = Π uₗ; 2: the second branch is subtracted
    private readonly int layers; // stored per branch: L, or 1 where all layers share their weights

    private DiagonalNetwork(int dimension, int depth, int branches, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Dimension = dimension;
        Depth = depth;
        this.branches = branches;
        this.layers = layers;
    }

    /// <summary>β = u₊^L - u₋^L, all layers sharing their weights. θ = (u₊, u₋), p = 2d.</summary>
    /// <exception cref="ArgumentOutOfRangeException">dimension or depth is below 1.</exception>
    public static DiagonalNetwork Shared(int dimension, int depth) => new(dimension, depth, 2, 1);

    /// <summary>β = u₁∘…∘u_L. θ = (u₁, …, u_L), p = Ld.</summary>
    /// <exception cref="ArgumentOutOfRangeException">dimension or depth is below 1.</exception>
    public static DiagonalNetwork Untied(int dimension, int depth) => new(dimension, depth, 1, depth);

    /// <summary>β = u₁∘…∘u_L - v₁∘…∘v_L. θ = (u₁, …, u_L, v₁, …, v_L), p = 2Ld.</summary>
    /// <exception cref="ArgumentOutOfRangeException">dimension or depth is below 1.</exception>
    public static DiagonalNetwork UntiedDifference(int dimension, int depth) =>
        new(dimension, depth, 2, depth);

    /// <inheritdoc/>
    public int Depth { get; }

    /// <summary>Layers with weights of their own: L, or 1 where all layers share them.</summary>
    public int StoredLayers => layers;

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int ParameterCount => branches * layers * Dimension;

    /// <inheritdoc/>
    public void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        predictor.Clear();
        for (var branch = 0; branch < branches; branch++)
        for (var j = 0; j < Dimension; j++)
            predictor[j] += Sign(branch) * Product(parameters, branch, j, -1, -1);
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
        for (var branch = 0; branch < branches; branch++)
        for (var layer = 0; layer < layers; layer++)
        for (var j = 0; j < Dimension; j++)
            gradient[Index(branch, layer, j)] =
                Sign(branch) * predictorWeights[j] * Slope(parameters, branch, layer, j);
    }

    /// <inheritdoc/>
    public void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    )
    {
        for (var branch = 0; branch < branches; branch++)
        for (var j = 0; j < Dimension; j++)
        for (var first = 0; first < layers; first++)
        for (var second = 0; second < layers; second++)
            hessian[Index(branch, first, j) * ParameterCount + Index(branch, second, j)] +=
                Sign(branch) * predictorWeights[j] * Bend(parameters, branch, first, second, j);
    }

    private static double Sign(int branch) => branch == 0 ? 1 : -1;

    private int Index(int branch, int layer, int j) => (branch * layers + layer) * Dimension + j;

    private double Slope(ReadOnlySpan<double> parameters, int branch, int layer, int j) =>
        layers == 1
            ? Depth * Power(parameters[Index(branch, 0, j)], Depth - 1)
            : Product(parameters, branch, j, layer, -1);

    private double Bend(ReadOnlySpan<double> parameters, int branch, int first, int second, int j)
    {
        if (layers == 1)
            return Depth < 2 ? 0 : Depth * (Depth - 1) * Power(parameters[Index(branch, 0, j)], Depth - 2);
        return first == second ? 0 : Product(parameters, branch, j, first, second);
    }

    /// <summary>The product over the layers of one coordinate, two of them left out; -1 leaves none out.</summary>
    private double Product(ReadOnlySpan<double> parameters, int branch, int j, int without, int and)
    {
        if (layers == 1)
            return Power(parameters[Index(branch, 0, j)], Depth);
        var product = 1.0;
        for (var layer = 0; layer < layers; layer++)
            if (layer != without && layer != and)
                product *= parameters[Index(branch, layer, j)];
        return product;
    }

    private static double Power(double radix, int exponent)
    {
        var power = 1.0;
        for (var k = 0; k < exponent; k++)
            power *= radix;
        return power;
    }
}
