namespace ImplicitBias.Numerics;

/// <summary>
/// The two real data sets that travel inside this assembly, read by the same reader as a user's file. Provenance and
/// licences: data/README.md.
/// </summary>
public static class BuiltInData
{
    /// <summary>
    /// Fisher's iris measurements in cm (R. A. Fisher 1936), 50 flowers a species: sepal_length_cm, sepal_width_cm,
    /// petal_length_cm, petal_width_cm.
    /// </summary>
    /// <param name="positive">The species with y = +1: setosa, versicolor or virginica.</param>
    /// <param name="negative">The species with y = -1.</param>
    /// <exception cref="DataException">There is no such species, or both are the same.</exception>
    public static Dataset Iris(string positive, string negative) =>
        Read("iris.csv", new("species", positive, negative));

    /// <summary>
    /// Penguins of the Palmer Archipelago (Gorman, Williams, Fraser 2014): bill_length_mm, bill_depth_mm,
    /// flipper_length_mm, body_mass_g. The two birds without measurements, an Adelie and a Gentoo, are left out.
    /// </summary>
    /// <param name="positive">The species with y = +1: Adelie, Chinstrap or Gentoo.</param>
    /// <param name="negative">The species with y = -1.</param>
    /// <exception cref="DataException">There is no such species, or both are the same.</exception>
    public static Dataset Penguins(string positive, string negative) =>
        Read("penguins.csv", new("species", positive, negative, DropMissing: true));

    private static Dataset Read(string file, CsvSelection selection)
    {
        using var stream =
            typeof(BuiltInData).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"This build lacks the embedded data set {file}.");
        return CsvReader.Read(file, stream, selection).Dataset;
    }
}
