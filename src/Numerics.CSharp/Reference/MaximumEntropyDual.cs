using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The optimal max-margin dual of maximum entropy: the minimiser of Σ aₙ(log aₙ - 1) over {a ≥ 0, Σ aₙzₙ = ŵ}
/// on the active points. If the dual is not unique, this is the one whose margins gradient flow on the
/// exponential or logistic loss approaches, since its aₙ = exp(-zₙ·w̃) for one vector w̃.
/// </summary>
/// <remarks>
/// With a = exp(zₙ·μ) the problem is the unconstrained convex min over μ of Σ exp(zₙ·μ) - ŵ·μ, solved by damped
/// Newton steps in an orthonormal basis of the column space, where its conditioning does not depend on the data's.
/// The minimiser is interior on the support of the optimal face, so active points that are zero on the
/// whole face are left out first.
/// </remarks>
public sealed record MaximumEntropyDual
{
    private MaximumEntropyDual(double[] dual, double constraintError, int iterations)
    {
        Dual = dual;
        ConstraintError = constraintError;
        Iterations = iterations;
    }

    /// <summary>a, length n; positive exactly on the support of the optimal face.</summary>
    public double[] Dual { get; }

    /// <summary>‖Σ aₙzₙ - ŵ‖₂ / ‖ŵ‖₂.</summary>
    public double ConstraintError { get; }

    /// <summary>Newton steps taken; 0 if the dual is unique, which leaves nothing to minimise.</summary>
    public int Iterations { get; }

    /// <summary>Finds the dual of maximum entropy.</summary>
    /// <param name="signedInputs">Z, n×d: the data the solution belongs to.</param>
    /// <param name="solution">Its max-margin solution, without free bias.</param>
    /// <exception cref="ArgumentException">
    /// The solution has a free bias (for which the flow has no such limit) or other dimensions than the data.
    /// </exception>
    public static MaximumEntropyDual Find(double[,] signedInputs, MaxMarginResult.Solved solution)
    {
        SupportGeometry.RequireMatching(signedInputs, solution);
        var points = solution.DualFaceSupport;
        var dual = (double[])solution.DualDouble.Clone();
        var steps = 0;
        if (!solution.DualIsUnique)
        {
            var rows = SupportGeometry.Rows(signedInputs, points);
            var columns = SupportGeometry
                .ThinSvd(rows)
                .U.SubMatrix(0, points.Length, 0, solution.SupportRank);
            var vertex = Vector<double>.Build.Dense(points.Length, i => dual[points[i]]);
            var entropic = Minimise(columns, vertex, out steps);
            for (var i = 0; i < points.Length; i++)
                dual[points[i]] = entropic[i];
        }
        return new(dual, ConstraintResidual(signedInputs, solution, dual), steps);
    }

    // argmin over a = exp(Uν) of Σa - (Uᵀα)·ν, whose stationarity is Uᵀa = Uᵀα.
    private static Vector<double> Minimise(Matrix<double> columns, Vector<double> vertex, out int steps)
    {
        var moments = columns.TransposeThisAndMultiply(vertex);
        // Equal masses: constants lie in the column space, because every zₙ·ŵ on the support is 1.
        var start = Vector<double>.Build.Dense(vertex.Count, Math.Log(vertex.Sum() / vertex.Count));
        var coordinates = columns.TransposeThisAndMultiply(start);
        var masses = (columns * coordinates).PointwiseExp();
        var value = masses.Sum() - moments * coordinates;
        var fullSteps = 0;
        for (steps = 0; steps < 200; steps++)
        {
            var gradient = columns.TransposeThisAndMultiply(masses) - moments;
            var weighted = columns.MapIndexed((i, _, entry) => Math.Sqrt(masses[i]) * entry);
            var factor = weighted.QR(QRMethod.Thin).R;
            var step = factor.Solve(factor.Transpose().Solve(gradient));
            var decrement = gradient * step;
            // Near the end the objective cannot resolve a decrease; full steps go on converging quadratically,
            // from an error of 1e-6 in two of them to rounding level.
            var resolved = decrement > 1e-12 * vertex.Sum();
            if (!resolved)
                fullSteps++;
            var length = 1.0;
            while (true)
            {
                var trial = coordinates - length * step;
                var trialMasses = (columns * trial).PointwiseExp();
                var trialValue = trialMasses.Sum() - moments * trial;
                if (!resolved || trialValue <= value - 0.25 * length * decrement || length < 1e-12)
                {
                    (coordinates, masses, value) = (trial, trialMasses, trialValue);
                    break;
                }
                length /= 2;
            }
            if (fullSteps == 3)
                break;
        }
        return masses;
    }

    private static double ConstraintResidual(
        double[,] signedInputs,
        MaxMarginResult.Solved solution,
        double[] dual
    )
    {
        var (error, norm) = (0.0, 0.0);
        for (var k = 0; k < solution.WeightsDouble.Length; k++)
        {
            var difference = -solution.WeightsDouble[k];
            for (var n = 0; n < dual.Length; n++)
                difference += dual[n] * signedInputs[n, k];
            error += difference * difference;
            norm += solution.WeightsDouble[k] * solution.WeightsDouble[k];
        }
        return Math.Sqrt(error / norm);
    }
}
