using ImplicitBias.Numerics.Exact;
using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The Bregman projection argmin {D(w, w₀) : Xw = y} of a start onto the solutions of a linear system, to rounding, with a
/// certificate: the point that mirror flow converges to. Shares no code with the dynamics.
/// </summary>
/// <remarks>
/// Newton's method in n unknowns on the convex dual min over λ of ψ*(∇ψ(w₀) + Xᵀλ) - λ·y, each step a least-squares problem
/// with a root of ∇²ψ*, so that weights of very different sizes cost no digits. For a second opinion, Newton's method on the
/// conditions of optimality in the primal (Boyd and Vandenberghe, section 10.3). Where ∇²ψ* is infinite (p-norm, p > 2), damped steps
/// on the primal, then the dual in twice the precision. The dual of an entropy is refined in twice the precision.
/// </remarks>
public static class BregmanProjection
{
    /// <summary>A point whose certificate is worse than this is not called a solution.</summary>
    private const double LargestResidual = 1e-10;

    /// <summary>
    /// Positive weights of more different sizes than this may be zero in every solution; that is decided exactly, and
    /// <see cref="FaceProjection"/> takes over.
    /// </summary>
    private const double NearBoundary = 1e-6;

    /// <summary>Projects a start.</summary>
    /// <param name="inputs">X, n×d, any rank.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="potential">ψ.</param>
    /// <param name="start">w₀, length d, in the interior of the domain.</param>
    /// <exception cref="ArgumentException">Lengths do not match, or the start is outside the domain.</exception>
    public static BregmanProjectionResult Solve(
        Rational[,] inputs,
        Rational[] targets,
        IPotential potential,
        double[] start
    )
    {
        var first = Solve(inputs, targets, potential, start, inPrimal: potential is PNorm { Exponent: > 2 });
        return
            first is BregmanProjectionResult.Undecided
            && SolveOtherwise(inputs, targets, potential, start) is BregmanProjectionResult.Solved second
            ? second
            : first;
    }

    /// <summary>The same by the second method alone: the primal one, or for p > 2 the dual one.</summary>
    /// <inheritdoc cref="Solve(Rational[,], Rational[], IPotential, double[])"/>
    public static BregmanProjectionResult SolveOtherwise(
        Rational[,] inputs,
        Rational[] targets,
        IPotential potential,
        double[] start
    ) => Solve(inputs, targets, potential, start, inPrimal: potential is not PNorm { Exponent: > 2 });

    private static BregmanProjectionResult Solve(
        Rational[,] inputs,
        Rational[] targets,
        IPotential potential,
        double[] start,
        bool inPrimal
    )
    {
        var (count, dimension) = (inputs.GetLength(0), inputs.GetLength(1));
        if (start.Length != dimension)
            throw new ArgumentException(
                $"The start has {start.Length} numbers; the system has {dimension} unknowns."
            );
        if (!potential.Contains(start))
            throw new ArgumentException(
                $"The start is not inside the domain of the {potential.Name} potential."
            );
        var onSimplex = potential.Domain == PotentialDomain.Simplex;
        var system = onSimplex
            ? InterpolationSystem.Of(WithSumFirst(inputs), [Rational.One, .. targets])
            : InterpolationSystem.Of(inputs, targets);
        if (system.Contradiction is { } contradiction)
            return new BregmanProjectionResult.Inconsistent(
                onSimplex ? new FredholmCertificate(SumLast(contradiction.Multipliers)) : contradiction
            );
        // On the simplex Σ wⱼ = 1 is the potential's own: a row that only repeats it is left out, as it is here.
        int[] rows = onSimplex ? [.. system.Rows.Where(row => row > 0).Select(row => row - 1)] : system.Rows;
        if (rows.Length == 0) // nothing is asked of w
            return new BregmanProjectionResult.Solved
            {
                Weights = (double[])start.Clone(),
                Objective = 0,
                Dual = new double[count],
                KktResidual = 0,
                DualityGap = 0,
                Iterations = 0,
            };
        var problem = new ProjectionProblem(inputs, targets, rows, potential, start);
        var (weights, dual, iterations, settled) = inPrimal
            ? potential is PNorm { Exponent: > 2 } steep
                ? PowerProjection.Newton(problem, steep)
                : Settled(PrimalProjection.Newton(problem))
            : Settled(DualProjection.Newton(problem));
        var solved = problem.Certified(weights, dual, count, iterations);
        var converged = settled && solved.KktResidual <= LargestResidual;
        if (!converged && !inPrimal && weights.All(weight => double.IsFinite(weight) && weight != 0))
        {
            // Where weights differ by many orders the dual loses digits that the weights still have.
            var (near, nearDual, more) = PrimalProjection.Newton(problem, weights, dual);
            var polished = problem.Certified(near, nearDual, count, iterations + more);
            if (polished.KktResidual < solved.KktResidual)
                (weights, solved) = (near, polished);
            converged = solved.KktResidual <= LargestResidual;
        }
        if (!inPrimal && EntropyRefinement.AppliesTo(potential))
        {
            var refined =
                EntropyRefinement.Newton(problem, dual)
                ?? EntropyRefinement.Newton(problem, Vector<double>.Build.Dense(rows.Length));
            if (refined is var (fine, fineDual, further))
            {
                (weights, solved) = (fine, problem.Certified(fine, fineDual, count, iterations + further));
                converged = solved.KktResidual <= LargestResidual;
            }
        }
        if (potential.Domain is PotentialDomain.PositiveOrthant or PotentialDomain.Simplex)
            if (!converged || weights.Min() <= NearBoundary * weights.Max())
                if (Excluded(system) is { } excluded)
                {
                    Rational[] multipliers = onSimplex ? SumLast(excluded) : excluded;
                    var reward = targets
                        .Zip(multipliers, (y, m) => y * m)
                        .Aggregate(Rational.Zero, (a, b) => a + b);
                    if (onSimplex)
                        reward += multipliers[^1];
                    return reward.Sign == 0 && FaceProjection.Reaches(potential, dimension)
                        ? FaceProjection.Solve(inputs, targets, potential, start, multipliers)
                        : new BregmanProjectionResult.OutsideDomain(multipliers);
                }
        return converged
            ? solved
            : new BregmanProjectionResult.Undecided(
                $"Newton's method stopped after {iterations} steps at a residual of {solved.KktResidual:G3}."
            );
    }

    private static (double[] Weights, Vector<double> Dual, int Steps, bool Settled) Settled(
        (double[] Weights, Vector<double> Dual, int Steps) answer
    ) => (answer.Weights, answer.Dual, answer.Steps, true);

    /// <summary>The proof that no solution is positive, for the rows as given; null if some solution is.</summary>
    private static Rational[]? Excluded(InterpolationSystem system)
    {
        if (PositiveSolution.Excluded(system.Integers) is not { } found)
            return null;
        var multipliers = new Rational[system.Count];
        for (var k = 0; k < found.Length; k++)
            multipliers[system.Rows[k]] = found[k] * system.Scales[system.Rows[k]];
        return multipliers;
    }

    private static Rational[,] WithSumFirst(Rational[,] inputs)
    {
        var extended = new Rational[inputs.GetLength(0) + 1, inputs.GetLength(1)];
        for (var j = 0; j < inputs.GetLength(1); j++)
        {
            extended[0, j] = Rational.One;
            for (var i = 0; i < inputs.GetLength(0); i++)
                extended[i + 1, j] = inputs[i, j];
        }
        return extended;
    }

    private static Rational[] SumLast(Rational[] multipliers) => [.. multipliers[1..], multipliers[0]];
}
