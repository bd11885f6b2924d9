using System.Numerics;

namespace ImplicitBias.Numerics.Exact;

/// <summary>
/// Exact solution of integer linear systems by fraction-free elimination (Bareiss 1968): every intermediate
/// number is a minor of the matrix, so it stays an integer and grows only as fast as determinants do. Larger
/// systems are lifted p-adically instead.
/// </summary>
public static class ExactLinearSolver
{
    private const int LiftingSize = 12; // where lifting overtakes elimination on entries of about 100 bits

    /// <summary>Solves A X = B over the rationals, in the common-denominator form X = numerators / denominator.</summary>
    /// <param name="matrix">A, k×k integers. Not modified.</param>
    /// <param name="rightSides">B, k×m integers. Not modified.</param>
    /// <param name="numerators">k×m; A · numerators = denominator · B exactly. Empty if A is singular.</param>
    /// <param name="denominator">Positive, not always the smallest possible. Zero if A is singular.</param>
    /// <returns>False if A is singular.</returns>
    /// <exception cref="ArgumentException">A is not square, or B has another number of rows.</exception>
    public static bool TrySolve(
        BigInteger[,] matrix,
        BigInteger[,] rightSides,
        out BigInteger[,] numerators,
        out BigInteger denominator
    )
    {
        var size = matrix.GetLength(0);
        var columns = rightSides.GetLength(1);
        if (matrix.GetLength(1) != size || rightSides.GetLength(0) != size)
            throw new ArgumentException(
                $"A {size}×{matrix.GetLength(1)} matrix and {rightSides.GetLength(0)} right-hand rows do not form a square system."
            );
        if (size >= LiftingSize && PadicLifting.TrySolve(matrix, rightSides, out numerators, out denominator))
            return true;
        var work = new BigInteger[size, size + columns];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                work[i, j] = matrix[i, j];
            for (var j = 0; j < columns; j++)
                work[i, size + j] = rightSides[i, j];
        }
        if (Eliminate(work, size) < size)
        {
            numerators = new BigInteger[0, 0];
            denominator = BigInteger.Zero;
            return false;
        }
        denominator = size == 0 ? BigInteger.One : work[size - 1, size - 1];
        numerators = new BigInteger[size, columns];
        for (var j = 0; j < columns; j++)
        for (var i = size - 1; i >= 0; i--)
        {
            var sum = denominator * work[i, size + j];
            for (var k = i + 1; k < size; k++)
                sum -= work[i, k] * numerators[k, j];
            numerators[i, j] = sum / work[i, i]; // exact, by Cramer's rule
        }
        if (denominator.Sign < 0)
        {
            denominator = -denominator;
            for (var i = 0; i < size; i++)
            for (var j = 0; j < columns; j++)
                numerators[i, j] = -numerators[i, j];
        }
        return true;
    }

    /// <summary>Rank of an integer matrix of any shape.</summary>
    public static int Rank(BigInteger[,] matrix)
    {
        // Rank modulo a prime never exceeds the rank, so full rank there settles the matter cheaply.
        var full = Math.Min(matrix.GetLength(0), matrix.GetLength(1));
        return RankModuloPrime(matrix) == full
            ? full
            : Eliminate((BigInteger[,])matrix.Clone(), matrix.GetLength(1));
    }

    private static int RankModuloPrime(BigInteger[,] matrix)
    {
        var (rows, columns) = (matrix.GetLength(0), matrix.GetLength(1));
        var work = new ulong[rows, columns];
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j++)
            work[i, j] = PadicLifting.Residue(matrix[i, j]);
        var rank = 0;
        for (var column = 0; column < columns && rank < rows; column++)
        {
            var pivotRow = rank;
            while (pivotRow < rows && work[pivotRow, column] == 0)
                pivotRow++;
            if (pivotRow == rows)
                continue;
            for (var j = column; j < columns; j++)
                (work[rank, j], work[pivotRow, j]) = (work[pivotRow, j], work[rank, j]);
            var pivot = work[rank, column];
            for (var i = rank + 1; i < rows; i++)
            {
                var factor = PadicLifting.Negate(work[i, column]);
                for (var j = column; j < columns; j++)
                    work[i, j] = PadicLifting.Add(
                        PadicLifting.Multiply(pivot, work[i, j]),
                        PadicLifting.Multiply(factor, work[rank, j])
                    );
            }
            rank++;
        }
        return rank;
    }

    // Row echelon form of the first pivotColumns columns, in place; returns the number of pivots.
    private static int Eliminate(BigInteger[,] work, int pivotColumns)
    {
        var rows = work.GetLength(0);
        var columns = work.GetLength(1);
        var previous = BigInteger.One;
        var rank = 0;
        for (var column = 0; column < pivotColumns && rank < rows; column++)
        {
            var pivotRow = rank;
            while (pivotRow < rows && work[pivotRow, column].IsZero)
                pivotRow++;
            if (pivotRow == rows)
                continue;
            if (pivotRow != rank)
                for (var j = 0; j < columns; j++)
                    // Swapping with a change of sign keeps every entry a minor of the original matrix.
                    (work[rank, j], work[pivotRow, j]) = (work[pivotRow, j], -work[rank, j]);
            var pivot = work[rank, column];
            for (var i = rank + 1; i < rows; i++)
            {
                var factor = work[i, column];
                for (var j = column + 1; j < columns; j++)
                    work[i, j] = (pivot * work[i, j] - factor * work[rank, j]) / previous; // exact
                work[i, column] = BigInteger.Zero;
            }
            previous = pivot;
            rank++;
        }
        return rank;
    }
}
