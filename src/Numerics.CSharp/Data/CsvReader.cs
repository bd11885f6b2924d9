namespace ImplicitBias.Numerics;

/// <summary>
/// Reads a labelled sample from a CSV file: a header, numeric feature columns and a label column. UTF-8, comma
/// separated, quoted as in RFC 4180, numbers with a decimal point. All of it is read and checked, or none.
/// </summary>
public static class CsvReader
{
    /// <summary>The sample in a file.</summary>
    /// <exception cref="DataException">
    /// The file cannot be opened, is not such a CSV file or not what the selection says; names file, line and column.
    /// </exception>
    public static CsvSample Read(string path, CsvSelection selection)
    {
        if (string.IsNullOrEmpty(path))
            throw new DataException("(no file name)", 0, "", "no such file", "a readable CSV file");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception cause)
            when (cause
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or NotSupportedException
            )
        {
            throw new DataException(path, 0, "", Unreadable(path, cause), "a readable CSV file", cause);
        }
        return Read(path, bytes, selection);
    }

    /// <summary>The sample in a stream, which is read to its end; file is what messages call it.</summary>
    /// <exception cref="DataException">As for a path.</exception>
    public static CsvSample Read(string file, Stream stream, CsvSelection selection)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Read(file, bytes.ToArray(), selection);
    }

    private static CsvSample Read(string file, byte[] bytes, CsvSelection selection)
    {
        var table = CsvTable.Parse(file, bytes);
        var label = table.Column(selection.Label, "the label column");
        var features = selection.Features is { } names
            ? ChosenFeatures(table, names, label)
            : table.Columns.Where(column => column != label && table.HoldsNumbers(column)).ToArray();
        var ignored = selection.Features is null
            ? table.Columns.Where(column => column != label && !table.HoldsNumbers(column)).ToArray()
            : [];
        if (features.Length == 0)
            throw table.Problem(
                table.HeaderLine,
                "",
                selection.Features is null
                    ? $"no column with numbers beside the label '{selection.Label}'"
                    : "no feature chosen",
                "at least one numeric feature column"
            );
        table.RequireNumbers(features);
        RequireClasses(table, label, selection);

        var used = new List<CsvCell[]>();
        var (others, dropped) = (0, 0);
        foreach (var row in table.Rows)
        {
            var missing =
                row[label].Text.Length == 0
                    ? label
                    : features.FirstOrDefault(j => row[j].Text.Length == 0, -1);
            if (missing != label && selection.Negative is { } negative)
                if (row[label].Text != selection.Positive && row[label].Text != negative)
                {
                    others++;
                    continue;
                }
            if (missing >= 0 && !selection.DropMissing)
                throw table.Problem(
                    row[missing].Line,
                    table.Header[missing],
                    "an empty cell",
                    (missing == label ? "a label" : "a number")
                        + " (rows with empty cells can be dropped on request)"
                );
            if (missing >= 0)
                dropped++;
            else
                used.Add(row);
        }

        var labels = used.Select(row => row[label].Text == selection.Positive ? 1 : -1).ToArray();
        if (labels.Distinct().Count() < 2)
            throw table.Problem(
                0,
                table.Header[label],
                (used.Count == 0 ? "no row" : $"only rows of the class '{used[0][label].Text}'")
                    + (dropped > 0 ? $" after dropping {dropped} with empty cells" : ""),
                "rows of two classes"
            );
        var inputs = new double[used.Count, features.Length];
        for (var i = 0; i < used.Count; i++)
        for (var j = 0; j < features.Length; j++)
            inputs[i, j] = CsvTable.Number(used[i][features[j]].Text);
        var name =
            $"{Path.GetFileNameWithoutExtension(file)} {selection.Positive}/{selection.Negative ?? "rest"}";
        return new(
            new Dataset(name, [.. features.Select(j => table.Header[j])], inputs, labels),
            Array.AsReadOnly(ignored.Select(j => table.Header[j]).ToArray()),
            others,
            dropped
        );
    }

    private static int[] ChosenFeatures(CsvTable table, IReadOnlyList<string> names, int label)
    {
        var columns = names.Select(name => table.Column(name, "a feature column")).ToArray();
        for (var j = 0; j < columns.Length; j++)
        {
            if (columns[j] == label)
                throw table.Problem(
                    table.HeaderLine,
                    names[j],
                    "the label column among the features",
                    "another column"
                );
            if (columns.AsSpan(0, j).Contains(columns[j]))
                throw table.Problem(
                    table.HeaderLine,
                    names[j],
                    "the feature chosen twice",
                    "each feature once"
                );
        }
        return columns;
    }

    private static void RequireClasses(CsvTable table, int label, CsvSelection selection)
    {
        var values = table
            .Rows.Select(row => row[label].Text)
            .Where(value => value.Length > 0)
            .Distinct()
            .ToArray();
        foreach (var wanted in new[] { selection.Positive, selection.Negative })
            if (wanted is not null && !values.Contains(wanted))
                throw table.Problem(
                    0,
                    table.Header[label],
                    $"no row labelled '{wanted}'",
                    "a label that occurs: " + NearestName.Describe(wanted, values)
                );
        if (selection.Positive == selection.Negative)
            throw table.Problem(
                0,
                table.Header[label],
                $"the positive and the negative label both '{selection.Positive}'",
                "two different labels: " + NearestName.List(values)
            );
    }

    private static string Unreadable(string path, Exception cause) =>
        cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => "no such file",
            _ when Directory.Exists(path) => "a directory",
            UnauthorizedAccessException => "a file that may not be read",
            _ => "a file that cannot be read",
        };
}
