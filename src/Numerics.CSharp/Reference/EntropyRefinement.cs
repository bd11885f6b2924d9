using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The dual of a projection in relative entropy, on the orthant or on the simplex, to twice the working precision: λ with
/// wⱼ = w₀ⱼ e^{(Xᵀλ)ⱼ}, over their sum on the simplex, and Xw = y.
/// </summary>
/// <remarks>
/// A small weight is decided by what the large ones leave of the targets, and by a small difference of large exponents. In
/// double precision both lose digits, of this weight alone; here every weight comes to rounding. On the simplex
/// rows are taken minus their target, so that their mean under w is the residual and the Hessian a sum of squares. As
/// |ψ*'''| ≤ ψ*'' along e^z, a step that changes an exponent by s is damped by 1/(1 + s) (Sun and Tran-Dinh 2019).
/// </remarks>
internal static class EntropyRefinement
{
    private const int MostSteps = 500;

    /// <summary>Relative changes of weights below this no longer show.</summary>
    private const double Settled = 1e-17;

    /// <summary>Whether the potential is one of the two entropies.</summary>
    public static bool AppliesTo(IPotential potential) => potential is NegativeEntropy or SimplexEntropy;

    /// <summary>w, λ of the scaled rows and the number of steps, from a guess of λ; null if it does not converge.</summary>
    public static (double[] Weights, Vector<double> Multipliers, int Steps)? Newton(
        ProjectionProblem problem,
        Vector<double> guess
    )
    {
        var onSimplex = problem.Potential.Domain == PotentialDomain.Simplex;
        var (rows, targets) = (problem.ExactRows, problem.ExactTargets);
        var (n, d) = (targets.Length, problem.Dimension);
        if (onSimplex)
            for (var i = 0; i < n; i++)
            for (var j = 0; j < d; j++)
                rows[i, j] -= targets[i];
        DoubleDouble[] start = [.. problem.Start.Select(weight => DoubleDouble.Log(weight))];
        DoubleDouble[] multipliers = [.. guess.Select(multiplier => (DoubleDouble)multiplier)];
        for (var steps = 1; steps <= MostSteps; steps++)
        {
            var weights = Weights(rows, start, multipliers, onSimplex);
            var residual = Vector<double>.Build.Dense(
                n,
                i =>
                {
                    DoubleDouble sum = onSimplex ? 0 : -targets[i];
                    for (var j = 0; j < d; j++)
                        sum += rows[i, j] * weights[j];
                    return (double)sum;
                }
            );
            var weighted = Matrix<double>.Build.Dense(
                d,
                n,
                (j, i) => Math.Sqrt(weights[j].High) * rows[i, j].High
            );
            if (DualProjection.Factor(weighted) is not { } factor)
                return null;
            var step = factor.Solve(factor.Transpose().Solve(residual));
            var change = 0.0;
            for (var j = 0; j < d; j++)
            {
                DoubleDouble sum = 0;
                for (var i = 0; i < n; i++)
                    sum += rows[i, j] * step[i];
                change = Math.Max(change, Math.Abs(sum.High));
            }
            if (!double.IsFinite(change))
                return null;
            for (var i = 0; i < n; i++)
                multipliers[i] -= step[i] / (1 + change);
            if (change <= Settled)
                return (
                    [.. Weights(rows, start, multipliers, onSimplex).Select(weight => (double)weight)],
                    Vector<double>.Build.Dense(n, i => (double)multipliers[i]),
                    steps
                );
        }
        return null;
    }

    private static DoubleDouble[] Weights(
        DoubleDouble[,] rows,
        DoubleDouble[] start,
        DoubleDouble[] multipliers,
        bool onSimplex
    )
    {
        var exponents = (DoubleDouble[])start.Clone();
        for (var j = 0; j < exponents.Length; j++)
        for (var i = 0; i < multipliers.Length; i++)
            exponents[j] += rows[i, j] * multipliers[i];
        if (!onSimplex)
            return [.. exponents.Select(DoubleDouble.Exp)];
        var largest = exponents.Max(exponent => exponent.High);
        DoubleDouble[] weights = [.. exponents.Select(exponent => DoubleDouble.Exp(exponent - largest))];
        var sum = weights.Aggregate((DoubleDouble)0, (sum, weight) => sum + weight);
        return [.. weights.Select(weight => weight / sum)];
    }
}
