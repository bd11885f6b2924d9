using ImplicitBias.Numerics.Exact;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Constants of the approach to the max-margin solution, all functions of the support vectors S = {αₙ > 0} alone.
/// Gradient flow with rate η on the summed exponential or logistic loss follows w(t) = ŵ log t + ρ(t), where ρ tends
/// on span(S) to the residual w̃ defined by η exp(-zₙ·w̃) = αₙ (Soudry, Hoffer, Nacson, Gunasekar, Srebro 2017, arXiv
/// 1710.10345: main theorem and the limit equation of its refinement), and the distance to it dies with the
/// spectrum of H = Σ_S αₙzₙzₙᵀ.
/// </summary>
/// <remarks>
/// Valid for the generic case only if no active point has a zero dual (<see cref="IsGeneric"/>). If the dual is not
/// unique, α is the optimal dual of maximum entropy.
/// </remarks>
public sealed class SupportGeometry
{
    private readonly double[] weights;
    private readonly double[] residual;
    private readonly Matrix<double> supportBasis; // rank(S)×d, orthonormal rows
    private readonly Matrix<double>? dataBasis; // rank(Z)×d, or null when the data span everything

    private SupportGeometry(double[,] signedInputs, MaxMarginResult.Solved solution, int dataRank)
    {
        Solution = solution;
        weights = solution.WeightsDouble;
        Support = solution.DualFaceSupport;
        Dual = MaximumEntropyDual.Find(signedInputs, solution).Dual;
        IsGeneric = solution.ZeroDuals.Length == 0;

        var rows = Rows(signedInputs, Support);
        SupportRank = solution.SupportRank;
        DataRank = dataRank;
        var (left, singular, right) = ThinSvd(rows);
        supportBasis = right.SubMatrix(0, SupportRank, 0, rows.ColumnCount);
        dataBasis = dataRank == rows.ColumnCount ? null : RowSpace(signedInputs, dataRank);

        // Eigenvalues of H as squared singular values of √α z: small ones keep their relative accuracy.
        var scaled = rows.Clone();
        for (var i = 0; i < Support.Length; i++)
            scaled.SetRow(i, Math.Sqrt(Dual[Support[i]]) * rows.Row(i));
        Spectrum = [.. ThinSvd(scaled).S.Take(SupportRank).Select(s => s * s).Order()];

        var total = Support.Sum(n => Dual[n]);
        var largest = Support.Max(n => Dual[n]);
        MinEntropy = Math.Log(total / largest);
        // Σ p log(max p / p): a sum of terms ≥ 0, so uniform duals give exactly zero.
        MarginGapConstant = Support.Sum(n => Dual[n] / total * Math.Log(largest / Dual[n]));
        SumOfSquaredDuals = Support.Sum(n => Dual[n] * Dual[n]);
        ResidualAlongWeights = -Support.Sum(n => Dual[n] * Math.Log(Dual[n]));

        // w̃ = ⟨ŵ, w̃⟩γ²ŵ + (the part across ŵ), the latter the min-norm solution for what is left of -log α when its
        // α-weighted mean is taken out: with nearly equal duals it would drown in a difference of long vectors.
        var deviations = Vector<double>.Build.Dense(
            Support.Length,
            i => Math.Log(largest / Dual[Support[i]]) - MarginGapConstant
        );
        var coordinates = left.TransposeThisAndMultiply(deviations).SubVector(0, SupportRank);
        coordinates.MapIndexedInplace((i, value) => value / singular[i], Zeros.Include);
        AngleConstant = solution.Margin * coordinates.L2Norm();
        var along = ResidualAlongWeights / solution.SquaredNorm.ToDouble();
        var across = supportBasis.TransposeThisAndMultiply(coordinates);
        residual = [.. across.Zip(weights, (part, weight) => part + along * weight)];
    }

    /// <summary>The solution these constants belong to.</summary>
    public MaxMarginResult.Solved Solution { get; }

    /// <summary>S, ascending: the points with αₙ > 0 in some optimal dual.</summary>
    public int[] Support { get; }

    /// <summary>α, length n: the dual, or the one of maximum entropy if there are several.</summary>
    public double[] Dual { get; }

    /// <summary>False if some active point has a zero dual: the laws with these constants then do not apply.</summary>
    public bool IsGeneric { get; }

    /// <summary>Dimension of span(S).</summary>
    public int SupportRank { get; }

    /// <summary>Dimension of the span of all rows. Above <see cref="SupportRank"/>, part of lim ρ is history.</summary>
    public int DataRank { get; }

    /// <summary>Non-zero eigenvalues of H = Σ_S αₙzₙzₙᵀ, ascending; one of them is exactly 1 (Hŵ = ŵ).</summary>
    public double[] Spectrum { get; }

    /// <summary>λ, the smallest non-zero eigenvalue of H; λ ≤ 1. The slowest mode on span(S) dies like t^(-λ).</summary>
    public double SmallestEigenvalue => Spectrum[0];

    /// <summary>The largest eigenvalue of H; bounds explicit steps in log t.</summary>
    public double LargestEigenvalue => Spectrum[^1];

    /// <summary>w̃ at η = 1: the min-norm vector with zₙ·w̃ = -log αₙ for n in S; lies in span(S).</summary>
    public double[] Residual => (double[])residual.Clone();

    /// <summary>⟨ŵ, w̃⟩ = -Σ αₙ log αₙ at η = 1.</summary>
    public double ResidualAlongWeights { get; }

    /// <summary>Ent(p) = -Σ pₙ log pₙ of p = α/Σα, in nats.</summary>
    public double Entropy => MinEntropy + MarginGapConstant;

    /// <summary>Ent_∞(p) = -log max p.</summary>
    public double MinEntropy { get; }

    /// <summary>Ent(p) - Ent_∞(p) ≥ 0: the limit of (γ - min margin/‖w‖)·‖w‖. Zero iff all duals are equal.</summary>
    public double MarginGapConstant { get; }

    /// <summary>Σ αₙ². With Σ αₙ it gives the resonant log t / t coefficient of the logistic loss.</summary>
    public double SumOfSquaredDuals { get; }

    /// <summary>
    /// γ‖w̃ - γ²⟨ŵ, w̃⟩ŵ‖₂: tan angle(w, ŵ) · log t tends to it when the data have no direction outside span(S)
    /// (and w started in it). It does not depend on η.
    /// </summary>
    public double AngleConstant { get; }

    /// <summary>Computes the constants.</summary>
    /// <param name="signedInputs">Z, n×d, for which <paramref name="solution"/> was found.</param>
    /// <param name="solution">The solution, without free bias.</param>
    /// <exception cref="ArgumentException">The solution has a free bias or other dimensions than the data.</exception>
    public static SupportGeometry Of(Rational[,] signedInputs, MaxMarginResult.Solved solution)
    {
        var (count, dimension) = (signedInputs.GetLength(0), signedInputs.GetLength(1));
        var rounded = new double[count, dimension];
        for (var n = 0; n < count; n++)
        for (var k = 0; k < dimension; k++)
            rounded[n, k] = signedInputs[n, k].ToDouble();
        RequireMatching(rounded, solution);
        var integers = IntegerRows.FromRationals(signedInputs, null);
        var matrix = new System.Numerics.BigInteger[count, dimension];
        for (var n = 0; n < count; n++)
        for (var k = 0; k < dimension; k++)
            matrix[n, k] = integers[n][k];
        return new(rounded, solution, ExactLinearSolver.Rank(matrix));
    }

    /// <summary>w̃ for step size or rate η: the η = 1 residual plus ŵ log η.</summary>
    /// <param name="stepSize">η > 0 of the summed loss (for the mean loss, η/n).</param>
    public double[] ResidualFor(double stepSize)
    {
        var shift = Math.Log(stepSize);
        return [.. residual.Zip(weights, (value, weight) => value + shift * weight)];
    }

    /// <summary>Orthogonal projection on span(S).</summary>
    public double[] ProjectOnSupport(double[] vector) => Project(supportBasis, vector);

    /// <summary>Orthogonal projection on the span of all signed inputs. Its complement never moves.</summary>
    public double[] ProjectOnData(double[] vector) =>
        dataBasis is null ? (double[])vector.Clone() : Project(dataBasis, vector);

    private static double[] Project(Matrix<double> basis, double[] vector) =>
        basis.TransposeThisAndMultiply(basis * Vector<double>.Build.DenseOfArray(vector)).ToArray();

    internal static Matrix<double> Rows(double[,] signedInputs, int[] points) =>
        Matrix<double>.Build.Dense(
            points.Length,
            signedInputs.GetLength(1),
            (i, k) => signedInputs[points[i], k]
        );

    private static Matrix<double> RowSpace(double[,] signedInputs, int rank) =>
        ThinSvd(Matrix<double>.Build.DenseOfArray(signedInputs))
            .VT.SubMatrix(0, rank, 0, signedInputs.GetLength(1));

    // A tall matrix goes through its triangular factor, which avoids a square one of its height.
    internal static (Matrix<double> U, Vector<double> S, Matrix<double> VT) ThinSvd(Matrix<double> matrix)
    {
        if (matrix.RowCount <= matrix.ColumnCount)
        {
            var whole = matrix.Svd();
            return (whole.U, whole.S, whole.VT);
        }
        var triangular = matrix.QR(QRMethod.Thin);
        var svd = triangular.R.Svd();
        return (triangular.Q * svd.U, svd.S, svd.VT);
    }

    internal static void RequireMatching(double[,] signedInputs, MaxMarginResult.Solved solution)
    {
        if (solution.HasFreeBias)
            throw new ArgumentException(
                "A free bias has no place in these constants; augment the inputs with a column of ones instead."
            );
        var (count, dimension) = (signedInputs.GetLength(0), signedInputs.GetLength(1));
        if (solution.Dual.Length != count || solution.Weights.Length != dimension)
            throw new ArgumentException(
                $"The solution is for {solution.Dual.Length} × {solution.Weights.Length} data, not {count} × {dimension}."
            );
    }
}
