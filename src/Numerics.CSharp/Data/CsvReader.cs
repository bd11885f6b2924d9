namespace ImplicitBias.Numerics;

/// <summary>
/// Reads a sample from a CSV file: a header, numeric feature columns and a column of labels, or of numeric targets.
/// UTF-8, comma separated, quoted as in RFC 4180, numbers with a decimal point. All of it is read and checked, or none.
/// </summary>
public static class CsvReader
{
    /// <summary>The labelled sample in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="selection">Which part of it.</param>
    /// <exception cref="DataException">
    /// The file cannot be opened, is not such a CSV file or not what the selection says; names file, line and column.
    /// </exception>
    public static CsvSample Read(string path, CsvSelection selection) =>
        Read(path, ReadBytes(path), selection);

    /// <summary>The sample for regression in a file.</summary>
    /// <inheritdoc cref="Read(string, CsvSelection)"/>
    public static CsvSample Read(string path, CsvRegression selection) =>
        Read(path, ReadBytes(path), selection);

    private static byte[] ReadBytes(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw new DataException("(no file name)", 0, "", "no such file", "a readable CSV file");
        try
        {
            return File.ReadAllBytes(path);
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
    }

    /// <summary>The sample in a stream, which is read to its end; file is what messages call it.</summary>
    /// <exception cref="DataException">As for a path. What the stream itself throws is passed on.</exception>
    public static CsvSample Read(string file, Stream stream, CsvSelection selection) =>
        Read(file, ReadBytes(stream), selection);

    /// <inheritdoc cref="Read(string, Stream, CsvSelection)"/>
    public static CsvSample Read(string file, Stream stream, CsvRegression selection) =>
        Read(file, ReadBytes(stream), selection);

    private static byte[] ReadBytes(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static CsvSample Read(string file, byte[] bytes, CsvSelection selection)
    {
        var table = CsvTable.Parse(file, bytes);
        var label = table.Column(selection.Label, "the label column");
        var (features, ignored) = Features(table, selection.Features, label, "label");
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
        var name =
            $"{Path.GetFileNameWithoutExtension(file)} {selection.Positive}/{selection.Negative ?? "rest"}";
        return new(
            new Dataset(name, Names(table, features), Inputs(used, features), labels),
            Names(table, ignored),
            others,
            dropped
        );
    }

    private static CsvSample Read(string file, byte[] bytes, CsvRegression selection)
    {
        var table = CsvTable.Parse(file, bytes);
        var target = table.Column(selection.Target, "the target column");
        table.RequireNumbers([target]);
        var (features, ignored) = Features(table, selection.Features, target, "target");
        var used = new List<CsvCell[]>();
        foreach (var row in table.Rows)
        {
            var missing = features.Append(target).FirstOrDefault(j => row[j].Text.Length == 0, -1);
            if (missing < 0)
                used.Add(row);
            else if (!selection.DropMissing)
                throw table.Problem(
                    row[missing].Line,
                    table.Header[missing],
                    "an empty cell",
                    "a number (rows with empty cells can be dropped on request)"
                );
        }
        if (used.Count == 0)
            throw table.Problem(
                0,
                "",
                $"no row after dropping {table.Rows.Count} with empty cells",
                "a row without one"
            );
        var name = $"{Path.GetFileNameWithoutExtension(file)} {selection.Target}";
        double[] targets = [.. used.Select(row => CsvTable.Number(row[target].Text))];
        return new(
            Dataset.ForRegression(name, Names(table, features), Inputs(used, features), targets),
            Names(table, ignored),
            0,
            table.Rows.Count - used.Count
        );
    }

    /// <summary>The feature columns, checked for numbers, and those left out by default; answer is label or target.</summary>
    private static (int[] Features, int[] Ignored) Features(
        CsvTable table,
        IReadOnlyList<string>? chosen,
        int answer,
        string role
    )
    {
        var others = table.Columns.Where(column => column != answer).ToArray();
        var features = chosen is null
            ? others.Where(table.HoldsNumbers).ToArray()
            : ChosenFeatures(table, chosen, answer, role);
        if (features.Length == 0)
            throw table.Problem(
                table.HeaderLine,
                "",
                chosen is null
                    ? $"no column with numbers beside the {role} '{table.Header[answer]}'"
                    : "no feature chosen",
                "at least one numeric feature column"
            );
        table.RequireNumbers(features);
        return (features, chosen is null ? [.. others.Where(column => !table.HoldsNumbers(column))] : []);
    }

    private static IReadOnlyList<string> Names(CsvTable table, int[] columns) =>
        Array.AsReadOnly(columns.Select(j => table.Header[j]).ToArray());

    private static double[,] Inputs(List<CsvCell[]> rows, int[] features)
    {
        var inputs = new double[rows.Count, features.Length];
        for (var i = 0; i < rows.Count; i++)
        for (var j = 0; j < features.Length; j++)
            inputs[i, j] = CsvTable.Number(rows[i][features[j]].Text);
        return inputs;
    }

    private static int[] ChosenFeatures(CsvTable table, IReadOnlyList<string> names, int answer, string role)
    {
        var columns = names.Select(name => table.Column(name, "a feature column")).ToArray();
        for (var j = 0; j < columns.Length; j++)
        {
            if (columns[j] == answer)
                throw table.Problem(
                    table.HeaderLine,
                    names[j],
                    $"the {role} column among the features",
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
