namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The vertex of a linear program that a basis stands for, from the data, to double-double accuracy: with A the entries of
/// M in tight rows and basic columns, Ax = right side for the columns and Aᵀu = c for the dual variables of the rows, by
/// one orthogonal factorisation and residuals in twice the precision.
/// </summary>
internal sealed class VertexRefinement
{
    private const int MaxSteps = 20;
    private readonly int size;
    private readonly double[] entries; // A, row-major
    private readonly RowBasis basis;

    private VertexRefinement(double[] entries, int size)
    {
        (this.entries, this.size) = (entries, size);
        basis = new RowBasis(size, size);
    }

    /// <param name="program">The program.</param>
    /// <param name="vertex">The basis.</param>
    /// <param name="primal">x, length N.</param>
    /// <param name="dual">u, length m, zero for rows that are basic.</param>
    /// <returns>False if A is singular to rounding.</returns>
    public static bool TrySolve(
        LinearProgram<double> program,
        SimplexBasis vertex,
        out DoubleDouble[] primal,
        out DoubleDouble[] dual
    )
    {
        var (matrix, columnCount) = (program.Matrix, program.ColumnCount);
        primal = new DoubleDouble[columnCount];
        dual = new DoubleDouble[program.RowCount];
        var isBasic = new bool[columnCount + program.RowCount];
        foreach (var variable in vertex.Basic)
            isBasic[variable] = true;
        var columns = Enumerable.Range(0, columnCount).Where(j => isBasic[j]).ToArray();
        var rows = Enumerable.Range(0, program.RowCount).Where(i => !isBasic[columnCount + i]).ToArray();
        for (var j = 0; j < columnCount; j++)
            primal[j] = isBasic[j] ? 0.0 : vertex.Values[j];
        var size = columns.Length;
        var entries = new double[size * size];
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
            entries[i * size + j] = matrix[rows[i] * columnCount + columns[j]];
        var refinement = new VertexRefinement(entries, size);
        for (var i = 0; i < size; i++)
            if (!refinement.basis.TryAppend(entries.AsSpan(i * size, size)))
                return false;
        var (high, low) = (primal.Select(value => value.High).ToArray(), new double[columnCount]);
        var right = Array.ConvertAll(
            rows,
            i =>
                vertex.Values[columnCount + i]
                - DoubleDoubleVectors.Dot(matrix.AsSpan(i * columnCount, columnCount), high, low)
        );
        var solution = refinement.Solve(right, transposed: false);
        for (var j = 0; j < size; j++)
            primal[columns[j]] = solution[j];
        solution = refinement.Solve(
            Array.ConvertAll(columns, j => (DoubleDouble)program.Objective[j]),
            transposed: true
        );
        for (var i = 0; i < size; i++)
            dual[rows[i]] = solution[i];
        return true;
    }

    private DoubleDouble[] Solve(DoubleDouble[] right, bool transposed)
    {
        var (high, low) = (new double[size], new double[size]);
        var (residual, residualLow) = (new double[size], new double[size]);
        var step = new double[size];
        var previous = double.PositiveInfinity;
        for (var round = 0; round < MaxSteps; round++)
        {
            for (var i = 0; i < size; i++)
                (residual[i], residualLow[i]) = (right[i].High, right[i].Low);
            for (var i = 0; i < size; i++)
            {
                var row = entries.AsSpan(i * size, size);
                if (transposed)
                    DoubleDoubleVectors.AddScaled(new(-high[i], -low[i]), row, residual, residualLow);
                else
                    residual[i] = (right[i] - DoubleDoubleVectors.Dot(row, high, low)).High;
            }
            // A = RᵀQ: x = Qᵀ R⁻ᵀ r, and u = R⁻¹ Q c.
            if (transposed)
            {
                basis.Components(residual, step);
                basis.SolveUpper(step);
            }
            else
            {
                basis.SolveLower(residual);
                basis.Combine(residual, step);
            }
            var change = Math.Sqrt(VectorKernels.Dot(step, step));
            if (!(change < 0.5 * previous)) // noise, or no convergence
                break;
            DoubleDoubleVectors.Add(step, high, low);
            if (
                change
                <= 16
                    * DoubleDoubleVectors.UnitRoundoff
                    * DoubleDoubleVectors.UnitRoundoff
                    * Math.Sqrt(VectorKernels.Dot(high, high))
            )
                break;
            previous = change;
        }
        return [.. high.Zip(low, (leading, trailing) => new DoubleDouble(leading, trailing))];
    }
}
