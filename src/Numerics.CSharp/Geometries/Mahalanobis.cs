using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics;

/// <summary>ψ(w) = wᵀAw/2 for a symmetric positive definite A: mirror map Aw, inverse A⁻¹z.</summary>
/// <remarks>Mirror descent is gradient descent preconditioned by A⁻¹, the natural gradient of a constant metric.</remarks>
public sealed class Mahalanobis : IPotential
{
    private readonly double[,] matrix;
    private readonly Matrix<double> lower; // A = LLᵀ
    private readonly double[] root; // L⁻ᵀ, row-major, so that A⁻¹ = L⁻ᵀL⁻¹

    /// <summary>The potential of a matrix.</summary>
    /// <param name="matrix">A, d×d, d ≥ 1; copied.</param>
    /// <exception cref="ArgumentException">A is not square, finite, symmetric and positive definite; says which.</exception>
    public Mahalanobis(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        if (size == 0 || matrix.GetLength(1) != size)
            throw new ArgumentException(
                $"A Mahalanobis matrix is square; this one is {size}×{matrix.GetLength(1)}."
            );
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
        {
            if (!double.IsFinite(matrix[i, j]))
                throw new ArgumentException(
                    $"Entry ({i + 1}, {j + 1}) of the Mahalanobis matrix is not a finite number."
                );
            if (matrix[i, j] != matrix[j, i])
                throw new ArgumentException(
                    $"A Mahalanobis matrix is symmetric; entries ({i + 1}, {j + 1}) and ({j + 1}, {i + 1}) are "
                        + string.Create(CultureInfo.InvariantCulture, $"{matrix[i, j]} and {matrix[j, i]}.")
                );
        }
        this.matrix = (double[,])matrix.Clone();
        try
        {
            lower = Matrix<double>.Build.DenseOfArray(matrix).Cholesky().Factor;
        }
        catch (ArgumentException)
        {
            throw new ArgumentException("The Mahalanobis matrix is not positive definite.");
        }
        root = lower.Inverse().ToRowMajorArray();
        for (var i = 0; i < size; i++)
        for (var j = 0; j < i; j++)
            (root[i * size + j], root[j * size + i]) = (root[j * size + i], root[i * size + j]);
    }

    /// <summary>d.</summary>
    public int Dimension => matrix.GetLength(0);

    /// <inheritdoc/>
    public PotentialDomain Domain => PotentialDomain.Space;

    /// <inheritdoc/>
    public string Name => "Mahalanobis";

    /// <inheritdoc/>
    public bool IsDegenerate => false;

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<double> point) => AllFinite(point);

    /// <inheritdoc/>
    public bool ContainsDual(ReadOnlySpan<double> dual) => AllFinite(dual);

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
        for (var j = 0; j < point.Length; j++)
            sum += point[i] * matrix[i, j] * point[j];
        return sum / 2;
    }

    /// <inheritdoc/>
    public double Conjugate(ReadOnlySpan<double> dual)
    {
        var point = new double[dual.Length];
        InverseMap(dual, point);
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
            sum += point[i] * dual[i];
        return sum / 2;
    }

    /// <inheritdoc/>
    public void MirrorMap(ReadOnlySpan<double> point, Span<double> dual)
    {
        for (var i = 0; i < dual.Length; i++)
        {
            dual[i] = 0;
            for (var j = 0; j < point.Length; j++)
                dual[i] += matrix[i, j] * point[j];
        }
    }

    /// <inheritdoc/>
    public void InverseMap(ReadOnlySpan<double> dual, Span<double> point)
    {
        dual.CopyTo(point);
        for (var i = 0; i < point.Length; i++) // L x = z
        {
            for (var j = 0; j < i; j++)
                point[i] -= lower[i, j] * point[j];
            point[i] /= lower[i, i];
        }
        for (var i = point.Length - 1; i >= 0; i--) // Lᵀ w = x
        {
            for (var j = i + 1; j < point.Length; j++)
                point[i] -= lower[j, i] * point[j];
            point[i] /= lower[i, i];
        }
    }

    /// <inheritdoc/>
    public void Hessian(ReadOnlySpan<double> point, Span<double> hessian)
    {
        for (var i = 0; i < point.Length; i++)
        for (var j = 0; j < point.Length; j++)
            hessian[i * point.Length + j] = matrix[i, j];
    }

    /// <inheritdoc/>
    public void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root) => this.root.CopyTo(root);

    /// <inheritdoc/>
    public double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin)
    {
        var difference = new double[point.Length];
        for (var j = 0; j < difference.Length; j++)
            difference[j] = point[j] - origin[j];
        return Value(difference);
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }
}
