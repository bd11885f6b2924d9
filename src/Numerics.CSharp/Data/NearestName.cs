namespace ImplicitBias.Numerics;

/// <summary>What to say when a name is not among those there are: the list, and the one probably meant.</summary>
internal static class NearestName
{
    private const int Listed = 12;

    /// <summary>"did you mean 'x'? there are: 'x', 'y'", the question only where a name is close.</summary>
    public static string Describe(string wanted, IReadOnlyList<string> names)
    {
        var list = "there are: " + List(names);
        if (names.Count == 0)
            return "there are none";
        var nearest = names.MinBy(name => Distance(wanted.ToLowerInvariant(), name.ToLowerInvariant()))!;
        var close = Distance(wanted.ToLowerInvariant(), nearest.ToLowerInvariant()) <= 1 + wanted.Length / 3;
        return close ? $"did you mean '{nearest}'? {list}" : list;
    }

    /// <summary>The names in quotes, the first twelve if there are many.</summary>
    public static string List(IReadOnlyList<string> names)
    {
        var shown = string.Join(", ", names.Take(Listed).Select(name => $"'{name}'"));
        return names.Count > Listed ? $"{shown} and {names.Count - Listed} more" : shown;
    }

    /// <summary>Levenshtein distance: the number of single-character edits between two names.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(
                    Math.Min(current[j - 1], previous[j]) + 1,
                    previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                );
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
