namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Dense simplex method in floating point for max c·x subject to Mx ≤ r, x ≥ 0 with r ≥ 0, so that x = 0 is feasible
/// and no first phase is needed. It proposes a basis; it proves nothing.
/// </summary>
/// <remarks>
/// Condensed tableau: basicᵢ + Σ tᵢⱼ nonbasicⱼ = rhsᵢ, one more row for the objective. Variables 0..N-1 are x, N..N+m-1
/// the slacks. Steepest reduced cost first. These programs are highly degenerate (many rᵢ = 0), and breaking ties by
/// index leads to tiny pivots that ruin the tableau; so steps are chosen for slightly enlarged bounds, all
/// different, while the true right side is carried along and read at the end.
/// </remarks>
internal sealed class FloatingStandardSimplex
{
    private const double Tolerance = 1e-10;
    private const double PivotTolerance = 1e-9;
    private const double Perturbation = 1e-6;
    private readonly int rowCount;
    private readonly int columnCount;
    private readonly int stride;
    private readonly double[] tableau; // (m+1) × (N+2); last row objective; then the true and the enlarged right side
    private readonly int[] basic;
    private readonly int[] nonbasic;

    private FloatingStandardSimplex(double[,] matrix, double[] bounds, double[] objective)
    {
        rowCount = matrix.GetLength(0);
        columnCount = matrix.GetLength(1);
        stride = columnCount + 2;
        tableau = new double[(rowCount + 1) * stride];
        for (var i = 0; i < rowCount; i++)
        {
            for (var j = 0; j < columnCount; j++)
                tableau[i * stride + j] = matrix[i, j];
            tableau[i * stride + columnCount] = bounds[i];
            tableau[i * stride + columnCount + 1] =
                bounds[i] + Perturbation * (1.0 + i * 0.6180339887498949 % 1.0);
        }
        for (var j = 0; j < columnCount; j++)
            tableau[rowCount * stride + j] = -objective[j];
        basic = [.. Enumerable.Range(columnCount, rowCount)];
        nonbasic = [.. Enumerable.Range(0, columnCount)];
    }

    /// <summary>Last basis with its primal x and dual u (length m); Bounded false if a ray was met.</summary>
    internal sealed record Proposal(
        int[] Basic,
        double[] Primal,
        double[] Dual,
        bool Bounded,
        bool Converged
    );

    public static Proposal Run(double[,] matrix, double[] bounds, double[] objective)
    {
        var simplex = new FloatingStandardSimplex(matrix, bounds, objective);
        for (var step = 0; step < 1000 + 20 * (simplex.rowCount + simplex.columnCount); step++)
        {
            var entering = simplex.Entering();
            if (entering < 0)
                return simplex.Finished(bounded: true, converged: true);
            var leaving = simplex.Leaving(entering);
            if (leaving < 0)
                return simplex.Finished(bounded: false, converged: true);
            simplex.Pivot(leaving, entering);
        }
        return simplex.Finished(bounded: true, converged: false);
    }

    private Span<double> Row(int i) => tableau.AsSpan(i * stride, stride);

    private int Entering()
    {
        var costs = Row(rowCount)[..columnCount];
        var entering = -1;
        for (var j = 0; j < columnCount; j++)
            if (costs[j] < -Tolerance && (entering < 0 || costs[j] < costs[entering]))
                entering = j;
        return entering;
    }

    private int Leaving(int entering)
    {
        var leaving = -1;
        var shortest = double.PositiveInfinity;
        for (var i = 0; i < rowCount; i++)
        {
            var row = Row(i);
            if (row[entering] <= PivotTolerance)
                continue;
            var ratio = Math.Max(row[columnCount + 1], 0.0) / row[entering];
            if (ratio < shortest)
                (leaving, shortest) = (i, ratio);
        }
        return leaving;
    }

    private void Pivot(int leaving, int entering)
    {
        var pivotRow = Row(leaving);
        var inverse = 1.0 / pivotRow[entering];
        for (var j = 0; j < stride; j++)
            pivotRow[j] *= inverse;
        pivotRow[entering] = inverse;
        for (var i = 0; i <= rowCount; i++)
        {
            if (i == leaving)
                continue;
            var row = Row(i);
            var factor = row[entering];
            if (factor == 0)
                continue;
            row[entering] = 0.0;
            RowBasis.AddScaled(-factor, pivotRow, row);
        }
        (basic[leaving], nonbasic[entering]) = (nonbasic[entering], basic[leaving]);
    }

    private Proposal Finished(bool bounded, bool converged)
    {
        var primal = new double[columnCount];
        var dual = new double[rowCount];
        for (var i = 0; i < rowCount; i++)
            if (basic[i] < columnCount)
                primal[basic[i]] = Row(i)[columnCount];
        for (var j = 0; j < columnCount; j++)
            if (nonbasic[j] >= columnCount)
                dual[nonbasic[j] - columnCount] = Row(rowCount)[j];
        return new([.. basic], primal, dual, bounded, converged);
    }
}
