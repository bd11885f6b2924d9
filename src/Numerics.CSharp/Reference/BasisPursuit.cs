using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// min ‖w‖₁ subject to Xw = y (basis pursuit; Chen, Donoho and Saunders 1998), and the same for ‖w‖_∞, by linear programming:
/// floating-point simplex proposes a basis, exact simplex starts there and ends at a rational vertex with its dual.
/// </summary>
/// <remarks>
/// Solved is the dual max λ·y subject to ‖Xᵀλ‖_* ≤ 1, for which λ = 0 is feasible. Every norm of the data is kept: rows are
/// made integer one by one, which only rescales λ.
/// </remarks>
public static class BasisPursuit
{
    /// <summary>
    /// Largest estimated number of 64-bit multiplications for which the exact stage is entered; beyond it the floating-point
    /// solution is returned with <c>Certified = false</c>. Of the order of ten seconds.
    /// </summary>
    public const double ExactBudget = NormMargin.ExactBudget;

    /// <summary>Solves the program.</summary>
    /// <param name="inputs">X, n×d, any rank.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="norm">The norm on the weights.</param>
    /// <exception cref="ArgumentException">No row or column, or another number of targets.</exception>
    public static BasisPursuitResult Solve(Rational[,] inputs, Rational[] targets, MarginNorm norm)
    {
        var system = InterpolationSystem.Of(inputs, targets);
        if (system.Contradiction is { } contradiction)
            return new BasisPursuitResult.Inconsistent(contradiction);
        var program = new InterpolationProgram(system, norm);
        var floating = program.Floating();
        var proposal = FloatingSimplex.Run(floating);
        if (program.ExactCost > ExactBudget)
            return program.Vertex(floating, proposal.Basis) is var (approximate, multipliers)
                ? Judge(inputs, targets, system, norm, approximate, multipliers)
                : new BasisPursuitResult.Undecided(
                    "The floating-point simplex ended at a singular basis; the instance is too large to solve exactly."
                );
        var simplex = new ExactSimplex(program.Exact());
        if (!simplex.Run(proposal.Basis))
            throw new InvalidOperationException("A consistent system has a bounded dual.");
        var weights = program.Weights(simplex.Dual);
        var dual = InGivenRows(system, program.Multipliers(simplex.Primal));
        var objective = norm.Of(weights);
        Rational[] correlations = [.. weights.Select((_, j) => Correlation(inputs, dual, j))];
        if (!IsOptimal(inputs, targets, weights, dual, correlations, norm))
            throw new InvalidOperationException("An exact optimum failed its verification.");
        var face = norm == MarginNorm.L1 ? OptimalFace.Of(system, weights, correlations) : null;
        return new BasisPursuitResult.Solved
        {
            Certified = true,
            Norm = norm,
            Weights = weights,
            Objective = objective,
            Dual = dual,
            KktResidual = 0,
            DualityGap = 0,
            IsUnique = face?.IsPoint,
            Face = face?.Support ?? Support(weights),
        };
    }

    /// <summary>
    /// The ℓ₁ minimiser with the smallest Σ |wⱼ| log |wⱼ|: the limit of the network u₊² - u₋² as its start tends to zero
    /// (Woodworth et al. 2020, arXiv 2002.09277), also where the minimiser is not unique.
    /// </summary>
    /// <param name="inputs">X, n×d.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="solved">The certified ℓ₁ solution of the same system.</param>
    /// <returns>A projection of (1, ..., 1) in the variables |wⱼ| on the face, signs and zeros put back.</returns>
    /// <exception cref="ArgumentException">The solution is not certified, or not in ℓ₁.</exception>
    public static BregmanProjectionResult BreakTie(
        Rational[,] inputs,
        Rational[] targets,
        BasisPursuitResult.Solved solved
    )
    {
        if (!solved.Certified || solved.Norm != MarginNorm.L1)
            throw new ArgumentException("Ties are broken on the exact face of an l1 solution.");
        if (solved.Face.Length == 0)
            return BregmanProjection.Solve(inputs, targets, new Euclidean(), new double[inputs.GetLength(1)]);
        // On the face every xⱼ·λ is the sign of wⱼ, also where the vertex has a zero.
        var face = solved.Face;
        var signs = face.Select(j => Correlation(inputs, solved.Dual, j).Sign).ToArray();
        var columns = new Rational[targets.Length, face.Length];
        for (var i = 0; i < targets.Length; i++)
        for (var k = 0; k < face.Length; k++)
            columns[i, k] = signs[k] < 0 ? -inputs[i, face[k]] : inputs[i, face[k]];
        var ones = new double[face.Length];
        Array.Fill(ones, 1.0);
        if (
            BregmanProjection.Solve(columns, targets, new NegativeEntropy(), ones)
            is not BregmanProjectionResult.Solved projection
        )
            return new BregmanProjectionResult.Undecided("The tie on the face was not broken.");
        var weights = new double[inputs.GetLength(1)];
        for (var k = 0; k < face.Length; k++)
            weights[face[k]] = signs[k] * projection.Weights[k];
        return projection with { Weights = weights };
    }

    private static Rational[] InGivenRows(InterpolationSystem system, Rational[] multipliers)
    {
        var dual = new Rational[system.Count];
        for (var k = 0; k < multipliers.Length; k++)
            dual[system.Rows[k]] = multipliers[k] * system.Scales[system.Rows[k]];
        return dual;
    }

    /// <summary>Xw = y, ‖Xᵀλ‖_* ≤ 1 and λ·y = ‖w‖, checked from the definitions and the original data alone.</summary>
    private static bool IsOptimal(
        Rational[,] inputs,
        Rational[] targets,
        Rational[] weights,
        Rational[] dual,
        Rational[] correlations,
        MarginNorm norm
    )
    {
        var reward = Rational.Zero;
        for (var i = 0; i < targets.Length; i++)
        {
            var prediction = Rational.Zero;
            for (var j = 0; j < weights.Length; j++)
                if (weights[j].Sign != 0)
                    prediction += inputs[i, j] * weights[j];
            if (prediction != targets[i])
                return false;
            reward += dual[i] * targets[i];
        }
        return norm.Dual().Of(correlations) <= Rational.One && reward == norm.Of(weights);
    }

    private static Rational Correlation(Rational[,] inputs, Rational[] dual, int column)
    {
        var sum = Rational.Zero;
        for (var i = 0; i < dual.Length; i++)
            if (dual[i].Sign != 0)
                sum += dual[i] * inputs[i, column];
        return sum;
    }

    private static int[] Support(Rational[] weights) =>
        [.. Enumerable.Range(0, weights.Length).Where(j => weights[j].Sign != 0)];

    private static BasisPursuitResult Judge(
        Rational[,] inputs,
        Rational[] targets,
        InterpolationSystem system,
        MarginNorm norm,
        double[] weights,
        double[] multipliers
    )
    {
        Rational[] exactWeights = [.. weights.Select(Rational.FromBinary)];
        Rational[] dual = InGivenRows(system, [.. multipliers.Select(Rational.FromBinary)]);
        var (residual, reward) = (0.0, 0.0);
        var correlations = new double[weights.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            var (error, size) = (-targets[i].ToDouble(), Math.Abs(targets[i].ToDouble()));
            var multiplier = dual[i].ToDouble();
            for (var j = 0; j < weights.Length; j++)
            {
                var entry = inputs[i, j].ToDouble();
                error += entry * weights[j];
                size += Math.Abs(entry * weights[j]);
                correlations[j] += entry * multiplier;
            }
            residual = size == 0 ? residual : Math.Max(residual, Math.Abs(error) / size);
            reward += multiplier * targets[i].ToDouble();
        }
        var objective = norm == MarginNorm.L1 ? weights.Sum(Math.Abs) : weights.Max(Math.Abs);
        var dualNorm = norm == MarginNorm.L1 ? correlations.Max(Math.Abs) : correlations.Sum(Math.Abs);
        return new BasisPursuitResult.Solved
        {
            Certified = false,
            Norm = norm,
            Weights = exactWeights,
            Objective = Rational.FromBinary(objective),
            Dual = dual,
            KktResidual = residual,
            DualityGap = objective == 0 ? 0 : (objective - reward / Math.Max(dualNorm, 1)) / objective,
            IsUnique = null,
            Face = Support(exactWeights),
        };
    }
}
