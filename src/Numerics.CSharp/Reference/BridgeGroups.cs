namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The orthonormal coordinates in which a bridge penalty is Σ_g weight_g ‖x_g‖^q over groups of one or two: the features
/// themselves, or the real Fourier basis, where a frequency and its conjugate make a pair.
/// </summary>
/// <remarks>
/// With c_k and s_k the unit cosine and sine of frequency 0 &lt; k &lt; D/2, (Fβ)_k = (⟨c_k, β⟩ - i⟨s_k, β⟩)/√2 for the unitary F.
/// So a pair contributes |(Fβ)_k|^q + |(Fβ)_{D-k}|^q = 2^{1-q/2} ‖x_g‖^q; frequency 0, and D/2 for even D, are real.
/// </remarks>
internal sealed class BridgeGroups
{
    private readonly double[]? basis; // rows, D×D; null for the features themselves

    public BridgeGroups(int dimension, BridgeDomain domain, double exponent)
    {
        Dimension = dimension;
        if (domain == BridgeDomain.Coordinates)
        {
            Starts = [.. Enumerable.Range(0, dimension + 1)];
            Weights = [.. Enumerable.Repeat(1.0, dimension)];
            Scales = Weights;
            return;
        }
        var starts = new List<int> { 0 };
        basis = new double[dimension * dimension];
        for (var k = 0; 2 * k <= dimension; k++)
        {
            var real = k == 0 || 2 * k == dimension;
            var scale = Math.Sqrt((real ? 1.0 : 2.0) / dimension);
            var row = starts[^1] * dimension;
            for (var j = 0; j < dimension; j++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * (j * (long)k % dimension) / dimension);
                basis[row + j] = scale * (2 * k == dimension ? (j % 2 == 0 ? 1 : -1) : cosine);
                if (!real)
                    basis[row + dimension + j] = scale * sine;
            }
            starts.Add(starts[^1] + (real ? 1 : 2));
        }
        Starts = [.. starts];
        Scales = [.. Sizes.Select(size => 1 / Math.Sqrt(size))];
        Weights = [.. Sizes.Select(size => size * Math.Pow(size, -exponent / 2))];
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The number of groups: D features, or ⌊D/2⌋ + 1 frequencies.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Where each group starts in x, and D.</summary>
    public int[] Starts { get; }

    /// <summary>The weight of ‖x_g‖^q in the penalty.</summary>
    public double[] Weights { get; }

    /// <summary>Modulus of one entry (Fβ)_k of a group of norm one: 1, or 1/√2 in a pair.</summary>
    public double[] Scales { get; }

    private IEnumerable<int> Sizes => Starts.Zip(Starts.Skip(1), (start, end) => end - start);

    /// <summary>x from β.</summary>
    public double[] Analyse(ReadOnlySpan<double> vector)
    {
        if (basis is null)
            return vector.ToArray();
        var coordinates = new double[Dimension];
        for (var i = 0; i < Dimension; i++)
            coordinates[i] = VectorKernels.Dot(basis.AsSpan(i * Dimension, Dimension), vector);
        return coordinates;
    }

    /// <summary>β from x.</summary>
    public double[] Synthesise(ReadOnlySpan<double> coordinates)
    {
        if (basis is null)
            return coordinates.ToArray();
        var vector = new double[Dimension];
        for (var i = 0; i < Dimension; i++)
            VectorKernels.AddScaled(coordinates[i], basis.AsSpan(i * Dimension, Dimension), vector);
        return vector;
    }

    /// <summary>x_g.</summary>
    public Span<double> Part(Span<double> coordinates, int group) =>
        coordinates[Starts[group]..Starts[group + 1]];

    /// <summary>‖x_g‖ for every group.</summary>
    public double[] Norms(double[] coordinates)
    {
        var norms = new double[Count];
        for (var g = 0; g < Count; g++)
        {
            var part = Part(coordinates, g);
            norms[g] = part.Length == 1 ? Math.Abs(part[0]) : double.Hypot(part[0], part[1]);
        }
        return norms;
    }
}
