namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// LU factorisation with scaled partial pivoting of A or I - hA in preallocated storage: the allocation-free inner solve of
/// the implicit steppers, where the library's factorisation would allocate on every substep.
/// </summary>
public sealed class DenseFactorization(int dimension)
{
    private readonly double[] factors = new double[dimension * dimension];
    private readonly double[] lower = new double[dimension * dimension]; // the lower factor, column by column
    private readonly int[] pivots = new int[dimension];
    private readonly double[] sizes = new double[dimension];

    /// <summary>Factors I - step · matrix; matrix is row-major, dimension × dimension.</summary>
    public void FactorIdentityMinus(double step, ReadOnlySpan<double> matrix)
    {
        for (var i = 0; i < factors.Length; i++)
            factors[i] = -step * matrix[i];
        for (var i = 0; i < dimension; i++)
            factors[i * dimension + i] += 1;
        Eliminate();
    }

    /// <summary>Factors a matrix; row-major, dimension × dimension.</summary>
    public void Factor(ReadOnlySpan<double> matrix)
    {
        matrix.CopyTo(factors);
        Eliminate();
    }

    private void Eliminate()
    {
        // Rows are compared relative to their size: components may come in very different units.
        for (var i = 0; i < dimension; i++)
            sizes[i] = Rounding.Largest(Row(i));

        for (var column = 0; column < dimension; column++)
        {
            var (pivot, largest) = (column, RelativeSize(column, column));
            for (var row = column + 1; row < dimension; row++)
            {
                var size = RelativeSize(row, column);
                if (size > largest)
                    (pivot, largest) = (row, size);
            }
            pivots[column] = pivot;
            var pivotRow = Row(column);
            if (pivot != column)
            {
                var other = Row(pivot);
                for (var j = 0; j < dimension; j++)
                    (pivotRow[j], other[j]) = (other[j], pivotRow[j]);
                sizes[pivot] = sizes[column];
            }
            var inverse = 1 / pivotRow[column];
            var rest = pivotRow[(column + 1)..];
            for (var row = column + 1; row < dimension; row++)
            {
                var target = Row(row);
                var multiplier = target[column] *= inverse;
                LinearModel.AddMultiple(-multiplier, rest, target[(column + 1)..]);
            }
        }
        for (var i = 1; i < dimension; i++)
        for (var j = 0; j < i; j++)
            lower[j * dimension + i] = factors[i * dimension + j];
    }

    /// <summary>vector ← A⁻¹ vector, of whatever was factored. A singular matrix gives non-finite numbers.</summary>
    public void Solve(Span<double> vector)
    {
        for (var i = 0; i < dimension; i++)
            (vector[i], vector[pivots[i]]) = (vector[pivots[i]], vector[i]);
        for (var j = 0; j < dimension - 1; j++)
            LinearModel.AddMultiple(
                -vector[j],
                lower.AsSpan(j * dimension + j + 1, dimension - j - 1),
                vector[(j + 1)..]
            );
        for (var i = dimension - 1; i >= 0; i--)
        {
            var row = Row(i);
            var rest = vector[i];
            for (var j = i + 1; j < row.Length; j++)
                rest -= row[j] * vector[j];
            vector[i] = rest / row[i];
        }
    }

    private double RelativeSize(int row, int column) =>
        Math.Abs(factors[row * dimension + column]) / sizes[row];

    private Span<double> Row(int row) => factors.AsSpan(row * dimension, dimension);
}
