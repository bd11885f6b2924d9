using ImplicitBias.Numerics.Exact;
using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// A Bregman projection in floating point: independent rows, each scaled to a length between one and two, and what all methods
/// and the certificate need of them.
/// </summary>
internal sealed class ProjectionProblem
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    private readonly Rational[,] given;
    private readonly Rational[] givenTargets;
    private readonly double[,] inputs; // as given
    private readonly double[] targets;
    private readonly int[] rows;
    private readonly double[] lengths;
    private readonly double[] start;

    public ProjectionProblem(
        Rational[,] inputs,
        Rational[] targets,
        int[] rows,
        IPotential potential,
        double[] start
    )
    {
        (given, givenTargets, this.rows, this.start, Potential) = (inputs, targets, rows, start, potential);
        Dimension = inputs.GetLength(1);
        this.inputs = new double[rows.Length, Dimension];
        this.targets = [.. rows.Select(row => targets[row].ToDouble())];
        for (var i = 0; i < rows.Length; i++)
        for (var j = 0; j < Dimension; j++)
            this.inputs[i, j] = inputs[rows[i], j].ToDouble();
        lengths = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        for (var j = 0; j < Dimension; j++)
            lengths[i] = double.Hypot(lengths[i], this.inputs[i, j]);
        // Powers of two, so that scaling rounds nothing.
        for (var i = 0; i < rows.Length; i++)
            lengths[i] = Math.ScaleB(1, Math.ILogB(lengths[i]));
        Rows = Matrix<double>.Build.Dense(rows.Length, Dimension, (i, j) => this.inputs[i, j] / lengths[i]);
        Targets = Vector<double>.Build.Dense(rows.Length, i => this.targets[i] / lengths[i]);
        var dual = new double[Dimension];
        potential.MirrorMap(start, dual);
        StartDual = Vector<double>.Build.Dense(dual);
        Start = Vector<double>.Build.Dense([.. start]);
    }

    public IPotential Potential { get; }

    public int Dimension { get; }

    /// <summary>X, independent rows of length one to two.</summary>
    public Matrix<double> Rows { get; }

    /// <summary>X to twice the working precision.</summary>
    public DoubleDouble[,] ExactRows
    {
        get
        {
            var exact = new DoubleDouble[rows.Length, Dimension];
            for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < Dimension; j++)
                exact[i, j] = Exact(given[rows[i], j], inputs[i, j], lengths[i]);
            return exact;
        }
    }

    /// <summary>y, scaled with the rows, to twice the working precision.</summary>
    public DoubleDouble[] ExactTargets =>
        [.. rows.Select((row, i) => Exact(givenTargets[row], targets[i], lengths[i]))];

    /// <summary>y, scaled with the rows.</summary>
    public Vector<double> Targets { get; }

    /// <summary>w₀.</summary>
    public Vector<double> Start { get; }

    /// <summary>∇ψ(w₀).</summary>
    public Vector<double> StartDual { get; }

    /// <summary>Xw - y of the scaled rows, summed as if in twice the precision (Ogita, Rump and Oishi 2005).</summary>
    public Vector<double> Residual(double[] weights) =>
        Vector<double>.Build.Dense(rows.Length, i => Residual(i, weights) / lengths[i]);

    /// <summary>The point of ∇ψ(w₀) + Xᵀλ, or null outside the domain of the dual.</summary>
    public (double[] Dual, double[] Point)? At(Vector<double> multipliers)
    {
        var dual = (StartDual + Rows.TransposeThisAndMultiply(multipliers)).ToArray();
        if (!Potential.ContainsDual(dual))
            return null;
        var point = new double[Dimension];
        Potential.InverseMap(dual, point);
        return (dual, point);
    }

    /// <summary>The solution with its certificate, computed from the rows as given.</summary>
    public BregmanProjectionResult.Solved Certified(
        double[] weights,
        Vector<double> multipliers,
        int count,
        int iterations
    )
    {
        var dual = new double[count];
        for (var i = 0; i < rows.Length; i++)
            dual[rows[i]] = multipliers[i] / lengths[i];

        var residual = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            var size = Math.Abs(targets[i]);
            for (var j = 0; j < Dimension; j++)
                size += Math.Abs(inputs[i, j] * weights[j]);
            if (size > 0)
                residual = Math.Max(residual, Math.Abs(Residual(i, weights)) / size);
        }

        var image = new double[Dimension];
        Potential.MirrorMap(weights, image);
        var shift = Rows.TransposeThisAndMultiply(multipliers);
        var attained = new double[Dimension];
        Potential.InverseMap((StartDual + shift).ToArray(), attained);
        // A weight below the normal numbers has lost its dual; that it is the weight of its dual is all that can be asked.
        bool[] lost =
        [
            .. weights.Select((weight, j) => Math.Abs(weight) < SmallestNormal && attained[j] == weight),
        ];
        var kept = lost.Count(isLost => !isLost);
        var errors = Vector<double>.Build.Dense(
            Dimension,
            j => lost[j] ? 0 : image[j] - StartDual[j] - shift[j]
        );
        if (Potential.Domain == PotentialDomain.Simplex)
        {
            var constant = errors.Sum() / kept;
            errors.MapIndexedInplace((j, error) => lost[j] ? 0 : error - constant);
        }
        for (var j = 0; j < Dimension; j++)
            if (lost[j])
                image[j] = StartDual[j] + shift[j];
        var largest = Math.Max(
            Largest(image),
            Math.Max(
                StartDual.InfinityNorm(),
                Rows.PointwiseAbs().TransposeThisAndMultiply(multipliers.PointwiseAbs()).InfinityNorm()
            )
        );
        if (largest > 0)
            residual = Math.Max(residual, errors.InfinityNorm() / largest);

        var objective = Potential.Divergence(weights, start);
        var reward = multipliers * Targets;
        var conjugate = Potential.Conjugate((StartDual + shift).ToArray());
        var startConjugate = Potential.Conjugate(StartDual.ToArray());
        var terms = new[] { objective, reward, conjugate, startConjugate }.Select(Math.Abs).Max();
        return new BregmanProjectionResult.Solved
        {
            Weights = weights,
            Objective = objective,
            Dual = dual,
            KktResidual = residual,
            DualityGap = terms == 0 ? 0 : Math.Abs(objective - (reward - conjugate + startConjugate)) / terms,
            Iterations = iterations,
        };
    }

    private static DoubleDouble Exact(Rational number, double rounded, double scale) =>
        new(rounded / scale, (number - Rational.FromBinary(rounded)).ToDouble() / scale);

    private static double Largest(double[] values) => values.Max(Math.Abs);

    private double Residual(int row, double[] weights)
    {
        var (sum, lost) = (-targets[row], 0.0);
        for (var j = 0; j < Dimension; j++)
        {
            var product = inputs[row, j] * weights[j];
            lost += Math.FusedMultiplyAdd(inputs[row, j], weights[j], -product);
            var next = sum + product;
            var part = next - sum;
            lost += sum - (next - part) + (product - part);
            sum = next;
        }
        return sum + lost;
    }
}
