using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ImplicitBias.Numerics;

/// <summary>One cell of a CSV file and the line it begins on. White space around an unquoted cell is not kept.</summary>
internal readonly record struct CsvCell(string Text, int Line);

/// <summary>
/// Text to records as in RFC 4180: fields between commas, quoted where they hold commas, line breaks or doubled
/// quotes; lines end in LF, CRLF or CR. Blank lines hold no record and are passed over.
/// </summary>
internal sealed class CsvText
{
    private readonly string file;
    private readonly string text;
    private int at;
    private int line = 1;

    private CsvText(string file, string text)
    {
        this.file = file;
        this.text = text;
    }

    /// <summary>All records of a UTF-8 file, with or without a byte order mark.</summary>
    /// <exception cref="DataException">Not UTF-8, or quotes that do not pair.</exception>
    public static List<CsvCell[]> Records(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        RequireUtf8(file, bytes);
        var text = Encoding.UTF8.GetString(bytes);
        var reader = new CsvText(file, text);
        var records = new List<CsvCell[]>();
        while (reader.at < text.Length)
            if (reader.Record() is { } record)
                records.Add(record);
        return records;
    }

    private static void RequireUtf8(string file, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return;
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        var line = 1 + bytes[..at].Count((byte)'\n');
        throw new DataException(file, line, "", $"the byte 0x{bytes[at]:X2}", "UTF-8 text");
    }

    /// <summary>The next record, or null for a blank line.</summary>
    private CsvCell[]? Record()
    {
        var cells = new List<CsvCell>();
        var blank = true;
        while (true)
        {
            var start = line;
            var quoted = at < text.Length && text[at] == '"';
            var cell = quoted ? Quoted() : Unquoted();
            blank &= !quoted && cell.Length == 0;
            cells.Add(new(cell, start));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                continue;
            }
            EndLine();
            return blank && cells.Count == 1 ? null : [.. cells];
        }
    }

    private string Unquoted()
    {
        var length = text.AsSpan(at).IndexOfAny(",\r\n");
        var cell = length < 0 ? text[at..] : text.Substring(at, length);
        if (cell.Contains('"'))
            throw new DataException(
                file,
                line,
                "",
                "a quote inside the unquoted cell " + Shown(cell),
                "quotes around the whole cell, those inside it doubled"
            );
        at += cell.Length;
        return cell.Trim();
    }

    private string Quoted()
    {
        var opened = line;
        var cell = new StringBuilder();
        at++;
        while (at < text.Length)
        {
            var character = text[at++];
            if (character == '"')
            {
                if (at < text.Length && text[at] == '"')
                    at++;
                else if (at == text.Length || text[at] is ',' or '\r' or '\n')
                    return cell.ToString();
                else
                    throw new DataException(
                        file,
                        line,
                        "",
                        $"{Shown(text[at].ToString())} after the closing quote of {Shown(cell.ToString())}",
                        "a comma or the end of the line"
                    );
            }
            else if (character == '\n' || (character == '\r' && (at == text.Length || text[at] != '\n')))
            {
                line++;
            }
            cell.Append(character);
        }
        throw new DataException(
            file,
            opened,
            "",
            $"a quote that opens {Shown(cell.ToString())} and is never closed",
            "a closing quote"
        );
    }

    private void EndLine()
    {
        if (at == text.Length)
            return;
        at += text.AsSpan(at).StartsWith("\r\n") ? 2 : 1;
        line++;
    }

    /// <summary>A cell as messages show it: in quotes, shortened, control characters as spaces.</summary>
    public static string Shown(string cell)
    {
        const int longest = 40;
        var visible = string.Concat(cell.Select(character => char.IsControl(character) ? ' ' : character));
        return visible.Length <= longest ? $"'{visible}'" : $"'{visible[..longest]}...'";
    }
}
