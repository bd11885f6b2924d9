using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Signed inputs zₙ = yₙxₙ as integer rows D·zₙ over one common denominator D, and optionally the labels yₙ, the
/// column through which a free bias enters the margin zₙ·w + yₙb. One factor for the whole matrix, because
/// scaling single rows would change which points support the margin.
/// </summary>
internal sealed class IntegerRows
{
    private readonly BigInteger[][] rows;
    private readonly int[]? labels;

    private IntegerRows(BigInteger[][] rows, int dimension, int[]? labels, BigInteger denominator)
    {
        this.rows = rows;
        this.labels = labels;
        Dimension = dimension;
        Denominator = denominator;
    }

    public int Count => rows.Length;

    /// <summary>d, the bias not counted.</summary>
    public int Dimension { get; }

    /// <summary>D.</summary>
    public BigInteger Denominator { get; }

    public bool HasFreeBias => labels is not null;

    /// <summary>y, or null without a free bias.</summary>
    public int[]? Labels => labels;

    /// <summary>D·zₙ, length d.</summary>
    public BigInteger[] this[int index] => rows[index];

    /// <summary>yₙ for a free bias; 0 without one, so that formulas need no case distinction.</summary>
    public int Label(int index) => labels is null ? 0 : labels[index];

    public static IntegerRows FromRationals(Rational[,] signedInputs, int[]? labels)
    {
        var count = signedInputs.GetLength(0);
        var dimension = signedInputs.GetLength(1);
        var denominator = BigInteger.One;
        foreach (var entry in signedInputs)
            if (!entry.Denominator.IsOne && !(denominator % entry.Denominator).IsZero)
                denominator *=
                    entry.Denominator / BigInteger.GreatestCommonDivisor(denominator, entry.Denominator);
        var rows = new BigInteger[count][];
        for (var n = 0; n < count; n++)
        {
            rows[n] = new BigInteger[dimension];
            for (var k = 0; k < dimension; k++)
                rows[n][k] = signedInputs[n, k].Numerator * (denominator / signedInputs[n, k].Denominator);
        }
        return new IntegerRows(rows, dimension, labels, denominator);
    }

    /// <summary>The binary values of finite doubles, over a power of two; nothing to reduce and hence fast.</summary>
    public static IntegerRows FromDoubles(double[,] signedInputs, int[]? labels)
    {
        var (count, dimension) = (signedInputs.GetLength(0), signedInputs.GetLength(1));
        var shift = 0; // D = 2^-shift
        foreach (var entry in signedInputs)
            if (entry != 0)
            {
                var (mantissa, exponent) = Rational.Split(entry);
                shift = Math.Min(shift, exponent + BitOperations.TrailingZeroCount(mantissa));
            }
        var rows = new BigInteger[count][];
        for (var n = 0; n < count; n++)
        {
            rows[n] = new BigInteger[dimension];
            for (var k = 0; k < dimension; k++)
            {
                var (mantissa, exponent) = Rational.Split(signedInputs[n, k]);
                var left = exponent - shift; // negative only where it drops trailing zeros
                if (mantissa != 0)
                    rows[n][k] = left >= 0 ? (BigInteger)mantissa << left : mantissa >> -left;
            }
        }
        return new IntegerRows(rows, dimension, labels, BigInteger.One << -shift);
    }

    /// <summary>Rows without labels and with D = 1.</summary>
    public static IntegerRows FromIntegers(BigInteger[][] rows, int dimension) =>
        new(rows, dimension, null, BigInteger.One);

    /// <summary>
    /// The rows as doubles, n×d row-major, divided by one power of two so that the largest entry is near 1.
    /// Data of any magnitude, also beyond the range of double, arrive in range.
    /// </summary>
    public double[] ToScaledDoubles(out int exponent)
    {
        long bits = 0;
        foreach (var row in rows)
        foreach (var entry in row)
            bits = Math.Max(bits, entry.GetBitLength());
        exponent = (int)bits;
        var unit = BigInteger.One << exponent;
        var result = new double[Count * Dimension];
        for (var n = 0; n < Count; n++)
        for (var k = 0; k < Dimension; k++)
            result[n * Dimension + k] =
                exponent <= 1000
                    ? Math.ScaleB((double)rows[n][k], -exponent)
                    : new Rational(rows[n][k], unit).ToDouble();
        return result;
    }

    /// <summary>Inner product of rows m and n including the label column: D²zₘ·zₙ + yₘyₙ.</summary>
    /// <remarks>
    /// Where Σ aₙyₙ = 0 the label column changes nothing in Σ aₘaₙ⟨m,n⟩, and it makes the Gram matrix
    /// positive definite exactly when the constraint gradients (zₙ, yₙ) are linearly independent.
    /// </remarks>
    public BigInteger Gram(int m, int n) => Dot(rows[m], rows[n]) + Label(m) * Label(n);

    public static BigInteger Dot(BigInteger[] a, BigInteger[] b)
    {
        var sum = BigInteger.Zero;
        for (var k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }
}
