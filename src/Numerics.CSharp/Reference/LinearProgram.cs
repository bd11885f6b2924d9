using System.Numerics;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// max c·x over columns x and rows v = Mx, each variable within its own bounds, which are small integers or infinite.
/// Variables are numbered columns first, then rows.
/// </summary>
/// <param name="Matrix">M, m×N, row-major.</param>
/// <param name="Objective">c, length N.</param>
/// <param name="Lower">Lower bounds of all variables, length N + m.</param>
/// <param name="Upper">Upper bounds of all variables, length N + m.</param>
internal sealed record LinearProgram<T>(T[] Matrix, T[] Objective, double[] Lower, double[] Upper)
    where T : INumber<T>
{
    /// <summary>N.</summary>
    public int ColumnCount => Objective.Length;

    /// <summary>m.</summary>
    public int RowCount => Lower.Length - Objective.Length;

    /// <summary>Values of the columns to start from; all zero if absent.</summary>
    public int[]? Start { get; init; }

    /// <summary>
    /// A free column with entries -1 that makes the start feasible for rows v ≥ 0, at the least of their values; -1 if
    /// the start is feasible as it is.
    /// </summary>
    public int FreeColumn { get; init; } = -1;
}

/// <summary>Linear programs in their textbook form.</summary>
internal static class LinearProgram
{
    /// <summary>max c·x subject to Mx ≤ r, x ≥ 0, with r ≥ 0.</summary>
    public static LinearProgram<T> Inequalities<T>(T[,] matrix, int[] bounds, T[] objective)
        where T : INumber<T>
    {
        var entries = new T[matrix.Length];
        for (var i = 0; i < bounds.Length; i++)
        for (var j = 0; j < objective.Length; j++)
            entries[i * objective.Length + j] = matrix[i, j];
        return new(
            entries,
            objective,
            [.. objective.Select(_ => 0.0), .. bounds.Select(_ => double.NegativeInfinity)],
            [.. objective.Select(_ => double.PositiveInfinity), .. bounds.Select(bound => (double)bound)]
        );
    }
}

/// <summary>A basis: the basic variable of each row, and the value of every variable that is not basic.</summary>
internal sealed record SimplexBasis(int[] Basic, int[] Values);
