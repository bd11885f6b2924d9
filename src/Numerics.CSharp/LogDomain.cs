using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>A real number held as its sign (-1, 0, 1) and the natural logarithm of its magnitude.</summary>
/// <param name="Sign">-1, 0 or 1; 0 goes with a LogMagnitude of -∞.</param>
/// <param name="LogMagnitude">log |x|.</param>
public readonly record struct SignedLog(int Sign, double LogMagnitude)
{
    /// <summary>0: sign 0, log magnitude -∞.</summary>
    public static SignedLog Zero => new(0, double.NegativeInfinity);

    /// <summary>A double in this form; NaN stays NaN in LogMagnitude.</summary>
    public static SignedLog FromValue(double value) =>
        value == 0.0 ? Zero : new(value < 0.0 ? -1 : 1, Math.Log(Math.Abs(value)));

    /// <summary>The double again; ±∞ or 0 where it over- or underflows.</summary>
    public double ToValue() => Sign == 0 ? 0.0 : Sign * Math.Exp(LogMagnitude);
}

/// <summary>
/// Sums and products of numbers known by their natural logarithms, without ever forming the numbers. The only
/// place where log-sum-exp and its relatives are written.
/// </summary>
/// <remarks>
/// Error, unless a member says otherwise: a few ulp of max(|result|, 1) for every finite argument up to the end
/// of the range. NaN in, NaN out. .NET's own double.LogP1 and double.ExpM1 are log(x + 1) and exp(x) - 1 as
/// written and lose every digit near 0, hence the two at the top.
/// </remarks>
public static class LogDomain
{
    /// <summary>log(1 + x) for x ≥ -1, a few ulp of the result also near 0 (W. Kahan's correction of 1 + x).</summary>
    public static double Log1p(double x)
    {
        var shifted = 1.0 + x;
        if (shifted == 1.0)
            return x;
        return double.IsPositiveInfinity(shifted) ? shifted : Math.Log(shifted) * (x / (shifted - 1.0));
    }

    /// <summary>exp(x) - 1, a few ulp of the result also near 0 (W. Kahan's correction of exp x).</summary>
    public static double Expm1(double x)
    {
        var exponential = Math.Exp(x);
        if (exponential == 1.0)
            return x;
        var difference = exponential - 1.0;
        if (difference == -1.0 || double.IsPositiveInfinity(exponential))
            return difference;
        return difference * (x / Math.Log(exponential));
    }

    /// <summary>log(1 + eˣ), a few ulp of the result: eˣ for x far below 0, x far above.</summary>
    public static double Softplus(double x) => Math.Max(x, 0.0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>log log(1 + eˣ): x itself far below 0, where log(1 + eˣ) would underflow.</summary>
    public static double LogSoftplus(double x) => x < NegligibleExponent ? x : Math.Log(Softplus(x));

    /// <summary>
    /// Below this x, log(1 + eˣ) = eˣ (1 - eˣ/2 + ...) is eˣ to double precision: e⁻³⁷/2 is under half an ulp of 1.
    /// </summary>
    internal const double NegligibleExponent = -37.0;

    /// <summary>log(1 - eˣ) for x ≤ 0; -∞ at 0, NaN above.</summary>
    public static double LogOneMinusExp(double x) =>
        // Either form alone cancels at one end; they are equally good at x = -log 2.
        x > -0.6931471805599453
            ? Math.Log(-Expm1(x))
            : Log1p(-Math.Exp(x));

    /// <summary>log(eᵃ + eᵇ).</summary>
    public static double LogAdd(double a, double b)
    {
        var larger = Math.Max(a, b);
        return double.IsFinite(larger) ? larger + Log1p(Math.Exp(Math.Min(a, b) - larger)) : larger;
    }

    /// <summary>log(eᵃ - eᵇ) for a ≥ b; -∞ for a = b, NaN for a &lt; b.</summary>
    /// <remarks>The difference is as well determined as a - b is: relative error of about ulp(a)/(a - b).</remarks>
    public static double LogSubtract(double a, double b)
    {
        if (a == b)
            return double.NegativeInfinity;
        return double.IsNegativeInfinity(b) ? a : a + LogOneMinusExp(b - a);
    }

    /// <summary>x + y of two numbers in signed log form (signed log-add).</summary>
    public static SignedLog Add(SignedLog x, SignedLog y)
    {
        if (x.Sign == 0)
            return y;
        if (y.Sign == 0)
            return x;
        if (x.Sign == y.Sign)
            return new(x.Sign, LogAdd(x.LogMagnitude, y.LogMagnitude));
        if (x.LogMagnitude == y.LogMagnitude)
            return SignedLog.Zero;
        var (larger, smaller) = x.LogMagnitude > y.LogMagnitude ? (x, y) : (y, x);
        return new(larger.Sign, LogSubtract(larger.LogMagnitude, smaller.LogMagnitude));
    }

    /// <summary>log Σᵢ exp(vᵢ); -∞ for no values.</summary>
    public static double LogSumExp(ReadOnlySpan<double> values) => LogSumExp(values, 1.0);

    /// <summary>log Σᵢ exp(sign·vᵢ) for sign = ±1: margins enter an exponential loss with a minus sign.</summary>
    internal static double LogSumExp(ReadOnlySpan<double> values, double sign)
    {
        if (values.IsEmpty)
            return double.NegativeInfinity;
        var at = IndexOfLargest(values, sign);
        var largest = sign * values[at];
        if (!double.IsFinite(largest))
            return largest;
        // The largest term is exactly 1 and stays out of the sum, so that what is added to it keeps its digits.
        var others = SumExp(values[..at], sign, largest) + SumExp(values[(at + 1)..], sign, largest);
        return largest + Log1p(others);
    }

    /// <summary>The index of the largest sign·vᵢ, the first of equals; of the first NaN if there is one.</summary>
    internal static int IndexOfLargest(ReadOnlySpan<double> values, double sign)
    {
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                return i;
            if (sign * values[i] > sign * values[at])
                at = i;
        }
        return at;
    }

    /// <summary>
    /// Σᵢ exp(sign·vᵢ - shift), with compensated summation (W. Kahan), in eight lanes and then across them: the error
    /// does not grow with n.
    /// </summary>
    private static double SumExp(ReadOnlySpan<double> values, double sign, double shift)
    {
        var sum = new CompensatedSum();
        var i = 0;
        for (; i <= values.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            sum.Add(Elementary.Exp(sign * Vector512.Create(values[i..]) - Vector512.Create(shift)));
        for (; i < values.Length; i++)
            sum.Add(Math.Exp(sign * values[i] - shift));
        return sum.Total;
    }
}
