namespace ImplicitBias.Numerics;

/// <summary>
/// Data that cannot be read as asked. The message is one sentence for the person who owns the file: "FILE, line L,
/// column 'C': found X; expected Y", without the parts that do not apply.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>The sentence from its parts.</summary>
    /// <param name="file">The file as the caller named it.</param>
    /// <param name="line">Line of the file, from 1; 0 if the file as a whole is meant.</param>
    /// <param name="column">
    /// Name of the column, or the position in the line, from 1, where columns have no names; empty if none is meant.
    /// </param>
    /// <param name="found">What was there.</param>
    /// <param name="expected">What should have been there.</param>
    /// <param name="cause">The exception of the file system, if there was one.</param>
    public DataException(
        string file,
        int line,
        string column,
        string found,
        string expected,
        Exception? cause = null
    )
        : base(
            file
                + (line > 0 ? $", line {line}" : "")
                + (column.Length > 0 ? $", column '{column}'" : "")
                + $": found {found}; expected {expected}",
            cause
        )
    {
        File = file;
        Line = line;
        Column = column;
        Found = found;
        Expected = expected;
    }

    /// <summary>The file as the caller named it.</summary>
    public string File { get; }

    /// <summary>Line of the file, from 1; 0 if the file as a whole is meant.</summary>
    public int Line { get; }

    /// <summary>Name of the column, or position in the line, from 1; empty if none is meant.</summary>
    public string Column { get; }

    /// <summary>What was there.</summary>
    public string Found { get; }

    /// <summary>What should have been there.</summary>
    public string Expected { get; }
}
