namespace ImplicitBias.Numerics;

/// <summary>
/// An orthonormal basis of span{zᵢ}, the only directions in which a linear model moves. Where the rows span all of
/// ℝᵈ it is the standard basis.
/// </summary>
/// <remarks>
/// The basis is a combination of rows to twice the working precision, so that motion along it leaves what is
/// orthogonal to the data alone, to the last bit of the parameters. A row is new when what is left of it is above
/// max(n, d) 2⁻⁵² R, R = maxᵢ ‖zᵢ‖: the rounding of the data.
/// </remarks>
internal sealed class RowSpace
{
    private readonly DoubleDouble[][]? basis; // null for the standard basis

    /// <summary>The rows of one model.</summary>
    internal RowSpace(LinearModel model)
    {
        Model = model;
        Features = new SampleColumns(
            model.SampleCount,
            model.ParameterCount,
            (i, j) => model.SignedInput(i)[j]
        );
        var independent = IndependentRows(model);
        Rank = independent.Count;
        if (Rank == model.ParameterCount)
        {
            Coordinates = Features;
            return;
        }
        basis = Orthonormal(model, independent);
        Coordinates = new SampleColumns(
            model.SampleCount,
            Rank,
            (i, k) => (double)Dot(basis[k], model.SignedInput(i))
        );
    }

    /// <summary>The model.</summary>
    internal LinearModel Model { get; }

    /// <summary>r, the rank of Z.</summary>
    internal int Rank { get; }

    /// <summary>Z, n×d.</summary>
    internal SampleColumns Features { get; }

    /// <summary>zᵢ·uₖ for every sample and basis vector uₖ, n×r.</summary>
    internal SampleColumns Coordinates { get; }

    /// <summary>vector ← vector + Σₖ coordinates[k] uₖ.</summary>
    internal void Add(ReadOnlySpan<double> coordinates, Span<DoubleDouble> vector)
    {
        if (basis is null)
        {
            for (var j = 0; j < vector.Length; j++)
                vector[j] += coordinates[j];
            return;
        }
        for (var k = 0; k < Rank; k++)
        for (var j = 0; j < vector.Length; j++)
            vector[j] += basis[k][j] * coordinates[k];
    }

    /// <summary>The coordinates of the part of a vector that lies in the row space.</summary>
    internal double[] Project(DoubleDouble[] vector) =>
        basis is null
            ? [.. vector.Select(component => (double)component)]
            : [.. basis.Select(direction => (double)Dot(direction, vector))];

    private static List<int> IndependentRows(LinearModel model)
    {
        var found = new List<int>();
        var directions = new List<double[]>();
        var negligible =
            Math.Max(model.SampleCount, model.ParameterCount)
            * Rounding.Unit
            * Math.Sqrt(model.SquaredRadius);
        for (var i = 0; i < model.SampleCount && found.Count < model.ParameterCount; i++)
        {
            var rest = model.SignedInput(i).ToArray();
            for (var pass = 0; pass < 2; pass++) // twice is enough (Kahan, in Parlett 1980)
                foreach (var direction in directions)
                {
                    var along = 0.0;
                    for (var j = 0; j < rest.Length; j++)
                        along += direction[j] * rest[j];
                    for (var j = 0; j < rest.Length; j++)
                        rest[j] -= along * direction[j];
                }
            var norm = Math.Sqrt(rest.Sum(entry => entry * entry));
            if (!(norm > negligible))
                continue;
            for (var j = 0; j < rest.Length; j++)
                rest[j] /= norm;
            directions.Add(rest);
            found.Add(i);
        }
        return found;
    }

    /// <summary>Modified Gram–Schmidt.</summary>
    private static DoubleDouble[][] Orthonormal(LinearModel model, List<int> rows)
    {
        var vectors = new DoubleDouble[rows.Count][];
        for (var k = 0; k < vectors.Length; k++)
        {
            var vector = new DoubleDouble[model.ParameterCount];
            for (var j = 0; j < vector.Length; j++)
                vector[j] = model.SignedInput(rows[k])[j];
            for (var l = 0; l < k; l++)
            {
                var along = Dot(vectors[l], vector);
                for (var j = 0; j < vector.Length; j++)
                    vector[j] -= along * vectors[l][j];
            }
            var norm = DoubleDouble.Sqrt(Dot(vector, vector));
            for (var j = 0; j < vector.Length; j++)
                vector[j] /= norm;
            vectors[k] = vector;
        }
        return vectors;
    }

    private static DoubleDouble Dot(DoubleDouble[] a, DoubleDouble[] b)
    {
        DoubleDouble sum = 0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    private static DoubleDouble Dot(DoubleDouble[] a, ReadOnlySpan<double> b)
    {
        DoubleDouble sum = 0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }
}
