using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The solutions w = v + Nu of Xw = y to twice the working precision: as many weights as rows, the basic ones, are expressed by
/// the others, which are u.
/// </summary>
/// <remarks>
/// Basic are the weights whose columns, each times a given scale, are the pivots of a complete elimination. The entries of the
/// scaled N are then of order one, so that nothing cancels that does not cancel in every basis.
/// </remarks>
internal sealed class NullSpace
{
    private readonly DoubleDouble[][] reduced; // n rows of d + 1 + n: X, y and the identity after elimination
    private readonly int[] basic; // the weight that each row expresses by the free ones
    private readonly int[] free;
    private readonly int dimension;

    /// <param name="rows">X, n×d, independent rows.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="scales">One positive factor for each column of X.</param>
    public NullSpace(DoubleDouble[,] rows, DoubleDouble[] targets, double[] scales)
    {
        dimension = rows.GetLength(1);
        reduced =
        [
            .. targets.Select(
                (target, i) =>
                {
                    var row = new DoubleDouble[dimension + 1 + targets.Length];
                    for (var j = 0; j < dimension; j++)
                        row[j] = rows[i, j];
                    row[dimension] = target;
                    row[dimension + 1 + i] = 1;
                    return row;
                }
            ),
        ];
        basic = new int[targets.Length];
        var open = Enumerable.Range(0, targets.Length).ToList();
        while (open.Count > 0)
        {
            var (row, column) = Largest(open, scales);
            open.Remove(row);
            basic[row] = column;
            Eliminate(row, column);
        }
        free = [.. Enumerable.Range(0, dimension).Except(basic)];
    }

    /// <summary>d - n.</summary>
    public int FreeCount => free.Length;

    /// <summary>The solution that agrees with w in the free weights.</summary>
    public DoubleDouble[] Solution(DoubleDouble[] weights)
    {
        var solution = (DoubleDouble[])weights.Clone();
        for (var i = 0; i < basic.Length; i++)
        {
            var sum = reduced[i][dimension];
            foreach (var k in free)
                sum -= reduced[i][k] * weights[k];
            solution[basic[i]] = sum;
        }
        return solution;
    }

    /// <summary>The solution that agrees with w - step in the free weights.</summary>
    public DoubleDouble[] Solution(DoubleDouble[] weights, Vector<double> step)
    {
        var moved = (DoubleDouble[])weights.Clone();
        for (var k = 0; k < free.Length; k++)
            moved[free[k]] -= step[k];
        return Solution(moved);
    }

    /// <summary>Nᵀs, and the largest of its entries relative to its own terms.</summary>
    public (Vector<double> Gradient, double Relative) Gradient(DoubleDouble[] slopes)
    {
        var gradient = Vector<double>.Build.Dense(free.Length);
        var relative = 0.0;
        for (var k = 0; k < free.Length; k++)
        {
            var sum = slopes[free[k]];
            var terms = Math.Abs(sum.High);
            for (var i = 0; i < basic.Length; i++)
            {
                var term = reduced[i][free[k]] * slopes[basic[i]];
                sum -= term;
                terms += Math.Abs(term.High);
            }
            gradient[k] = (double)sum;
            if (gradient[k] != 0)
                relative = Math.Max(relative, Math.Abs(gradient[k]) / terms);
        }
        return (gradient, relative);
    }

    /// <summary>
    /// (NᵀHN)⁻¹g for H = diag(1/scales²), by the n×n matrix that NᵀHN differs by from a diagonal one.
    /// </summary>
    /// <remarks>
    /// With the scaled N = (I; -Mᵀ) it is the scales around (I + MMᵀ)⁻¹ = I - M(I + MᵀM)⁻¹Mᵀ, where M is of order one.
    /// </remarks>
    public Vector<double> Newton(Vector<double> gradient, double[] scales)
    {
        var scale = Vector<double>.Build.Dense(free.Length, k => scales[free[k]]);
        var rest = Matrix<double>.Build.Dense(
            free.Length,
            basic.Length,
            (k, i) => (double)(reduced[i][free[k]] * scale[k]) / scales[basic[i]]
        );
        var gram = rest.TransposeThisAndMultiply(rest) + Matrix<double>.Build.DenseIdentity(basic.Length);
        var scaled = scale.PointwiseMultiply(gradient);
        return scale.PointwiseMultiply(
            scaled - rest * gram.Cholesky().Solve(rest.TransposeThisAndMultiply(scaled))
        );
    }

    /// <summary>λ with (Xᵀλ)ⱼ = sⱼ for the basic weights.</summary>
    public Vector<double> Multipliers(DoubleDouble[] slopes) =>
        Vector<double>.Build.Dense(
            basic.Length,
            i =>
            {
                DoubleDouble sum = 0;
                for (var row = 0; row < basic.Length; row++)
                    sum += reduced[row][dimension + 1 + i] * slopes[basic[row]];
                return (double)sum;
            }
        );

    private (int Row, int Column) Largest(List<int> open, double[] scales)
    {
        var (place, largest) = ((open[0], 0), -1.0);
        foreach (var i in open)
            for (var j = 0; j < dimension; j++)
                if (Math.Abs(reduced[i][j].High) * scales[j] is var size && size > largest)
                    (place, largest) = ((i, j), size);
        return place;
    }

    private void Eliminate(int row, int column)
    {
        var pivot = reduced[row][column];
        for (var k = 0; k < reduced[row].Length; k++)
            reduced[row][k] /= pivot;
        for (var i = 0; i < reduced.Length; i++)
        {
            var factor = reduced[i][column];
            if (i == row || factor.High == 0)
                continue;
            for (var k = 0; k < reduced[i].Length; k++)
                reduced[i][k] -= factor * reduced[row][k];
            reduced[i][column] = 0; // not only to rounding
        }
    }
}
