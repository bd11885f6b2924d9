using System.Numerics;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Orthogonal factorisation A = RᵀQ of a changing list of linearly independent rows: Q orthonormal (s×D), R upper
/// triangular (s×s). Rows are appended by twice-repeated Gram-Schmidt and removed with Givens rotations
/// (Daniel, Gragg, Kaufman, Stewart 1976), so the Gram matrix AAᵀ = RᵀR is never formed and its condition
/// number never squared.
/// </summary>
internal sealed class RowBasis(int width, int capacity)
{
    /// <summary>A row whose part outside the span is below this fraction of its length counts as dependent.</summary>
    private const double DependenceTolerance = 1e-11;

    private readonly double[] orthonormal = new double[capacity * width]; // Q, one row after the other
    private readonly double[] triangular = new double[capacity * capacity]; // R, one column after the other
    private readonly double[] remainder = new double[width];

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
        var projection = triangular.AsSpan(Count * capacity, capacity);
        projection.Clear();
        for (var pass = 0; pass < 2; pass++)
        for (var i = 0; i < Count; i++)
        {
            var direction = Direction(i);
            var component = Dot(direction, remainder);
            projection[i] += component;
            AddScaled(-component, direction, remainder);
        }
        var length = Math.Sqrt(Dot(remainder, remainder));
        if (!(length > DependenceTolerance * Math.Sqrt(Dot(row, row))))
            return false;
        projection[Count] = length;
        var target = orthonormal.AsSpan(Count * width, width);
        for (var k = 0; k < width; k++)
            target[k] = remainder[k] / length;
        Count++;
        return true;
    }

    /// <summary>c with Aᵀc = row, for a row in the span.</summary>
    public void Coefficients(ReadOnlySpan<double> row, Span<double> result)
    {
        for (var i = 0; i < Count; i++)
            result[i] = Dot(Direction(i), row);
        SolveUpper(result);
    }

    public void Remove(int index)
    {
        for (var j = index; j < Count - 1; j++)
            triangular.AsSpan((j + 1) * capacity, j + 2).CopyTo(triangular.AsSpan(j * capacity));
        Count--;
        for (var i = index; i < Count; i++)
        {
            // Rotate rows i and i+1 so that the entry below the diagonal of column i vanishes.
            var x = triangular[i * capacity + i];
            var y = triangular[i * capacity + i + 1];
            var length = double.Hypot(x, y);
            var cosine = x / length;
            var sine = y / length;
            for (var j = i; j < Count; j++)
            {
                var a = triangular[j * capacity + i];
                var b = triangular[j * capacity + i + 1];
                triangular[j * capacity + i] = cosine * a + sine * b;
                triangular[j * capacity + i + 1] = cosine * b - sine * a;
            }
            var upper = orthonormal.AsSpan(i * width, width);
            var lower = orthonormal.AsSpan((i + 1) * width, width);
            for (var k = 0; k < width; k++)
            {
                var a = upper[k];
                var b = lower[k];
                upper[k] = cosine * a + sine * b;
                lower[k] = cosine * b - sine * a;
            }
        }
    }

    /// <summary>values ← R⁻ᵀ values.</summary>
    public void SolveLower(Span<double> values)
    {
        for (var j = 0; j < Count; j++)
        {
            var column = triangular.AsSpan(j * capacity, capacity);
            values[j] = (values[j] - Dot(column[..j], values[..j])) / column[j];
        }
    }

    /// <summary>values ← R⁻¹ values.</summary>
    public void SolveUpper(Span<double> values)
    {
        for (var j = Count - 1; j >= 0; j--)
        {
            var column = triangular.AsSpan(j * capacity, capacity);
            values[j] /= column[j];
            AddScaled(-values[j], column[..j], values[..j]);
        }
    }

    /// <summary>result ← Qᵀ values: the combination of the orthonormal directions.</summary>
    public void Combine(ReadOnlySpan<double> values, Span<double> result)
    {
        result.Clear();
        for (var i = 0; i < Count; i++)
            AddScaled(values[i], Direction(i), result);
    }

    private ReadOnlySpan<double> Direction(int index) => orthonormal.AsSpan(index * width, width);

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var k = 0;
        var sum = 0.0;
        if (a.Length >= 2 * Vector<double>.Count)
        {
            var first = Vector<double>.Zero;
            var second = Vector<double>.Zero;
            for (; k <= a.Length - 2 * Vector<double>.Count; k += 2 * Vector<double>.Count)
            {
                first += new Vector<double>(a[k..]) * new Vector<double>(b[k..]);
                var next = k + Vector<double>.Count;
                second += new Vector<double>(a[next..]) * new Vector<double>(b[next..]);
            }
            sum = Vector.Sum(first + second);
        }
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    internal static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        target = target[..source.Length];
        var k = 0;
        for (; k <= source.Length - Vector<double>.Count; k += Vector<double>.Count)
            (new Vector<double>(target[k..]) + factor * new Vector<double>(source[k..])).CopyTo(target[k..]);
        for (; k < source.Length; k++)
            target[k] += factor * source[k];
    }
}
