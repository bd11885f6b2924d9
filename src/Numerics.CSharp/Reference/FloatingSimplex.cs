namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Dense simplex method for bounded variables in floating point. It proposes a basis; it proves nothing.
/// </summary>
/// <remarks>
/// Condensed tableau: basicᵢ = Σ tᵢⱼ nonbasicⱼ, and a last row for the objective. The edge enters that seems steepest by
/// the reference weights of Devex (Harris 1973), which takes far fewer steps than the largest reduced cost; among the rows that block a step to within a tolerance the largest pivot leaves (likewise). The tableau of the
/// last basis is made anew from the data and looked at again, so rounding errors do not pile up.
/// </remarks>
internal sealed class FloatingSimplex
{
    private const double Tolerance = 1e-10; // of a reduced cost, for data of order 1
    private const double PivotTolerance = 1e-9;
    private const double Relaxation = 1e-9; // of the bounds, when the blocking rows are looked for
    private const int MaxRestarts = 5;
    private readonly LinearProgram<double> program;
    private readonly int rowCount;
    private readonly int columnCount;
    private readonly double[] tableau; // (m+1) × N
    private readonly double[] level; // values of the basic variables
    private readonly double[] steepness; // Devex weights along nonbasic
    private readonly int[] basic;
    private readonly int[] nonbasic;
    private readonly int[] values; // of the variables that are not basic
    private readonly double[] lower;
    private readonly double[] upper;

    private FloatingSimplex(LinearProgram<double> program)
    {
        this.program = program;
        (rowCount, columnCount) = (program.RowCount, program.ColumnCount);
        tableau = new double[(rowCount + 1) * columnCount];
        level = new double[rowCount];
        steepness = new double[columnCount];
        basic = new int[rowCount];
        nonbasic = new int[columnCount];
        values = new int[rowCount + columnCount];
        (lower, upper) = (program.Lower, program.Upper);
    }

    /// <summary>The last basis. Bounded is false if a ray was met.</summary>
    internal sealed record Proposal(SimplexBasis Basis, bool Bounded, bool Converged);

    /// <param name="program">The program, entries of order 1.</param>
    public static Proposal Run(LinearProgram<double> program)
    {
        var simplex = new FloatingSimplex(program);
        simplex.Start();
        var left = 1000 + 20 * (simplex.rowCount + simplex.columnCount);
        for (var restart = 0; restart < MaxRestarts; restart++)
        {
            var before = left;
            if (!simplex.Climb(ref left))
                return new(simplex.Basis(), Bounded: false, Converged: true);
            if (left == 0 || (restart > 0 && left == before))
                break;
            simplex.Rebuild();
        }
        return new(simplex.Basis(), Bounded: true, Converged: left > 0);
    }

    private SimplexBasis Basis() => new([.. basic], [.. values]);

    private Span<double> Row(int i) => tableau.AsSpan(i * columnCount, columnCount);

    private void Clear()
    {
        program.Matrix.CopyTo(tableau, 0);
        for (var j = 0; j < columnCount; j++)
            (nonbasic[j], Row(rowCount)[j]) = (j, program.Objective[j]);
        for (var i = 0; i < rowCount; i++)
            basic[i] = columnCount + i;
        Array.Fill(steepness, 1.0);
    }

    private void Start()
    {
        Clear();
        program.Start?.CopyTo(values, 0);
        ComputeLevels();
        if (program.FreeColumn < 0)
            return;
        Pivot(Array.IndexOf(level, level.Min()), program.FreeColumn);
        ComputeLevels();
    }

    // The tableau of the present basis from the data.
    private void Rebuild()
    {
        var columns = basic.Where(variable => variable < columnCount).ToArray();
        var rows = nonbasic.Where(v => v >= columnCount).Select(v => v - columnCount).ToHashSet();
        Clear();
        foreach (var column in columns)
        {
            var pivot = -1;
            foreach (var row in rows)
                if (
                    pivot < 0
                    || Math.Abs(tableau[row * columnCount + column])
                        > Math.Abs(tableau[pivot * columnCount + column])
                )
                    pivot = row;
            Pivot(pivot, column);
            rows.Remove(pivot);
        }
        ComputeLevels();
    }

    private void ComputeLevels()
    {
        for (var i = 0; i < rowCount; i++)
        {
            level[i] = 0.0;
            for (var j = 0; j < columnCount; j++)
                level[i] += values[nonbasic[j]] * tableau[i * columnCount + j];
        }
    }

    // Steps until no reduced cost improves or no step is left; false if nothing blocks one.
    private bool Climb(ref int left)
    {
        for (; left > 0; left--)
        {
            var entering = Entering();
            if (entering < 0)
                return true;
            var variable = nonbasic[entering];
            var direction = Row(rowCount)[entering] > 0 ? 1.0 : -1.0;
            var leaving = Leaving(entering, direction, out var length);
            var range = upper[variable] - lower[variable];
            if (leaving < 0 && double.IsInfinity(range))
                return false;
            var flips = leaving < 0 || range <= length;
            if (flips)
                length = range;
            for (var i = 0; i < rowCount; i++)
                level[i] += direction * length * tableau[i * columnCount + entering];
            if (flips)
            {
                values[variable] = direction > 0 ? (int)upper[variable] : (int)lower[variable];
                continue;
            }
            var rises = direction * tableau[leaving * columnCount + entering] > 0;
            values[basic[leaving]] = (int)(rises ? upper[basic[leaving]] : lower[basic[leaving]]);
            level[leaving] = values[variable] + direction * length;
            Pivot(leaving, entering);
        }
        return true;
    }

    private int Entering()
    {
        var costs = Row(rowCount);
        var (entering, largest) = (-1, 0.0);
        for (var j = 0; j < columnCount; j++)
        {
            var variable = nonbasic[j];
            var room = costs[j] > 0 ? upper[variable] - values[variable] : values[variable] - lower[variable];
            if (room > 0 && Math.Abs(costs[j]) > Tolerance && costs[j] * costs[j] > largest * steepness[j])
                (entering, largest) = (j, costs[j] * costs[j] / steepness[j]);
        }
        return entering;
    }

    private int Leaving(int entering, double direction, out double length)
    {
        var relaxed = double.PositiveInfinity;
        for (var i = 0; i < rowCount; i++)
        {
            var rate = direction * tableau[i * columnCount + entering];
            if (Math.Abs(rate) > PivotTolerance)
                relaxed = Math.Min(relaxed, (Math.Max(Room(i, rate), 0.0) + Relaxation) / Math.Abs(rate));
        }
        var (leaving, largest) = (-1, 0.0);
        length = double.PositiveInfinity;
        if (double.IsInfinity(relaxed))
            return leaving;
        for (var i = 0; i < rowCount; i++)
        {
            var rate = direction * tableau[i * columnCount + entering];
            if (
                Math.Abs(rate) <= Math.Max(PivotTolerance, largest)
                || Room(i, rate) > relaxed * Math.Abs(rate)
            )
                continue;
            (leaving, largest) = (i, Math.Abs(rate));
            length = Math.Max(Room(i, rate), 0.0) / largest;
        }
        return leaving;
    }

    private double Room(int i, double rate) =>
        rate > 0 ? upper[basic[i]] - level[i] : level[i] - lower[basic[i]];

    private void Pivot(int leaving, int entering)
    {
        var pivotRow = Row(leaving);
        var inverse = 1.0 / pivotRow[entering];
        var weight = steepness[entering];
        for (var j = 0; j < columnCount; j++)
        {
            pivotRow[j] *= -inverse;
            steepness[j] = Math.Max(steepness[j], pivotRow[j] * pivotRow[j] * weight);
        }
        pivotRow[entering] = inverse;
        steepness[entering] = Math.Max(inverse * inverse * weight, 1.0);
        for (var i = 0; i <= rowCount; i++)
        {
            if (i == leaving)
                continue;
            var row = Row(i);
            var factor = row[entering];
            if (factor == 0)
                continue;
            row[entering] = 0.0;
            VectorKernels.AddScaled(factor, pivotRow, row);
        }
        (basic[leaving], nonbasic[entering]) = (nonbasic[entering], basic[leaving]);
    }
}
