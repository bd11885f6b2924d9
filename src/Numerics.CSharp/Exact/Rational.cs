using System.Globalization;
using System.Numerics;

namespace ImplicitBias.Numerics.Exact;

/// <summary>
/// An exact rational number in lowest terms with a positive denominator. The arithmetic of certificates: no
/// operation rounds.
/// </summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>, IComparable
{
    private readonly BigInteger denominator; // 0 only in default(Rational), which reads as 0/1

    /// <summary>The number numerator / denominator, reduced.</summary>
    /// <exception cref="DivideByZeroException">The denominator is zero.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException("A rational number needs a non-zero denominator.");
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0)
            divisor = -divisor;
        Numerator = numerator / divisor;
        this.denominator = denominator / divisor;
    }

    /// <summary>Numerator in lowest terms; carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>Denominator in lowest terms; positive.</summary>
    public BigInteger Denominator => denominator.IsZero ? BigInteger.One : denominator;

    /// <summary>0.</summary>
    public static Rational Zero => default;

    /// <summary>1.</summary>
    public static Rational One => new(BigInteger.One, BigInteger.One);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>The exact value of a finite double, a dyadic rational.</summary>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    public static Rational FromBinary(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"{value} has no rational value.", nameof(value));
        var (mantissa, exponent) = Split(value);
        return exponent >= 0
            ? new Rational((BigInteger)mantissa << exponent, BigInteger.One)
            : new Rational(mantissa, BigInteger.One << -exponent);
    }

    /// <summary>value = mantissa · 2^exponent, for a finite double.</summary>
    internal static (long Mantissa, int Exponent) Split(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFFL;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= 1L << 52;
        return (bits < 0 ? -mantissa : mantissa, exponent - 1075);
    }

    /// <summary>
    /// The shortest decimal that reads back as this double: what a file with up to 15 significant digits said.
    /// </summary>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    public static Rational FromDecimal(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"{value} has no rational value.", nameof(value));
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        return ParseDecimal(shortest.Length <= text.Length ? shortest : text);
    }

    private static Rational ParseDecimal(string text)
    {
        var at = text.IndexOf('E');
        var exponent = at < 0 ? 0 : int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture);
        var digits = at < 0 ? text : text[..at];
        var point = digits.IndexOf('.');
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }
        var mantissa = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var power = BigInteger.Pow(10, Math.Abs(exponent));
        return exponent >= 0 ? new Rational(mantissa * power, BigInteger.One) : new Rational(mantissa, power);
    }

    /// <summary>
    /// The nearest double, ties to even; correct also among the subnormals and where numerator and denominator
    /// overflow a double.
    /// </summary>
    public double ToDouble()
    {
        // At least 64 bits of the quotient with a sticky bit, then a single rounding.
        if (Numerator.IsZero)
            return 0.0;
        var magnitude = BigInteger.Abs(Numerator);
        var shift = 64 - (int)(magnitude.GetBitLength() - Denominator.GetBitLength());
        var quotient =
            shift >= 0
                ? BigInteger.DivRem(magnitude << shift, Denominator, out var remainder)
                : BigInteger.DivRem(magnitude, Denominator << -shift, out remainder);
        if (!remainder.IsZero)
            quotient |= BigInteger.One;
        // A BigInteger converts by truncation, so round here, half to even: to 53 bits, or to multiples of 2^-1074
        // where that is coarser. Scaling is exact then.
        var excess = Math.Max((int)quotient.GetBitLength() - 53, shift - 1074);
        var kept = quotient >> excess;
        var dropped = quotient - (kept << excess);
        var half = BigInteger.One << (excess - 1);
        var comparison = dropped.CompareTo(half);
        if (comparison > 0 || (comparison == 0 && !kept.IsEven))
            kept += BigInteger.One;
        return Numerator.Sign * Math.ScaleB((double)kept, excess - shift);
    }

    /// <summary>An integer as a rational.</summary>
    public static implicit operator Rational(long value) => new(value, BigInteger.One);

    /// <summary>Sum.</summary>
    public static Rational operator +(Rational a, Rational b) =>
        new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>Difference.</summary>
    public static Rational operator -(Rational a, Rational b) =>
        new(a.Numerator * b.Denominator - b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>Negation.</summary>
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <summary>Product.</summary>
    public static Rational operator *(Rational a, Rational b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>Quotient.</summary>
    /// <exception cref="DivideByZeroException">b is zero.</exception>
    public static Rational operator /(Rational a, Rational b) =>
        new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>Order of the real line.</summary>
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    /// <summary>Order of the real line.</summary>
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    /// <summary>Order of the real line.</summary>
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    /// <summary>Order of the real line.</summary>
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>Equality of values.</summary>
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    /// <summary>Inequality of values.</summary>
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <inheritdoc/>
    public int CompareTo(Rational other) =>
        (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>Order of the real line, as F#'s comparison operators ask for it.</summary>
    /// <exception cref="ArgumentException">The other object is not a rational.</exception>
    int IComparable.CompareTo(object? obj) =>
        obj switch
        {
            null => 1,
            Rational other => CompareTo(other),
            _ => throw new ArgumentException("A rational compares with a rational only.", nameof(obj)),
        };

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    /// <summary>"p/q", or "p" for an integer.</summary>
    public override string ToString() =>
        Denominator.IsOne ? Numerator.ToString(CultureInfo.InvariantCulture) : $"{Numerator}/{Denominator}";
}
