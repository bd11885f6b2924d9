namespace ImplicitBias.Numerics;

/// <summary>
/// A number as the unevaluated sum of two doubles, about 32 digits: for the few sums of a run that grow like log t
/// while what moves them stays of order one.
/// </summary>
/// <remarks>
/// Dekker (1971, Numer. Math. 18) and Knuth's two-sum, with a fused multiply-add for the product. Relative error of an
/// operation: a few times 2⁻¹⁰⁴.
/// </remarks>
/// <param name="High">The sum, rounded.</param>
/// <param name="Low">What rounding it left out.</param>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>A double as it is.</summary>
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    /// <summary>The nearest double.</summary>
    public static explicit operator double(DoubleDouble value) => value.High + value.Low;

    /// <summary>a + b without error.</summary>
    internal static DoubleDouble Sum(double a, double b)
    {
        var sum = a + b;
        var shifted = sum - a;
        return new(sum, (a - (sum - shifted)) + (b - shifted));
    }

    /// <summary>a · b without error.</summary>
    internal static DoubleDouble Product(double a, double b)
    {
        var product = a * b;
        return new(product, Math.FusedMultiplyAdd(a, b, -product));
    }

    /// <summary>a + b.</summary>
    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var high = Sum(a.High, b.High);
        var low = Sum(a.Low, b.Low);
        high = Normalised(high.High, high.Low + low.High);
        return Normalised(high.High, high.Low + low.Low);
    }

    /// <summary>-a.</summary>
    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    /// <summary>a - b.</summary>
    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    /// <summary>a · b.</summary>
    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var product = Product(a.High, b.High);
        return Normalised(product.High, product.Low + (a.High * b.Low + a.Low * b.High));
    }

    /// <summary>a / b.</summary>
    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        var quotient = a.High / b.High;
        var rest = a - b * quotient;
        return Normalised(quotient, (double)rest / b.High);
    }

    /// <summary>The square root of a positive number: one Newton step from that of its high part.</summary>
    internal static DoubleDouble Sqrt(DoubleDouble a)
    {
        var root = Math.Sqrt(a.High);
        var rest = a - Product(root, root);
        return Normalised(root, (double)rest / (2 * root));
    }

    /// <summary>eᵃ: Taylor's series of (a - k log 2)/2⁸, squared eight times; 0 or ∞ out of range.</summary>
    internal static DoubleDouble Exp(DoubleDouble a)
    {
        if (!(Math.Abs(a.High) < 708))
            return Math.Exp(a.High);
        var doublings = Math.Round(a.High / Log2.High);
        var rest = a - doublings * Log2;
        var part = new DoubleDouble(rest.High / 256, rest.Low / 256);
        DoubleDouble less = 0; // eˣ - 1, which keeps its digits when squared
        for (var k = 11; k >= 1; k--)
            less = part * (1 + less) / k;
        for (var k = 0; k < 8; k++)
            less = less * (2 + less);
        var power = 1 + less;
        return new(Math.ScaleB(power.High, (int)doublings), Math.ScaleB(power.Low, (int)doublings));
    }

    /// <summary>The logarithm of a positive number: one Newton step from that of its high part.</summary>
    internal static DoubleDouble Log(DoubleDouble a)
    {
        var log = Math.Log(a.High);
        return Math.Abs(log) < 708 ? Sum(log, (double)(a * Exp(-log) - 1)) : log;
    }

    private static readonly DoubleDouble Log2 = new(0.6931471805599453, 2.3190468138462996e-17);

    /// <summary>high + low with |low| at most half an ulp of high; |high| ≥ |low| is asked.</summary>
    internal static DoubleDouble Normalised(double high, double low)
    {
        var sum = high + low;
        return new(sum, low - (sum - high));
    }
}
