using System.Globalization;
using System.Text;

namespace ImplicitBias.Numerics;

/// <summary>A labelled sparse sample: inputs xᵢ as rows and labels yᵢ = ±1.</summary>
/// <param name="Name">The file, without its folder and extension.</param>
/// <param name="Inputs">xᵢ as rows, n×d; feature k of the file is column k - 1.</param>
/// <param name="Labels">yᵢ, length n; both classes occur.</param>
public sealed record LibsvmSample(string Name, SparseRows Inputs, int[] Labels)
{
    /// <summary>Rows yᵢxᵢ, n×d.</summary>
    public SparseRows SignedInputs() => Inputs.Scaled(Labels);

    /// <summary>The sample with its zeros; features are called x1, x2, ...</summary>
    public Dataset ToDataset() =>
        new(Name, [.. Enumerable.Range(1, Inputs.Width).Select(k => $"x{k}")], Inputs.ToDense(), Labels);
}

/// <summary>
/// Reads the text format of LIBSVM (C.-C. Chang, C.-J. Lin 2011) and SVMlight (T. Joachims 1999): a line per row, "LABEL INDEX:VALUE INDEX:VALUE ...", with indices from 1 on
/// ascending, values that are not given zero, and comments from # to the end of a line. All of it is read and checked, or
/// none.
/// </summary>
public static class LibsvmReader
{
    /// <summary>The sample in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="positive">The label with y = +1; the one other label has y = -1.</param>
    /// <param name="width">d, where it is more than the largest index of the file; 0 for that.</param>
    /// <exception cref="DataException">
    /// The file cannot be opened, is not in this format, or has not two labels; names file, line and column.
    /// </exception>
    public static LibsvmSample Read(string path, double positive = 1, int width = 0)
    {
        try
        {
            using var reader = new StreamReader(path, new UTF8Encoding(false, true));
            return Read(path, reader, positive, width);
        }
        catch (Exception cause)
            when (cause
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or DecoderFallbackException
            )
        {
            var found = cause switch
            {
                FileNotFoundException or DirectoryNotFoundException => "no such file",
                DecoderFallbackException => "bytes that are not UTF-8",
                _ when Directory.Exists(path) => "a directory",
                _ => "a file that cannot be read",
            };
            throw new DataException(path, 0, "", found, "a readable file in LIBSVM format", cause);
        }
    }

    /// <summary>The sample in a text, which is read to its end.</summary>
    /// <param name="file">What messages call it.</param>
    /// <param name="text">The text.</param>
    /// <param name="positive">The label with y = +1; the one other label has y = -1.</param>
    /// <param name="width">d, where it is more than the largest index of the text; 0 for that.</param>
    /// <exception cref="DataException">As for a path. What the reader itself throws is passed on.</exception>
    public static LibsvmSample Read(string file, TextReader text, double positive = 1, int width = 0)
    {
        var (starts, columns, values) = (new List<int> { 0 }, new List<int>(), new List<double>());
        var labels = new List<double>();
        var widest = 0;
        for (var line = 1; text.ReadLine() is { } written; line++)
        {
            var at = 0;
            if (Word(written, ref at) is not { Length: > 0 } label)
                continue; // nothing, or a comment
            labels.Add(Number(file, line, at - label.Length, label, "a label that is a number"));
            var last = 0;
            while (Word(written, ref at) is { Length: > 0 } word)
            {
                var start = at - word.Length;
                var colon = word.IndexOf(':');
                if (colon < 0)
                    throw Problem(file, line, start, word, "INDEX:VALUE");
                if (
                    !int.TryParse(
                        word[..colon],
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var index
                    )
                    || index <= last
                )
                    throw Problem(
                        file,
                        line,
                        start,
                        word[..colon],
                        last == 0 ? "an index from 1 on" : $"an index above {last}: indices ascend"
                    );
                if (width > 0 && index > width)
                    throw Problem(file, line, start, word[..colon], $"an index of at most {width}");
                last = index;
                var value = Number(file, line, start + colon + 1, word[(colon + 1)..], "a finite number");
                if (value == 0)
                    continue;
                columns.Add(index - 1);
                values.Add(value);
            }
            widest = Math.Max(widest, last);
            starts.Add(values.Count);
        }
        if (labels.Count == 0)
            throw new DataException(file, 0, "", "no row", "rows LABEL INDEX:VALUE ...");
        if (Math.Max(widest, width) == 0)
            throw new DataException(file, 0, "", "rows without a feature", "at least one INDEX:VALUE");
        RequireTwoClasses(file, labels, positive);
        return new(
            Path.GetFileNameWithoutExtension(file),
            new SparseRows(Math.Max(widest, width), [.. starts], [.. columns], [.. values]),
            [.. labels.Select(label => label == positive ? 1 : -1)]
        );
    }

    private static void RequireTwoClasses(string file, List<double> labels, double positive)
    {
        var classes = labels.Distinct().Order().ToArray();
        if (classes.Length == 2 && classes.Contains(positive))
            return;
        var found = string.Join(", ", classes.Take(5).Select(Shown)) + (classes.Length > 5 ? ", ..." : "");
        throw new DataException(
            file,
            0,
            "",
            $"the labels {found}",
            $"two labels, {Shown(positive)} for the positive class and another"
        );
    }

    /// <summary>The next word before a comment, or none; leaves the position behind it.</summary>
    private static string Word(string line, ref int at)
    {
        while (at < line.Length && char.IsWhiteSpace(line[at]))
            at++;
        var start = at;
        while (at < line.Length && !char.IsWhiteSpace(line[at]) && line[at] != '#')
            at++;
        return line[start..at];
    }

    private static double Number(string file, int line, int start, string text, string expected)
    {
        var number = CsvTable.Number(text);
        return double.IsFinite(number) ? number : throw Problem(file, line, start, text, expected);
    }

    private static DataException Problem(string file, int line, int start, string found, string expected) =>
        new(file, line, (start + 1).ToString(CultureInfo.InvariantCulture), CsvText.Shown(found), expected);

    private static string Shown(double label) => label.ToString(CultureInfo.InvariantCulture);
}
