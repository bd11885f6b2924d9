using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics;

/// <summary>
/// A sample of n inputs xᵢ of d named features: for binary classification with labels yᵢ = ±1, for regression with real
/// targets yᵢ. Immutable; every array it hands out is a copy.
/// </summary>
public sealed class Dataset
{
    /// <summary>The feature that <see cref="Augmented"/> appends.</summary>
    public const string BiasFeature = "bias";

    private LinearModel? margins; // made twice if two threads ask at once, and equal
    private readonly double[,] inputs; // n×d, finite, no negative zero
    private readonly int[] labels; // empty for regression
    private readonly double[] targets; // empty for classification

    /// <summary>A sample for classification with these rows. The arrays are copied.</summary>
    /// <param name="name">What the sample is called in reports; not empty.</param>
    /// <param name="features">The d names of the columns; not empty, no two equal.</param>
    /// <param name="inputs">xᵢ as rows, n×d with n, d ≥ 1, finite. -0 is read as 0.</param>
    /// <param name="labels">yᵢ, length n, each +1 or -1; one class alone is allowed.</param>
    /// <exception cref="ArgumentException">One of these conditions fails; the message says where.</exception>
    public Dataset(string name, IReadOnlyList<string> features, double[,] inputs, int[] labels)
        : this(name, features, inputs, labels, [], labels.Length, "labels")
    {
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] is not (1 or -1))
                throw new ArgumentException($"Label {i + 1} is {labels[i]}; labels are +1 or -1.");
    }

    private Dataset(
        string name,
        IReadOnlyList<string> features,
        double[,] inputs,
        int[] labels,
        double[] targets,
        int count,
        string counted
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var (rows, columns) = (inputs.GetLength(0), inputs.GetLength(1));
        if (inputs.Length == 0)
            throw new ArgumentException($"A sample needs a row and a feature; this one is {rows}×{columns}.");
        if (features.Count != columns)
            throw new ArgumentException($"{features.Count} feature names for {columns} columns.");
        if (count != rows)
            throw new ArgumentException($"{count} {counted} for {rows} rows.");
        var seen = new HashSet<string>();
        foreach (var feature in features)
            if (string.IsNullOrWhiteSpace(feature) || !seen.Add(feature))
                throw new ArgumentException(
                    $"Feature names must differ and not be empty; found '{feature}'."
                );
        Name = name;
        Features = Array.AsReadOnly(features.ToArray());
        this.labels = (int[])labels.Clone();
        this.targets = [.. targets.Select(target => target + 0.0)];
        this.inputs = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j++)
        {
            if (!double.IsFinite(inputs[i, j]))
                throw new ArgumentException(
                    $"Row {i + 1}, feature '{features[j]}' is "
                        + inputs[i, j].ToString(CultureInfo.InvariantCulture)
                        + "; inputs are finite."
                );
            this.inputs[i, j] = inputs[i, j] + 0.0; // -0 + 0 = 0
        }
    }

    /// <summary>A sample given by its signed inputs zᵢ = yᵢxᵢ directly: features x1..xd, all labels +1.</summary>
    /// <param name="name">What the sample is called in reports; not empty.</param>
    /// <param name="signedInputs">zᵢ as rows, n×d with n, d ≥ 1, finite; copied. -0 is read as 0.</param>
    /// <exception cref="ArgumentException">No name, no row, no column, or a cell that is not finite.</exception>
    public static Dataset FromSignedInputs(string name, double[,] signedInputs) =>
        new(
            name,
            [.. Enumerable.Range(1, signedInputs.GetLength(1)).Select(j => $"x{j}")],
            signedInputs,
            [.. Enumerable.Repeat(1, signedInputs.GetLength(0))]
        );

    /// <summary>A sample for regression with these rows. The arrays are copied.</summary>
    /// <param name="name">What the sample is called in reports; not empty.</param>
    /// <param name="features">The d names of the columns; not empty, no two equal.</param>
    /// <param name="inputs">xᵢ as rows, n×d with n, d ≥ 1, finite. -0 is read as 0.</param>
    /// <param name="targets">yᵢ, length n, finite. -0 is read as 0.</param>
    /// <exception cref="ArgumentException">One of these conditions fails; the message says where.</exception>
    public static Dataset ForRegression(
        string name,
        IReadOnlyList<string> features,
        double[,] inputs,
        double[] targets
    )
    {
        for (var i = 0; i < targets.Length; i++)
            if (!double.IsFinite(targets[i]))
                throw new ArgumentException(
                    $"Target {i + 1} is "
                        + targets[i].ToString(CultureInfo.InvariantCulture)
                        + "; targets are finite."
                );
        return new(name, features, inputs, [], targets, targets.Length, "targets");
    }

    /// <summary>A sample for regression without names: features x1..xd.</summary>
    /// <inheritdoc cref="ForRegression(string, IReadOnlyList{string}, double[,], double[])"/>
    public static Dataset ForRegression(string name, double[,] inputs, double[] targets) =>
        ForRegression(
            name,
            [.. Enumerable.Range(1, inputs.GetLength(1)).Select(j => $"x{j}")],
            inputs,
            targets
        );

    /// <summary>What the sample is called in reports.</summary>
    public string Name { get; }

    /// <summary>Whether the sample has real targets instead of labels.</summary>
    public bool IsRegression => targets.Length > 0;

    /// <summary>The d feature names, in column order.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>n.</summary>
    public int SampleCount => inputs.GetLength(0);

    /// <summary>d, the bias feature included if there is one.</summary>
    public int Dimension => inputs.GetLength(1);

    /// <summary>xᵢ as rows, n×d.</summary>
    public double[,] Inputs() => (double[,])inputs.Clone();

    /// <summary>yᵢ = ±1, length n.</summary>
    /// <exception cref="InvalidOperationException">The sample has targets instead.</exception>
    public int[] Labels() => (int[])RequireLabels().Clone();

    /// <summary>yᵢ, length n.</summary>
    /// <exception cref="InvalidOperationException">The sample has labels instead.</exception>
    public double[] Targets() => (double[])RequireTargets().Clone();

    /// <summary>yᵢ, length n, exactly, read as in <see cref="ExactInputs"/>.</summary>
    /// <exception cref="InvalidOperationException">The sample has labels instead.</exception>
    public Rational[] ExactTargets() => [.. RequireTargets().Select(Exactly)];

    /// <summary>Rows yᵢxᵢ, n×d; no negative zero.</summary>
    /// <exception cref="InvalidOperationException">The sample has targets instead of labels.</exception>
    public double[,] SignedInputs()
    {
        var labels = RequireLabels();
        return Map((i, cell) => labels[i] * cell + 0.0);
    }

    /// <summary>
    /// The linear predictor with labels folded in, whose outputs are the margins yᵢ⟨xᵢ, w⟩. Made when first asked for, and kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">The sample has targets instead of labels.</exception>
    public LinearModel Margins => margins ??= new LinearModel(SignedInputs());

    /// <summary>
    /// True if every cell, and every target, is a decimal of at most 15 significant digits. Such a decimal survives the trip through
    /// double, so it is taken as what the source said; the cells of computed data have 16 or 17 digits.
    /// </summary>
    public bool IsDecimal => inputs.Cast<double>().Concat(targets).All(HasShortDecimal);

    /// <summary>
    /// xᵢ as rows, n×d, exactly: the decimal reading (0.1 is 1/10) if <see cref="IsDecimal"/>, else the exact binary
    /// value of every cell.
    /// </summary>
    public Rational[,] ExactInputs()
    {
        var read = Exactly;
        return Map((_, cell) => read(cell));
    }

    /// <summary>Rows yᵢxᵢ, n×d, exactly, read as in <see cref="ExactInputs"/>.</summary>
    /// <exception cref="InvalidOperationException">The sample has targets instead of labels.</exception>
    public Rational[,] ExactSignedInputs()
    {
        var (read, labels) = (Exactly, RequireLabels());
        return Map((i, cell) => read(labels[i] * cell));
    }

    /// <summary>The sample with the constant feature 1, called "bias", appended: x → (x, 1).</summary>
    /// <exception cref="InvalidOperationException">There is already a feature called "bias".</exception>
    public Dataset Augmented()
    {
        if (Features.Contains(BiasFeature))
            throw new InvalidOperationException(
                $"'{Name}' already has a feature called '{BiasFeature}'; leave it out or use it as the bias."
            );
        var augmented = new double[SampleCount, Dimension + 1];
        for (var i = 0; i < SampleCount; i++)
        {
            for (var j = 0; j < Dimension; j++)
                augmented[i, j] = inputs[i, j];
            augmented[i, Dimension] = 1.0;
        }
        return WithInputs([.. Features, BiasFeature], augmented);
    }

    /// <summary>The sample with these features only, in this order.</summary>
    /// <exception cref="ArgumentException">An unknown feature, one named twice, or none.</exception>
    public Dataset Select(IReadOnlyList<string> features)
    {
        var columns = new int[features.Count];
        for (var j = 0; j < columns.Length; j++)
        {
            columns[j] = Features.ToList().IndexOf(features[j]);
            if (columns[j] < 0)
                throw new ArgumentException(
                    $"'{Name}' has no feature '{features[j]}'; {NearestName.Describe(features[j], Features)}."
                );
        }
        var selected = new double[SampleCount, columns.Length];
        for (var i = 0; i < SampleCount; i++)
        for (var j = 0; j < columns.Length; j++)
            selected[i, j] = inputs[i, columns[j]];
        return WithInputs(features, selected);
    }

    /// <summary>
    /// SHA-256 in lower-case hexadecimal of n and d (32-bit), the cells row by row (64-bit IEEE) and the labels
    /// (32-bit) or targets (64-bit), all little-endian. Names do not enter: equal numbers, equal fingerprint.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            var bytes = new byte[8 + 8 * inputs.Length + 4 * labels.Length + 8 * targets.Length];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, SampleCount);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Dimension);
            var at = 8;
            foreach (var cell in inputs)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), cell);
                at += 8;
            }
            foreach (var label in labels)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), label);
                at += 4;
            }
            foreach (var target in targets)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), target);
                at += 8;
            }
            return Convert.ToHexStringLower(SHA256.HashData(bytes));
        }
    }

    /// <summary>How a number is read exactly: one way for the whole sample.</summary>
    private Func<double, Rational> Exactly => IsDecimal ? Rational.FromDecimal : Rational.FromBinary;

    private int[] RequireLabels() =>
        IsRegression
            ? throw new InvalidOperationException($"'{Name}' has real targets, no labels of two classes.")
            : labels;

    private double[] RequireTargets() =>
        IsRegression
            ? targets
            : throw new InvalidOperationException($"'{Name}' has labels of two classes, no real targets.");

    private Dataset WithInputs(IReadOnlyList<string> features, double[,] inputs) =>
        IsRegression ? ForRegression(Name, features, inputs, targets) : new(Name, features, inputs, labels);

    private T[,] Map<T>(Func<int, double, T> cell)
    {
        var mapped = new T[SampleCount, Dimension];
        for (var i = 0; i < SampleCount; i++)
        for (var j = 0; j < Dimension; j++)
            mapped[i, j] = cell(i, inputs[i, j]);
        return mapped;
    }

    private static bool HasShortDecimal(double value)
    {
        if (value == 0.0)
            return true;
        if (!double.IsNormal(value))
            return false; // a subnormal holds fewer than 15 digits
        var rounded = value.ToString("E14", CultureInfo.InvariantCulture); // 15 significant digits
        return double.Parse(rounded, CultureInfo.InvariantCulture) == value;
    }
}
