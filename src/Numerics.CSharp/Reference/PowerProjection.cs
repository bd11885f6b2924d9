using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The Bregman projection under a p-norm with p > 2: least Σ|wⱼ|ᵖ/p - ∇ψ(w₀)·w among the solutions w = v + Nu of Xw = y, by damped
/// Newton steps in u.
/// </summary>
/// <remarks>
/// Powers of weights differ by many orders and say little of a weight near zero. So v, N and u are carried to twice the working
/// precision, in a basis that every step chooses anew by its second derivatives: a weight that is a small difference keeps its
/// digits, and so does the reduced gradient Nᵀ(∇ψ(w) - ∇ψ(w₀)), and a step costs n² d operations. And as (p-1)|w|^{p-2} near
/// zero says nothing of how far ∇ψ holds, it is padded (Levenberg and Marquardt; Adil, Peng and Sachdeva 2019, arXiv 1910.02912,
/// pad it for the same reason): more after a step that overshoots, less after one that does not.
/// </remarks>
internal sealed class PowerProjection
{
    private const int MostSteps = 2000;

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
    private const double MostPadding = 1e100;

    private readonly ProjectionProblem problem;
    private readonly PNorm potential;
    private readonly DoubleDouble[,] rows;
    private readonly DoubleDouble[] targets;

    private PowerProjection(ProjectionProblem problem, PNorm potential)
    {
        (this.problem, this.potential) = (problem, potential);
        (rows, targets) = (problem.ExactRows, problem.ExactTargets);
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
        var (weights, basis, steps, converged) = projection.Run([
            .. nearest.Select(weight => (DoubleDouble)weight),
        ]);
        return (
            [.. weights.Select(weight => (double)weight)],
            basis.Multipliers(projection.Slopes(weights)),
            steps,
            converged
        );
    }

    private (DoubleDouble[] Weights, NullSpace Basis, int Steps, bool Converged) Run(DoubleDouble[] nearest)
    {
        double[] equal = [.. nearest.Select(_ => 1.0)];
        var basis = new NullSpace(rows, targets, equal);
        var weights = basis.Solution(nearest);
        if (basis.FreeCount == 0) // there is only one solution
            return (weights, basis, 0, true);
        var padding = FirstPadding;
        var steps = 0;
        for (; steps < MostSteps && padding < MostPadding; steps++)
        {
            var (scales, largest) = Scales(weights, padding);
            if (!double.IsNormal(largest)) // these powers of the weights are out of range
                break;
            basis = new NullSpace(rows, targets, scales);
            var (gradient, relative) = basis.Gradient(Slopes(weights));
            if (relative == 0)
                return (weights, basis, steps, true);
            var step = basis.Newton(gradient / largest, scales);
            var moved = basis.Solution(weights, step);
            var (next, nextRelative) = basis.Gradient(Slopes(moved));
            var isShort = moved
                .Zip(weights)
                .All(pair =>
                    Math.Abs((double)(pair.First - pair.Second)) <= Short * Math.Abs(pair.Second.High)
                );
            if (isShort || -(next * step) <= Overshoot * (gradient * step))
            {
                if (nextRelative <= Near && nextRelative >= relative / 2)
                    return (nextRelative < relative ? moved : weights, basis, steps, true);
                weights = moved;
                padding = Math.Max(LeastPadding, padding / PaddingFactor);
            }
            else
                padding *= PaddingFactor * PaddingFactor;
        }
        return (weights, basis, steps, false);
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

    /// <summary>One over the roots of the padded second derivatives relative to the largest, and the largest.</summary>
    private (double[] Scales, double Largest) Scales(DoubleDouble[] weights, double padding)
    {
        double[] curvatures =
        [
            .. weights.Select(weight =>
                (potential.Exponent - 1) * Math.Pow(Math.Abs(weight.High), potential.Exponent - 2)
            ),
        ];
        var largest = curvatures.Max();
        return ([.. curvatures.Select(curvature => 1 / Math.Sqrt(curvature / largest + padding))], largest);
    }
}
