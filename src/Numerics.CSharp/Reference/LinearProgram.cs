namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// max c·x over columns x and rows v = Mx, each variable within its own bounds, which are 0, ±1 or infinite; columns are
/// numbered first, then rows. M is kept apart, row-major with c as one more row, since it is read in several number types.
/// </summary>
internal interface ILinearProgram
{
    int ColumnCount { get; }

    int RowCount { get; }

    /// <summary>Lower bound of a variable.</summary>
    double Lower(int variable);

    /// <summary>Upper bound of a variable.</summary>
    double Upper(int variable);

    /// <summary>Value of a column to start from, given the sign of the sum of its entries.</summary>
    int Start(int column, int signOfSum);

    /// <summary>A free column that can make every row feasible; -1 where the start is feasible.</summary>
    int MarginColumn { get; }
}

/// <summary>A linear program for which x = 0 is feasible, from the bounds of its variables.</summary>
internal sealed class LinearProgram(
    (double Lower, double Upper)[] columns,
    (double Lower, double Upper)[] rows
) : ILinearProgram
{
    public static readonly (double, double) Free = (double.NegativeInfinity, double.PositiveInfinity);

    public int ColumnCount => columns.Length;

    public int RowCount => rows.Length;

    public double Lower(int variable) => Bounds(variable).Lower;

    public double Upper(int variable) => Bounds(variable).Upper;

    public int Start(int column, int signOfSum) => 0;

    public int MarginColumn => -1;

    private (double Lower, double Upper) Bounds(int variable) =>
        variable < columns.Length ? columns[variable] : rows[variable - columns.Length];
}

/// <summary>A basis: the basic variable of each row, and the value, 0 or ±1, of every variable that is not basic.</summary>
internal sealed record SimplexBasis(int[] Basic, int[] Values);
