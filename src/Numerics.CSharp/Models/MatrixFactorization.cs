namespace ImplicitBias.Numerics;

/// <summary>
/// The positive semidefinite matrix W = UUᵀ of an m×r factor U, as a predictor of measurements ⟨A, W⟩ = tr(AW): β = W row
/// by row, length m². Homogeneous of order 2.
/// </summary>
/// <remarks>
/// Parameters: U row by row, p = mr. With measurements that commute and a start U(0)U(0)ᵀ that commutes with them, the flow of
/// the square loss is the mirror flow of <see cref="SpectralEntropy"/>, four times as fast; otherwise it is not (Gunasekar
/// et al. 2017, arXiv 1705.09280).
/// </remarks>
public sealed class MatrixFactorization : IParametrization
{
    private readonly int size; // m
    private readonly int rank; // r

    /// <summary>Factorisations of m×m matrices of rank at most r.</summary>
    /// <exception cref="ArgumentOutOfRangeException">size or rank is below 1.</exception>
    public MatrixFactorization(int size, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        (this.size, this.rank) = (size, rank);
    }

    /// <inheritdoc/>
    public int Depth => 2;

    /// <inheritdoc/>
    public int Dimension => size * size;

    /// <inheritdoc/>
    public int ParameterCount => size * rank;

    /// <inheritdoc/>
    public void Predictor(ReadOnlySpan<double> parameters, Span<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        for (var i = 0; i < size; i++)
        for (var j = 0; j <= i; j++)
        {
            var sum = 0.0;
            for (var a = 0; a < rank; a++)
                sum += parameters[i * rank + a] * parameters[j * rank + a];
            predictor[i * size + j] = predictor[j * size + i] = sum;
        }
    }

    /// <summary>gradient ← (V + Vᵀ)U, V the predictor weights as a matrix.</summary>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        for (var i = 0; i < size; i++)
        for (var a = 0; a < rank; a++)
        {
            var sum = 0.0;
            for (var j = 0; j < size; j++)
                sum += Both(predictorWeights, i, j) * parameters[j * rank + a];
            gradient[i * rank + a] = sum;
        }
    }

    /// <inheritdoc/>
    public void AddCurvature(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> predictorWeights,
        Span<double> hessian
    )
    {
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
        for (var a = 0; a < rank; a++)
            hessian[(i * rank + a) * ParameterCount + j * rank + a] += Both(predictorWeights, i, j);
    }

    private double Both(ReadOnlySpan<double> weights, int i, int j) =>
        weights[i * size + j] + weights[j * size + i];
}
