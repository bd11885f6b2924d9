using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The Karush–Kuhn–Tucker conditions of min Σ_g weight_g ‖x_g‖^q subject to Ax ≥ 1: their residual at any point, and Newton's
/// method on them once the groups and rows of a solution are known.
/// </summary>
/// <remarks>
/// weight_g q ‖x_g‖^{q-2} x_g = (Aᵀλ)_g on the groups where x_g ≠ 0, phase and modulus; λ ≥ 0, λᵢ(aᵢ·x - 1) = 0. Where
/// x_g = 0: nothing for q &lt; 1, where zero is a local minimum in any direction; ‖(Aᵀλ)_g‖ ≤ weight_g for q = 1;
/// (Aᵀλ)_g = 0 for q = 2.
/// </remarks>
internal sealed class BridgeStationarity(double[][] rows, BridgeGroups groups, double exponent)
{
    private const int NewtonLimit = 60;

    /// <summary>Singular values below this fraction of the largest count as zero: multipliers that are not unique.</summary>
    private const double RankTolerance = 1e-13;

    /// <summary>
    /// The largest of: deviation from stationarity relative to the largest ‖(Aᵀλ)_g‖, 1 - min aᵢ·x, and -λᵢ and
    /// λᵢ|aᵢ·x - 1| relative to Σλ.
    /// </summary>
    public double Residual(double[] coordinates, double[] dual)
    {
        var image = Image(dual);
        var gradient = Gradient(coordinates);
        var (norms, sizes) = (groups.Norms(coordinates), groups.Norms(image));
        var scale = Math.Max(sizes.Max(), double.Epsilon);
        var residual = 0.0;
        for (var g = 0; g < groups.Count; g++)
        {
            if (norms[g] > 0 || exponent > 1)
                for (var k = groups.Starts[g]; k < groups.Starts[g + 1]; k++)
                    residual = Math.Max(residual, Math.Abs(gradient[k] - image[k]) / scale);
            else if (exponent == 1)
                residual = Math.Max(residual, sizes[g] / groups.Weights[g] - 1);
        }
        var total = Math.Max(dual.Sum(), double.Epsilon);
        for (var i = 0; i < rows.Length; i++)
        {
            var slack = VectorKernels.Dot(rows[i], coordinates) - 1;
            residual = Math.Max(residual, -slack);
            residual = Math.Max(residual, -dual[i] / total);
            residual = Math.Max(residual, dual[i] * Math.Abs(slack) / total);
        }
        return double.IsNaN(residual) ? double.PositiveInfinity : residual;
    }

    /// <summary>
    /// Newton's method from an approximate solution, on its non-zero groups and on the given rows as equations. Where the
    /// solution is not unique the nearest one is found.
    /// </summary>
    public (double[] Coordinates, double[] Dual) Polish(double[] coordinates, double[] dual, int[] active)
    {
        var norms = groups.Norms(coordinates);
        int[] free =
        [
            .. Enumerable
                .Range(0, groups.Count)
                .Where(g => norms[g] > 0)
                .SelectMany(g => Enumerable.Range(groups.Starts[g], groups.Starts[g + 1] - groups.Starts[g])),
        ];
        var x = (double[])coordinates.Clone();
        var multipliers = new double[rows.Length];
        foreach (var i in active)
            multipliers[i] = dual[i];
        var size = free.Length + active.Length;
        var last = double.PositiveInfinity;
        for (var iteration = 0; iteration < NewtonLimit && size > 0; iteration++)
        {
            var (gradient, image) = (Gradient(x), Image(multipliers));
            var jacobian = Matrix<double>.Build.Dense(size, size);
            var residual = Vector<double>.Build.Dense(size);
            for (var a = 0; a < free.Length; a++)
            {
                residual[a] = image[free[a]] - gradient[free[a]];
                for (var b = 0; b < active.Length; b++)
                {
                    jacobian[a, free.Length + b] = -rows[active[b]][free[a]];
                    jacobian[free.Length + b, a] = -rows[active[b]][free[a]];
                }
            }
            for (var b = 0; b < active.Length; b++)
                residual[free.Length + b] = VectorKernels.Dot(rows[active[b]], x) - 1;
            AddHessian(x, free, jacobian);
            var step = LeastNormSolution(jacobian, residual);
            var length = StepWithin(x, free, step);
            for (var a = 0; a < free.Length; a++)
                x[free[a]] += length * step[a];
            for (var b = 0; b < active.Length; b++)
                multipliers[active[b]] += length * step[free.Length + b];
            var moved = step.L2Norm();
            if (!double.IsFinite(moved) || (length == 1 && moved >= last / 2 && iteration > 5))
                break; // rounding
            last = moved;
        }
        return (x, multipliers);
    }

    /// <summary>
    /// The smallest eigenvalue of the Hessian of the penalty on the directions that keep the given rows tight, relative to
    /// the largest of the Hessian itself; +∞ where there is no such direction.
    /// </summary>
    public double SmallestCurvature(double[] coordinates, int[] active)
    {
        var norms = groups.Norms(coordinates);
        int[] free =
        [
            .. Enumerable
                .Range(0, groups.Count)
                .Where(g => norms[g] > 0)
                .SelectMany(g => Enumerable.Range(groups.Starts[g], groups.Starts[g + 1] - groups.Starts[g])),
        ];
        var hessian = Matrix<double>.Build.Dense(free.Length, free.Length);
        AddHessian(coordinates, free, hessian);
        var tight = Matrix<double>.Build.Dense(
            active.Length,
            free.Length,
            (b, a) => rows[active[b]][free[a]]
        );
        var svd = tight.TransposeThisAndMultiply(tight).Evd();
        var threshold = RankTolerance * Math.Max(1, svd.EigenValues.Real().Maximum());
        int[] directions =
        [
            .. Enumerable.Range(0, free.Length).Where(k => svd.EigenValues[k].Real <= threshold),
        ];
        if (directions.Length == 0)
            return double.PositiveInfinity;
        var kernel = Matrix<double>.Build.DenseOfColumns(directions.Select(k => svd.EigenVectors.Column(k)));
        var reduced = kernel.TransposeThisAndMultiply(hessian * kernel);
        return (reduced + reduced.Transpose()).Evd().EigenValues.Real().Minimum()
            / 2
            / hessian.Enumerate().Max(Math.Abs);
    }

    /// <summary>∇ of the penalty, zero on the groups where it has none.</summary>
    private double[] Gradient(double[] coordinates)
    {
        var gradient = new double[groups.Dimension];
        var norms = groups.Norms(coordinates);
        for (var g = 0; g < groups.Count; g++)
        {
            if (norms[g] == 0)
                continue;
            var factor = groups.Weights[g] * exponent * Math.Pow(norms[g], exponent - 2);
            for (var k = groups.Starts[g]; k < groups.Starts[g + 1]; k++)
                gradient[k] = factor * coordinates[k];
        }
        return gradient;
    }

    /// <summary>Adds weight q ‖x‖^{q-2} (I + (q - 2) x xᵀ/‖x‖²) of every group to the leading block.</summary>
    private void AddHessian(double[] coordinates, int[] free, Matrix<double> target)
    {
        var norms = groups.Norms(coordinates);
        var place = new int[groups.Dimension];
        for (var a = 0; a < free.Length; a++)
            place[free[a]] = a;
        for (var g = 0; g < groups.Count; g++)
        {
            if (norms[g] == 0)
                continue;
            var factor = groups.Weights[g] * exponent * Math.Pow(norms[g], exponent - 2);
            for (var i = groups.Starts[g]; i < groups.Starts[g + 1]; i++)
            for (var j = groups.Starts[g]; j < groups.Starts[g + 1]; j++)
                target[place[i], place[j]] +=
                    factor
                    * (
                        (i == j ? 1 : 0)
                        + (exponent - 2) * (coordinates[i] / norms[g]) * (coordinates[j] / norms[g])
                    );
        }
    }

    /// <summary>A step that no more than halves or doubles any group.</summary>
    private double StepWithin(double[] coordinates, int[] free, Vector<double> step)
    {
        var change = new double[groups.Dimension];
        for (var a = 0; a < free.Length; a++)
            change[free[a]] = step[a];
        var (norms, moves) = (groups.Norms(coordinates), groups.Norms(change));
        var length = 1.0;
        for (var g = 0; g < groups.Count; g++)
            if (moves[g] > norms[g] / 2)
                length = Math.Min(length, norms[g] / 2 / moves[g]);
        return length;
    }

    private static Vector<double> LeastNormSolution(Matrix<double> matrix, Vector<double> right)
    {
        var svd = matrix.Svd();
        var inner = svd.U.TransposeThisAndMultiply(right);
        for (var k = 0; k < inner.Count; k++)
            inner[k] = svd.S[k] > RankTolerance * svd.S[0] ? inner[k] / svd.S[k] : 0;
        return svd.VT.TransposeThisAndMultiply(inner);
    }

    private double[] Image(double[] dual)
    {
        var image = new double[groups.Dimension];
        for (var i = 0; i < rows.Length; i++)
            if (dual[i] != 0)
                VectorKernels.AddScaled(dual[i], rows[i], image);
        return image;
    }
}
