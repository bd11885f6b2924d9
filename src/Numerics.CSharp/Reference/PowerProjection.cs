using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The Bregman projection under a p-norm with p > 2: least Σ|wⱼ|ᵖ/p - ∇ψ(w₀)·w among the solutions w = v + Nu of Xw = y, by damped
/// Newton steps in u.
/// </summary>
/// <remarks>
/// Powers of weights differ by many orders and say little of a weight near zero. So v, N and u are carried to twice the working
/// precision, with as many weights as rows expressed by the others (those of the largest columns, which answer least): a weight
/// that is a small difference keeps its digits, and so does the reduced gradient Nᵀ(∇ψ(w) - ∇ψ(w₀)). And as (p-1)|w|^{p-2} near
/// zero says nothing of how far ∇ψ holds, it is padded (Levenberg and Marquardt; Adil, Peng and Sachdeva 2019, arXiv 1910.02912,
/// pad it for the same reason): more after a step that overshoots, less after one that does not.
/// </remarks>
internal sealed class PowerProjection
{
    private const int MostSteps = 300;

    /// <summary>
    /// A step is too long where the slope of the objective along it ends at more than this fraction of what it began with, and
    /// of the other sign.
    /// </summary>
    private const double Overshoot = 0.25;

    /// <summary>A step that changes no weight by more than this, relative to it, changes no second derivative by much.</summary>
    private const double Short = 1e-2;

    /// <summary>A reduced gradient this small relative to its terms, and no longer falling, is rounding.</summary>
    private const double Near = 1e-10;

    /// <summary>Paddings are relative to the largest second derivative.</summary>
    private const double FirstPadding = 1e-2;

    private const double PaddingFactor = 10;
    private const double LeastPadding = 1e-200;
    private const double MostPadding = 1e20;

    private readonly ProjectionProblem problem;
    private readonly PNorm potential;
    private readonly DoubleDouble[,] reduced; // n×(d + 1 + n): X, y and the identity after elimination
    private readonly int[] basic; // the weight that each row expresses by the free ones
    private readonly int[] free;

    private PowerProjection(ProjectionProblem problem, PNorm potential)
    {
        (this.problem, this.potential) = (problem, potential);
        (reduced, basic) = Eliminate(problem);
        free = [.. Enumerable.Range(0, problem.Dimension).Except(basic)];
    }

    /// <summary>
    /// w, λ of the scaled rows, the number of steps, and whether the reduced gradient vanishes to rounding; from the solution of
    /// the system nearest to the start.
    /// </summary>
    public static (double[] Weights, Vector<double> Multipliers, int Steps, bool Converged) Newton(
        ProjectionProblem problem,
        PNorm potential
    )
    {
        var projection = new PowerProjection(problem, potential);
        var gram = problem.Rows.TransposeAndMultiply(problem.Rows).Cholesky();
        var nearest =
            problem.Start
            - problem.Rows.TransposeThisAndMultiply(gram.Solve(problem.Residual([.. problem.Start])));
        var (weights, steps, converged) = projection.Run([
            .. projection.free.Select(j => (DoubleDouble)nearest[j]),
        ]);
        return (
            [.. weights.Select(weight => (double)weight)],
            projection.Multipliers(weights),
            steps,
            converged
        );
    }

    private (DoubleDouble[] Weights, int Steps, bool Converged) Run(DoubleDouble[] u)
    {
        var weights = Weights(u);
        if (u.Length == 0) // there is only one solution
            return (weights, 0, true);
        var (gradient, relative) = Gradient(weights);
        var padding = FirstPadding;
        for (var steps = 0; steps < MostSteps && padding < MostPadding; steps++)
        {
            var step = Step(weights, gradient, padding);
            DoubleDouble[] trial = [.. u.Select((value, k) => value - step[k])];
            var moved = Weights(trial);
            var (next, nextRelative) = Gradient(moved);
            var isShort = moved
                .Zip(weights)
                .All(pair =>
                    Math.Abs((double)(pair.First - pair.Second)) <= Short * Math.Abs(pair.Second.High)
                );
            if (isShort || -(next * step) <= Overshoot * (gradient * step))
            {
                if (nextRelative <= Near && nextRelative >= relative / 2)
                    return (nextRelative < relative ? moved : weights, steps, true);
                (u, weights, gradient, relative) = (trial, moved, next, nextRelative);
                if (relative == 0)
                    return (weights, steps, true);
                padding = Math.Max(LeastPadding, padding / PaddingFactor);
            }
            else
                padding *= PaddingFactor * PaddingFactor;
        }
        return (weights, MostSteps, false);
    }

    /// <summary>
    /// Gauss-Jordan elimination with complete pivoting of X, y and the identity; and the column that is left in each row.
    /// </summary>
    private static (DoubleDouble[,] Reduced, int[] Basic) Eliminate(ProjectionProblem problem)
    {
        var (rows, targets) = (problem.ExactRows, problem.ExactTargets);
        var (n, d) = (targets.Length, problem.Dimension);
        var reduced = new DoubleDouble[n, d + 1 + n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < d; j++)
                reduced[i, j] = rows[i, j];
            reduced[i, d] = targets[i];
            reduced[i, d + 1 + i] = 1;
        }
        var basic = new int[n];
        var open = Enumerable.Range(0, n).ToList();
        while (open.Count > 0)
        {
            var (row, column) = open.SelectMany(i => Enumerable.Range(0, d).Select(j => (i, j)))
                .MaxBy(place => Math.Abs(reduced[place.i, place.j].High));
            open.Remove(row);
            basic[row] = column;
            var pivot = reduced[row, column];
            for (var k = 0; k < d + 1 + n; k++)
                reduced[row, k] /= pivot;
            for (var i = 0; i < n; i++)
            {
                if (i == row)
                    continue;
                var factor = reduced[i, column];
                for (var k = 0; k < d + 1 + n; k++)
                    reduced[i, k] -= factor * reduced[row, k];
                reduced[i, column] = 0; // not only to rounding
            }
        }
        return (reduced, basic);
    }

    /// <summary>w = v + Nu.</summary>
    private DoubleDouble[] Weights(DoubleDouble[] u)
    {
        var weights = new DoubleDouble[problem.Dimension];
        for (var k = 0; k < free.Length; k++)
            weights[free[k]] = u[k];
        for (var i = 0; i < basic.Length; i++)
        {
            var sum = reduced[i, problem.Dimension];
            for (var k = 0; k < free.Length; k++)
                sum -= reduced[i, free[k]] * u[k];
            weights[basic[i]] = sum;
        }
        return weights;
    }

    /// <summary>∇ψ(w) - ∇ψ(w₀); near w₀ as ∇ψ(w₀) ((w/w₀)^{p-1} - 1), with all digits of a small change.</summary>
    private DoubleDouble[] Slopes(DoubleDouble[] weights)
    {
        var slopes = new double[weights.Length];
        potential.MirrorMap([.. weights.Select(weight => weight.High)], slopes);
        return
        [
            .. slopes.Select(
                (slope, j) =>
                {
                    var start = problem.Start[j];
                    var change = (double)(weights[j] - start);
                    return Math.Abs(change) < Math.Abs(start) / 2
                        ? problem.StartDual[j]
                            * LogDomain.Expm1((potential.Exponent - 1) * LogDomain.Log1p(change / start))
                        : DoubleDouble.Sum(slope, -problem.StartDual[j]);
                }
            ),
        ];
    }

    /// <summary>Nᵀ(∇ψ(w) - ∇ψ(w₀)), and the largest of its entries relative to its own terms.</summary>
    private (Vector<double> Gradient, double Relative) Gradient(DoubleDouble[] weights)
    {
        var slopes = Slopes(weights);
        var gradient = Vector<double>.Build.Dense(free.Length);
        var relative = 0.0;
        for (var k = 0; k < free.Length; k++)
        {
            var sum = slopes[free[k]];
            var terms = Math.Abs(sum.High);
            for (var i = 0; i < basic.Length; i++)
            {
                var term = reduced[i, free[k]] * slopes[basic[i]];
                sum -= term;
                terms += Math.Abs(term.High);
            }
            gradient[k] = (double)sum;
            if (gradient[k] != 0)
                relative = Math.Max(relative, Math.Abs(gradient[k]) / terms);
        }
        return (gradient, relative);
    }

    /// <summary>(Nᵀ(H + padding)N)⁻¹ times the gradient, by QR with rows from large to small (Powell and Reid 1969).</summary>
    private Vector<double> Step(DoubleDouble[] weights, Vector<double> gradient, double padding)
    {
        double[] curvatures =
        [
            .. weights.Select(weight =>
                (potential.Exponent - 1) * Math.Pow(Math.Abs(weight.High), potential.Exponent - 2)
            ),
        ];
        var pad = padding * curvatures.Max();
        var weighted = Matrix<double>.Build.Dense(weights.Length, free.Length);
        for (var k = 0; k < free.Length; k++)
        {
            weighted[free[k], k] = Math.Sqrt(curvatures[free[k]] + pad);
            for (var i = 0; i < basic.Length; i++)
                weighted[basic[i], k] = -Math.Sqrt(curvatures[basic[i]] + pad) * reduced[i, free[k]].High;
        }
        var order = Enumerable
            .Range(0, weights.Length)
            .OrderByDescending(j => weighted.Row(j).InfinityNorm())
            .ToArray();
        var factor = Matrix<double>
            .Build.Dense(weights.Length, free.Length, (j, k) => weighted[order[j], k])
            .QR(QRMethod.Thin)
            .R;
        return factor.Solve(factor.Transpose().Solve(gradient));
    }

    /// <summary>λ with (Xᵀλ)ⱼ = (∇ψ(w) - ∇ψ(w₀))ⱼ for the weights that the rows express.</summary>
    private Vector<double> Multipliers(DoubleDouble[] weights)
    {
        var slopes = Slopes(weights);
        return Vector<double>.Build.Dense(
            basic.Length,
            i =>
            {
                DoubleDouble sum = 0;
                for (var row = 0; row < basic.Length; row++)
                    sum += reduced[row, problem.Dimension + 1 + i] * slopes[basic[row]];
                return (double)sum;
            }
        );
    }
}
