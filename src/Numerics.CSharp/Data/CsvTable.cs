using System.Globalization;

namespace ImplicitBias.Numerics;

/// <summary>A CSV file as a header of distinct names and rows of just as many cells, not yet numbers.</summary>
internal sealed class CsvTable
{
    private readonly string file;

    private CsvTable(string file, string[] header, int headerLine, List<CsvCell[]> rows)
    {
        this.file = file;
        Header = header;
        HeaderLine = headerLine;
        Rows = rows;
        Columns = [.. Enumerable.Range(0, header.Length)];
    }

    public string[] Header { get; }

    public int HeaderLine { get; }

    public int[] Columns { get; }

    public List<CsvCell[]> Rows { get; }

    /// <exception cref="DataException">Empty, a header without names or rows, or rows of unequal length.</exception>
    public static CsvTable Parse(string file, byte[] bytes)
    {
        var records = CsvText.Records(file, bytes);
        if (records.Count == 0)
            throw new DataException(file, 1, "", "an empty file", "a header and rows");
        var header = records[0].Select(cell => cell.Text).ToArray();
        var headerLine = records[0][0].Line;
        // A sample has two columns at least, so one header cell with another separator in it is a mistake.
        if (header.Length == 1 && (header[0].Contains(';') || header[0].Contains('\t')))
            throw new DataException(
                file,
                headerLine,
                "",
                $"a single column {CsvText.Shown(header[0])}",
                "columns separated by commas, not " + (header[0].Contains(';') ? "semicolons" : "tabs")
            );
        for (var j = 0; j < header.Length; j++)
        {
            if (header[j].Length == 0)
                throw new DataException(
                    file,
                    headerLine,
                    "",
                    $"no name for column {j + 1}",
                    "a name for every column"
                );
            if (header.AsSpan(0, j).Contains(header[j]))
                throw new DataException(
                    file,
                    headerLine,
                    header[j],
                    "the name twice",
                    "each column name once"
                );
        }
        if (records.Count == 1)
            throw new DataException(file, headerLine, "", "a header only", "rows below it");
        foreach (var record in records.Skip(1))
            if (record.Length != header.Length)
                throw new DataException(
                    file,
                    record[0].Line,
                    "",
                    Cells(record.Length),
                    $"{header.Length}, one for each column of the header"
                );
        return new(file, header, headerLine, records[1..]);
    }

    public DataException Problem(int line, string column, string found, string expected) =>
        new(file, line, column, found, expected);

    /// <summary>The index of a column; role says in the message what it was wanted for.</summary>
    public int Column(string name, string role)
    {
        var column = Array.IndexOf(Header, name);
        if (column >= 0)
            return column;
        throw Problem(HeaderLine, name, "no such column", $"{role}: {NearestName.Describe(name, Header)}");
    }

    /// <summary>Does a column have a cell that is a number, or NaN or infinite by name?</summary>
    public bool HoldsNumbers(int column) =>
        Rows.Exists(row => row[column].Text.Length > 0 && !IsText(row[column].Text));

    /// <summary>Every cell of these columns is empty or a finite number, also in rows that are not used.</summary>
    public void RequireNumbers(int[] columns)
    {
        foreach (var row in Rows)
        foreach (var column in columns)
        {
            var cell = row[column];
            if (cell.Text.Length > 0 && !double.IsFinite(Number(cell.Text)))
                throw Problem(cell.Line, Header[column], CsvText.Shown(cell.Text), Wanted(cell.Text));
        }
    }

    /// <summary>The number a cell says; NaN if it says none, or one that no double is near.</summary>
    public static double Number(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return double.NaN;
        // A number too small for a double reads as 0; that is another number.
        var underflows = number == 0.0 && text.Split('e', 'E')[0].AsSpan().ContainsAnyInRange('1', '9');
        return underflows ? double.NaN : number;
    }

    private static bool IsText(string text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        && text.TrimStart('+', '-').ToLowerInvariant() is not ("nan" or "inf" or "infinity" or "∞");

    private static string Wanted(string text) =>
        !IsText(text) ? "a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
        : text.Contains(',') ? "a number with a decimal point"
        : "a number (leave the cell empty if it is missing)";

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";
}
