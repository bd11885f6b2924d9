using System.Numerics;
using System.Runtime.InteropServices;

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
    public const double Dependence = 100 * DoubleDouble.UnitRoundoff;

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

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var k = 0;
        var sum = 0.0;
        if (a.Length >= 2 * Lanes)
        {
            ref var left = ref MemoryMarshal.GetReference(a);
            ref var right = ref MemoryMarshal.GetReference(b);
            var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
            for (; k <= a.Length - 2 * Lanes; k += 2 * Lanes)
            {
                first = Vector.FusedMultiplyAdd(Load(ref left, k), Load(ref right, k), first);
                second = Vector.FusedMultiplyAdd(
                    Load(ref left, k + Lanes),
                    Load(ref right, k + Lanes),
                    second
                );
            }
            sum = Vector.Sum(first + second);
        }
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>target ← target + factor · source.</summary>
    internal static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        target = target[..source.Length];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var scale = new Vector<double>(factor);
        var k = 0;
        for (; k <= source.Length - Lanes; k += Lanes)
            Vector.FusedMultiplyAdd(Load(ref from, k), scale, Load(ref to, k)).StoreUnsafe(ref to, (nuint)k);
        for (; k < source.Length; k++)
            target[k] += factor * source[k];
    }

    /// <summary>Inner products of a vector with four rows stored one after the other.</summary>
    internal static (double, double, double, double) Dot4(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> vector
    )
    {
        var length = vector.Length;
        rows = rows[..(4 * length)];
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0);
        var k = 0;
        if (length >= Lanes)
        {
            ref var row = ref MemoryMarshal.GetReference(rows);
            ref var entries = ref MemoryMarshal.GetReference(vector);
            var (va, vb) = (Vector<double>.Zero, Vector<double>.Zero);
            var (vc, vd) = (Vector<double>.Zero, Vector<double>.Zero);
            for (; k <= length - Lanes; k += Lanes)
            {
                var entry = Load(ref entries, k);
                va = Vector.FusedMultiplyAdd(Load(ref row, k), entry, va);
                vb = Vector.FusedMultiplyAdd(Load(ref row, length + k), entry, vb);
                vc = Vector.FusedMultiplyAdd(Load(ref row, 2 * length + k), entry, vc);
                vd = Vector.FusedMultiplyAdd(Load(ref row, 3 * length + k), entry, vd);
            }
            (a, b, c, d) = (Vector.Sum(va), Vector.Sum(vb), Vector.Sum(vc), Vector.Sum(vd));
        }
        for (; k < length; k++)
        {
            a += rows[k] * vector[k];
            b += rows[length + k] * vector[k];
            c += rows[2 * length + k] * vector[k];
            d += rows[3 * length + k] * vector[k];
        }
        return (a, b, c, d);
    }

    /// <summary>target ← target + a·first + b·second + c·third + d·fourth of four rows stored one after the other.</summary>
    internal static void AddScaled4(
        double a,
        double b,
        double c,
        double d,
        ReadOnlySpan<double> rows,
        Span<double> target
    )
    {
        var length = target.Length;
        rows = rows[..(4 * length)];
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var to = ref MemoryMarshal.GetReference(target);
        var (va, vb) = (new Vector<double>(a), new Vector<double>(b));
        var (vc, vd) = (new Vector<double>(c), new Vector<double>(d));
        var k = 0;
        for (; k <= length - Lanes; k += Lanes)
        {
            var sum = Vector.FusedMultiplyAdd(Load(ref row, k), va, Load(ref to, k));
            sum = Vector.FusedMultiplyAdd(Load(ref row, length + k), vb, sum);
            sum = Vector.FusedMultiplyAdd(Load(ref row, 2 * length + k), vc, sum);
            sum = Vector.FusedMultiplyAdd(Load(ref row, 3 * length + k), vd, sum);
            sum.StoreUnsafe(ref to, (nuint)k);
        }
        for (; k < length; k++)
            target[k] +=
                a * rows[k] + b * rows[length + k] + c * rows[2 * length + k] + d * rows[3 * length + k];
    }

    // (upper, lower) ← (c·upper + s·lower, c·lower - s·upper).
    private static void Rotate(double cosine, double sine, Span<double> upper, Span<double> lower)
    {
        lower = lower[..upper.Length];
        ref var first = ref MemoryMarshal.GetReference(upper);
        ref var second = ref MemoryMarshal.GetReference(lower);
        var (c, s) = (new Vector<double>(cosine), new Vector<double>(sine));
        var k = 0;
        for (; k <= upper.Length - Lanes; k += Lanes)
        {
            var (a, b) = (Load(ref first, k), Load(ref second, k));
            (c * a + s * b).StoreUnsafe(ref first, (nuint)k);
            (c * b - s * a).StoreUnsafe(ref second, (nuint)k);
        }
        for (; k < upper.Length; k++)
            (upper[k], lower[k]) = (cosine * upper[k] + sine * lower[k], cosine * lower[k] - sine * upper[k]);
    }

    private static int Lanes => Vector<double>.Count;

    private static Vector<double> Load(ref double origin, int index) =>
        Vector.LoadUnsafe(ref origin, (nuint)index);
}
