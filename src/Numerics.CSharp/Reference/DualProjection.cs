using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>Newton's method on the dual of a Bregman projection, in n unknowns.</summary>
internal static class DualProjection
{
    /// <summary>Exponential potentials approach by about one e-fold a step, so this is far more than any needs.</summary>
    private const int MostSteps = 2000;

    /// <summary>The share of the predicted decrease that a step must make (Armijo 1966).</summary>
    private const double SufficientDecrease = 1e-4;

    /// <summary>From a scale of 10⁻³⁰ the first step to the solution is 10³⁰ times too long.</summary>
    private const double ShortestStep = 1e-300;

    /// <summary>Decreases below this fraction of the terms of the objective are rounding.</summary>
    private const double Resolution = 1e-11;

    /// <summary>w, λ of the scaled rows, and the number of steps.</summary>
    public static (double[] Weights, Vector<double> Multipliers, int Steps) Newton(ProjectionProblem problem)
    {
        var multipliers = Vector<double>.Build.Dense(problem.Rows.RowCount);
        var (dual, point) =
            problem.At(multipliers) ?? throw new InvalidOperationException("The start has a dual.");
        var residual = problem.Residual(point);
        var steps = 0;
        for (; steps < MostSteps; steps++)
        {
            var step = Solve(problem, dual, residual) ?? Solve(problem, null, residual);
            if (step is null)
                break;
            var decrement = residual * step; // twice the decrease that Newton's model predicts
            var conjugate = problem.Potential.Conjugate(dual);
            var value = conjugate - multipliers * problem.Targets;
            var terms = Math.Abs(conjugate) + Math.Abs(multipliers * problem.Targets);
            var resolved = decrement > Resolution * terms;
            var accepted = false;
            for (var length = 1.0; length > ShortestStep; length /= 2)
            {
                var trial = multipliers - length * step;
                if (problem.At(trial) is not var (trialDual, trialPoint))
                    continue;
                var trialResidual = problem.Residual(trialPoint);
                accepted = resolved
                    ? problem.Potential.Conjugate(trialDual) - trial * problem.Targets
                        <= value - SufficientDecrease * length * decrement
                    : trialResidual.L2Norm() < 0.9 * residual.L2Norm();
                if (accepted)
                {
                    (multipliers, dual, point, residual) = (trial, trialDual, trialPoint, trialResidual);
                    break;
                }
                if (!resolved && length < 1.0 / 16)
                    break;
            }
            if (!accepted)
                break;
        }
        return (Corrected(problem, dual, point, residual), multipliers, steps);
    }

    /// <summary>
    /// The solution of (X∇²ψ*Xᵀ) s = r by QR, rows from large to small, which keeps the accuracy of small ones (Powell and
    /// Reid 1969). Without a dual, for the identity in place of ∇²ψ*. Null where the matrix is singular or infinite.
    /// </summary>
    private static Vector<double>? Solve(ProjectionProblem problem, double[]? dual, Vector<double> residual)
    {
        var factor = Factor(Weighted(problem, dual));
        if (factor is null)
            return null;
        var step = factor.Solve(factor.Transpose().Solve(residual));
        return step.All(double.IsFinite) ? step : null;
    }

    /// <summary>
    /// R of the QR decomposition with rows from large to small; null where it is singular or infinite.
    /// </summary>
    internal static Matrix<double>? Factor(Matrix<double> weighted)
    {
        if (!weighted.Enumerate().All(double.IsFinite))
            return null;
        var order = Enumerable
            .Range(0, weighted.RowCount)
            .OrderByDescending(j => weighted.Row(j).InfinityNorm())
            .ToArray();
        var sorted = Matrix<double>.Build.Dense(
            weighted.RowCount,
            weighted.ColumnCount,
            (j, i) => weighted[order[j], i]
        );
        var factor = sorted.QR(QRMethod.Thin).R;
        var diagonal = factor.Diagonal().PointwiseAbs();
        return diagonal.Minimum() > 0 && double.IsFinite(1 / diagonal.Minimum()) ? factor : null;
    }

    /// <summary>Rᵀ Xᵀ with RRᵀ = ∇²ψ*, d×n.</summary>
    private static Matrix<double> Weighted(ProjectionProblem problem, double[]? dual)
    {
        if (dual is null)
            return problem.Rows.Transpose();
        var root = new double[problem.Dimension * problem.Dimension];
        problem.Potential.DualHessianRoot(dual, root);
        // Row-major, read as column-major, is the transpose.
        return Matrix<double>
            .Build.Dense(problem.Dimension, problem.Dimension, root)
            .TransposeAndMultiply(problem.Rows);
    }

    /// <summary>
    /// w - ∇²ψ*Xᵀ(X∇²ψ*Xᵀ)⁻¹(Xw - y): takes out what the rounding of λ and of the mirror map left of the residual.
    /// </summary>
    private static double[] Corrected(
        ProjectionProblem problem,
        double[] dual,
        double[] point,
        Vector<double> residual
    )
    {
        if (Solve(problem, dual, residual) is not { } step)
            return point;
        var root = new double[problem.Dimension * problem.Dimension];
        problem.Potential.DualHessianRoot(dual, root);
        var transposed = Matrix<double>.Build.Dense(problem.Dimension, problem.Dimension, root);
        var shift = transposed.TransposeThisAndMultiply(
            transposed * problem.Rows.TransposeThisAndMultiply(step)
        );
        double[] corrected = [.. point.Select((weight, j) => weight - shift[j])];
        // A weight that underflowed to the boundary stays there.
        var inside = problem.Potential.Domain is PotentialDomain.PositiveOrthant or PotentialDomain.Simplex
            ? corrected.Zip(point).All(pair => pair.First > 0 || (pair.First == 0 && pair.Second == 0))
            : problem.Potential.Contains(corrected);
        return inside && problem.Residual(corrected).L2Norm() < residual.L2Norm() ? corrected : point;
    }
}
