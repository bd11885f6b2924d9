using static ImplicitBias.Numerics.Reference.VectorKernels;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Orthogonal factorisation A = RᵀQ of a changing list of linearly independent rows: Q orthonormal (s×D), R upper
/// triangular (s×s). Rows are appended by twice-repeated Gram-Schmidt and removed with Givens rotations
/// (Daniel, Gragg, Kaufman, Stewart 1976), so the Gram matrix AAᵀ = RᵀR is never formed and its condition
/// number never squared.
/// </summary>
/// <param name="width">D, the length of a row.</param>
/// <param name="capacity">Largest number of rows.</param>
internal sealed class RowBasis(int width, int capacity)
{
    /// <summary>
    /// A row whose part outside the span is below this fraction of its length counts as dependent: 100u, u = 2⁻⁵³, a little
    /// above the rounding error of such a part.
    /// </summary>
    public const double Dependence = 100 * DoubleDoubleVectors.UnitRoundoff;

    private readonly double[] orthonormal = new double[capacity * width]; // Q, one row after the other
    private readonly double[] triangular = new double[capacity * capacity]; // R, one row after the other
    private readonly double[] remainder = new double[width];
    private readonly double[] components = new double[capacity];

    public int Count { get; private set; }

    /// <summary>
    /// Appends a row. If it lies in the span of the others it is not appended, and
    /// <see cref="Coefficients"/> then gives its expansion.
    /// </summary>
    public bool TryAppend(ReadOnlySpan<double> row)
    {
        if (Count == capacity)
            return false;
        row.CopyTo(remainder);
        var projection = components.AsSpan(0, Count);
        projection.Clear();
        var size = Math.Sqrt(Dot(row, row));
        var length = size;
        // Twice is enough, and once if the row kept most of its length (Daniel, Gragg, Kaufman, Stewart 1976).
        for (var pass = 0; pass < 2; pass++)
        {
            var before = length;
            Project(projection);
            length = Math.Sqrt(Dot(remainder, remainder));
            if (length > 0.7 * before)
                break;
        }
        if (!(length > Dependence * size))
            return false;
        for (var i = 0; i < Count; i++)
            triangular[i * capacity + Count] = projection[i];
        triangular[Count * capacity + Count] = length;
        var target = orthonormal.AsSpan(Count * width, width);
        for (var k = 0; k < width; k++)
            target[k] = remainder[k] / length;
        Count++;
        return true;
    }

    // Takes the components along the orthonormal rows out of the remainder, four rows at a time while they are in cache.
    private void Project(Span<double> projection)
    {
        var i = 0;
        for (; i <= Count - 4; i += 4)
        {
            var rows = orthonormal.AsSpan(i * width, 4 * width);
            var (a, b, c, d) = Dot4(rows, remainder);
            projection[i] += a;
            projection[i + 1] += b;
            projection[i + 2] += c;
            projection[i + 3] += d;
            AddScaled4(-a, -b, -c, -d, rows, remainder);
        }
        for (; i < Count; i++)
        {
            var component = Dot(Direction(i), remainder);
            projection[i] += component;
            AddScaled(-component, Direction(i), remainder);
        }
    }

    /// <summary>c with Aᵀc = row, for a row in the span.</summary>
    public void Coefficients(ReadOnlySpan<double> row, Span<double> result)
    {
        Components(row, result);
        SolveUpper(result);
    }

    /// <summary>result ← Q vector: the components along the orthonormal directions.</summary>
    public void Components(ReadOnlySpan<double> vector, Span<double> result)
    {
        var i = 0;
        for (; i <= Count - 4; i += 4)
            (result[i], result[i + 1], result[i + 2], result[i + 3]) = Dot4(
                orthonormal.AsSpan(i * width, 4 * width),
                vector
            );
        for (; i < Count; i++)
            result[i] = Dot(Direction(i), vector);
    }

    public void Remove(int index)
    {
        for (var i = 0; i < Count; i++)
        {
            var from = Math.Max(i, index + 1);
            var tail = triangular.AsSpan(i * capacity + from, Count - from);
            tail.CopyTo(triangular.AsSpan(i * capacity + from - 1));
        }
        Count--;
        for (var i = index; i < Count; i++)
        {
            // Rotate rows i and i+1 so that the entry below the diagonal of column i vanishes. Row i+1 begins there.
            var upper = triangular.AsSpan(i * capacity + i, Count - i);
            var lower = triangular.AsSpan((i + 1) * capacity + i, Count - i);
            var length = double.Hypot(upper[0], lower[0]);
            var (cosine, sine) = (upper[0] / length, lower[0] / length);
            Rotate(cosine, sine, upper, lower);
            Rotate(
                cosine,
                sine,
                orthonormal.AsSpan(i * width, width),
                orthonormal.AsSpan((i + 1) * width, width)
            );
        }
    }

    /// <summary>values ← R⁻ᵀ values.</summary>
    public void SolveLower(Span<double> values)
    {
        for (var i = 0; i < Count; i++)
        {
            var row = triangular.AsSpan(i * capacity + i, Count - i);
            values[i] /= row[0];
            AddScaled(-values[i], row[1..], values[(i + 1)..]);
        }
    }

    /// <summary>values ← R⁻¹ values.</summary>
    public void SolveUpper(Span<double> values)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            var row = triangular.AsSpan(i * capacity + i, Count - i);
            values[i] = (values[i] - Dot(row[1..], values[(i + 1)..])) / row[0];
        }
    }

    /// <summary>result ← Qᵀ values: the combination of the orthonormal directions.</summary>
    public void Combine(ReadOnlySpan<double> values, Span<double> result)
    {
        result.Clear();
        var i = 0;
        for (; i <= Count - 4; i += 4)
            AddScaled4(
                values[i],
                values[i + 1],
                values[i + 2],
                values[i + 3],
                orthonormal.AsSpan(i * width, 4 * width),
                result
            );
        for (; i < Count; i++)
            AddScaled(values[i], Direction(i), result);
    }

    private ReadOnlySpan<double> Direction(int index) => orthonormal.AsSpan(index * width, width);
}
