using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Newton's method on the conditions of optimality of a Bregman projection, ∇ψ(w) - ∇ψ(w₀) = Xᵀλ and Xw = y, in d + n
/// unknowns from any start inside the domain (Boyd and Vandenberghe, Convex Optimization, section 10.3). Uses ∇ψ
/// and ∇²ψ, never ψ*.
/// </summary>
internal static class PrimalProjection
{
    private const int MostSteps = 2000;
    private const double SufficientDecrease = 1e-2;
    private const double ShortestStep = 1e-10;

    /// <summary>Added to the Hessian, relative to its size, where it may be singular.</summary>
    private const double Regularisation = 1e-14;

    /// <summary>w, λ of the scaled rows, and the number of steps; from the start itself, or from a guess.</summary>
    public static (double[] Weights, Vector<double> Multipliers, int Steps) Newton(
        ProjectionProblem problem,
        double[]? near = null,
        Vector<double>? nearMultipliers = null
    )
    {
        var onSimplex = problem.Potential.Domain == PotentialDomain.Simplex;
        var rows = onSimplex
            ? problem.Rows.Stack(Matrix<double>.Build.Dense(1, problem.Dimension, 1.0))
            : problem.Rows;
        var (d, n) = (problem.Dimension, rows.RowCount);
        // A p-norm has no useful Hessian at 0; the nearest solution of the system is a start for all of space.
        var weights = problem.Start.ToArray();
        if (near is not null)
            weights = (double[])near.Clone();
        else if (problem.Potential.IsDegenerate)
            weights = (
                problem.Start
                - problem.Rows.TransposeThisAndMultiply(Gram(problem).Solve(problem.Residual(weights)))
            ).ToArray();
        var multipliers = Vector<double>.Build.Dense(n);
        nearMultipliers?.CopySubVectorTo(multipliers, 0, 0, nearMultipliers.Count);
        var error = Error(problem, rows, weights, multipliers);
        var steps = 0;
        for (; steps < MostSteps; steps++)
        {
            var hessian = new double[d * d];
            problem.Potential.Hessian(weights, hessian);
            var size = Enumerable.Range(0, d).Max(j => hessian[j * (d + 1)]);
            var system = Matrix<double>.Build.Dense(d + n, d + n);
            for (var j = 0; j < d; j++)
            for (var k = 0; k < d; k++)
                system[j, k] = hessian[j * d + k] + (j == k ? Regularisation * size : 0);
            system.SetSubMatrix(0, d, -rows.Transpose());
            system.SetSubMatrix(d, 0, rows);
            var step = system.LU().Solve(error);
            if (!step.All(double.IsFinite))
                break;
            var accepted = false;
            var here = Sizes(problem, rows, weights, multipliers);
            for (var length = 1.0; length > ShortestStep && !accepted; length /= 2)
            {
                double[] trial = [.. weights.Select((weight, j) => weight - length * step[j])];
                if (onSimplex ? !trial.All(weight => weight > 0) : !problem.Potential.Contains(trial))
                    continue;
                var trialMultipliers = multipliers - length * step.SubVector(d, n);
                var trialError = Error(problem, rows, trial, trialMultipliers);
                var there = Sizes(problem, rows, trial, trialMultipliers);
                var stationarity = Math.Max(here.Stationarity, there.Stationarity);
                var feasibility = Math.Max(here.Feasibility, there.Feasibility);
                accepted =
                    error.L2Norm() > 0 && Norm(trialError) <= (1 - SufficientDecrease * length) * Norm(error);
                if (accepted)
                    (weights, multipliers, error) = (trial, trialMultipliers, trialError);

                // Each part relative to its own terms: the rounding of one must not hide the other.
                double Norm(Vector<double> parts) =>
                    double.Hypot(
                        parts.SubVector(0, d).L2Norm() / stationarity,
                        parts.SubVector(d, n).L2Norm() / feasibility
                    );
            }
            if (!accepted || error.L2Norm() == 0)
                break;
        }
        return (weights, multipliers.SubVector(0, problem.Rows.RowCount), steps);
    }

    /// <summary>The largest term of ∇ψ(w) - ∇ψ(w₀) - Xᵀλ, and of Xw - y.</summary>
    private static (double Stationarity, double Feasibility) Sizes(
        ProjectionProblem problem,
        Matrix<double> rows,
        double[] weights,
        Vector<double> multipliers
    )
    {
        var dual = new double[weights.Length];
        problem.Potential.MirrorMap(weights, dual);
        var stationarity = Math.Max(
            problem.StartDual.InfinityNorm(),
            Math.Max(
                dual.Max(Math.Abs),
                rows.PointwiseAbs().TransposeThisAndMultiply(multipliers.PointwiseAbs()).InfinityNorm()
            )
        );
        var sums = problem.Rows.PointwiseAbs() * Vector<double>.Build.Dense([.. weights.Select(Math.Abs)]);
        var feasibility = Math.Max(problem.Targets.InfinityNorm(), sums.InfinityNorm());
        return (Math.Max(stationarity, double.Epsilon), Math.Max(feasibility, double.Epsilon));
    }

    private static Cholesky<double> Gram(ProjectionProblem problem) =>
        problem.Rows.TransposeAndMultiply(problem.Rows).Cholesky();

    /// <summary>∇ψ(w) - ∇ψ(w₀) - Xᵀλ, then Xw - y; on the simplex with a last row for Σ wⱼ = 1.</summary>
    private static Vector<double> Error(
        ProjectionProblem problem,
        Matrix<double> rows,
        double[] weights,
        Vector<double> multipliers
    )
    {
        var dual = new double[weights.Length];
        problem.Potential.MirrorMap(weights, dual);
        var stationarity =
            Vector<double>.Build.Dense(dual) - problem.StartDual - rows.TransposeThisAndMultiply(multipliers);
        double[] sum = rows.RowCount > problem.Rows.RowCount ? [weights.Sum() - 1] : [];
        return Vector<double>.Build.Dense([.. stationarity, .. problem.Residual(weights), .. sum]);
    }
}
