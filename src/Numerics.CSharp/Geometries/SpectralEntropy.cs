using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics;

/// <summary>
/// The spectral (von Neumann) entropy ψ(W) = tr(W log W - W) on symmetric positive definite m×m matrices: mirror map log W,
/// inverse exp Z, divergence tr(W (log W - log V) - W + V), the quantum relative entropy.
/// </summary>
/// <remarks>
/// Points and duals are matrices row by row, length m², symmetric; the inner product is tr(AᵀB). Derivatives act in the
/// eigenbasis entry by entry through divided differences (Daleckii and Krein; Higham, Functions of Matrices, 3.2).
/// (Tsuda, Rätsch and Warmuth 2005, matrix exponentiated gradient.)
/// </remarks>
public sealed class SpectralEntropy : IPotential
{
    /// <inheritdoc/>
    public PotentialDomain Domain => PotentialDomain.PositiveDefinite;

    /// <inheritdoc/>
    public string Name => "spectral entropy";

    /// <inheritdoc/>
    public bool IsDegenerate => false;

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<double> point) =>
        IsSymmetric(point) && Eigen(point).EigenValues.Real().Minimum() > 0;

    /// <inheritdoc/>
    public bool ContainsDual(ReadOnlySpan<double> dual) => IsSymmetric(dual);

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var value in Eigen(point).EigenValues.Real())
            sum += value * Math.Log(value) - value;
        return sum;
    }

    /// <summary>tr exp Z.</summary>
    public double Conjugate(ReadOnlySpan<double> dual)
    {
        var sum = 0.0;
        foreach (var value in Eigen(dual).EigenValues.Real())
            sum += Math.Exp(value);
        return sum;
    }

    /// <inheritdoc/>
    public void MirrorMap(ReadOnlySpan<double> point, Span<double> dual) => Apply(point, Math.Log, dual);

    /// <inheritdoc/>
    public void InverseMap(ReadOnlySpan<double> dual, Span<double> point) => Apply(dual, Math.Exp, point);

    /// <inheritdoc/>
    public void Hessian(ReadOnlySpan<double> point, Span<double> hessian) =>
        Conjugated(point, (a, b) => 1 / LogarithmicMean(Math.Log(a), Math.Log(b)), hessian);

    /// <inheritdoc/>
    public void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root) =>
        Conjugated(dual, (a, b) => Math.Sqrt(LogarithmicMean(a, b)), root);

    /// <inheritdoc/>
    public double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin)
    {
        var (logPoint, logOrigin) = (new double[point.Length], new double[point.Length]);
        MirrorMap(point, logPoint);
        MirrorMap(origin, logOrigin);
        var (sum, size) = (0.0, Size(point));
        for (var k = 0; k < point.Length; k++)
            sum += point[k] * (logPoint[k] - logOrigin[k]);
        for (var i = 0; i < size; i++)
            sum += origin[i * (size + 1)] - point[i * (size + 1)];
        return sum;
    }

    /// <summary>(eᵃ - eᵇ)/(a - b), the divided difference of exp.</summary>
    private static double LogarithmicMean(double a, double b)
    {
        var half = (a - b) / 2;
        return Math.Exp((a + b) / 2) * (Math.Abs(half) < 1e-5 ? 1 + half * half / 6 : Math.Sinh(half) / half);
    }

    private static int Size(ReadOnlySpan<double> matrix) => (int)Math.Round(Math.Sqrt(matrix.Length));

    private static bool IsSymmetric(ReadOnlySpan<double> matrix)
    {
        var size = Size(matrix);
        if (size * size != matrix.Length)
            return false;
        for (var i = 0; i < size; i++)
        for (var j = 0; j <= i; j++)
        {
            var (a, b) = (matrix[i * size + j], matrix[j * size + i]);
            // Products of symmetric matrices are symmetric up to rounding.
            if (!double.IsFinite(a) || Math.Abs(a - b) > 1e-12 * (Math.Abs(a) + Math.Abs(b)) + 1e-300)
                return false;
        }
        return true;
    }

    private static Evd<double> Eigen(ReadOnlySpan<double> matrix)
    {
        var size = Size(matrix);
        var symmetric = Matrix<double>.Build.Dense(size, size);
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
            symmetric[i, j] = (matrix[i * size + j] + matrix[j * size + i]) / 2;
        return symmetric.Evd(Symmetricity.Symmetric);
    }

    private static void Apply(ReadOnlySpan<double> matrix, Func<double, double> function, Span<double> image)
    {
        var eigen = Eigen(matrix);
        var vectors = eigen.EigenVectors;
        var values = eigen.EigenValues;
        var size = values.Count;
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
        {
            var sum = 0.0;
            for (var k = 0; k < size; k++)
                sum += vectors[i, k] * function(values[k].Real) * vectors[j, k];
            image[i * size + j] = sum;
        }
    }

    /// <summary>The operator E → Q (f(λᵢ, λⱼ) (QᵀEQ)ᵢⱼ) Qᵀ as an m²×m² matrix, Q and λ of the given matrix.</summary>
    private static void Conjugated(
        ReadOnlySpan<double> matrix,
        Func<double, double, double> factor,
        Span<double> target
    )
    {
        var eigen = Eigen(matrix);
        var size = eigen.EigenValues.Count;
        var basis = eigen.EigenVectors.KroneckerProduct(eigen.EigenVectors);
        var diagonal = Vector<double>.Build.Dense(
            size * size,
            k => factor(eigen.EigenValues[k / size].Real, eigen.EigenValues[k % size].Real)
        );
        (basis * Matrix<double>.Build.DiagonalOfDiagonalVector(diagonal))
            .TransposeAndMultiply(basis)
            .ToRowMajorArray()
            .CopyTo(target);
    }
}
