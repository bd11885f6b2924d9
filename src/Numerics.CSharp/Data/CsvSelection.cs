namespace ImplicitBias.Numerics;

/// <summary>Which part of a CSV file makes a labelled sample.</summary>
/// <param name="Label">The column that holds the class of a row.</param>
/// <param name="Positive">The value of that column that means y = +1, compared character by character.</param>
/// <param name="Negative">
/// The value that means y = -1, another than Positive; rows with any third value are left out. Null: every value but Positive means -1.
/// </param>
/// <param name="Features">
/// The columns that make x, in this order. Null: every column but the label that holds a number somewhere.
/// </param>
/// <param name="DropMissing">Leave out rows with an empty cell in a column used; otherwise one is an error.</param>
public sealed record CsvSelection(
    string Label,
    string Positive,
    string? Negative = null,
    IReadOnlyList<string>? Features = null,
    bool DropMissing = false
);

/// <summary>Which part of a CSV file makes a sample for regression.</summary>
/// <param name="Target">The column of numbers that holds y.</param>
/// <param name="Features">
/// The columns that make x, in this order. Null: every column but the target that holds a number somewhere.
/// </param>
/// <param name="DropMissing">Leave out rows with an empty cell in a column used; otherwise one is an error.</param>
public sealed record CsvRegression(
    string Target,
    IReadOnlyList<string>? Features = null,
    bool DropMissing = false
);

/// <summary>A sample read from a CSV file, and what was left out of it.</summary>
/// <param name="Dataset">
/// The sample, called "FILE positive/negative" or "FILE target" without the file's folder and extension.
/// </param>
/// <param name="IgnoredColumns">Columns without a single number, left out of the default features.</param>
/// <param name="OtherRows">Rows left out because their label is neither Positive nor Negative; 0 for regression.</param>
/// <param name="DroppedRows">Rows left out because a cell is empty.</param>
public sealed record CsvSample(
    Dataset Dataset,
    IReadOnlyList<string> IgnoredColumns,
    int OtherRows,
    int DroppedRows
);
