namespace ImplicitBias.Numerics;

/// <summary>
/// A loss with a polynomial tail of margins m, summed over samples: ℓ(m) = (1 + m)⁻ᵏ for m ≥ 0, continued to m &lt; 0
/// by its own Taylor polynomial at 0, ℓ(m) = 1 + k u + k(k+1)/2 u² + k(k+1)(k+2)/6 u³ with u = -m.
/// </summary>
/// <remarks>
/// Convex, strictly decreasing and three times continuously differentiable. Its tail is too heavy for gradient
/// descent to find the max-margin direction (Nacson, Lee, Gunasekar, Savarese, Srebro, Soudry 2018,
/// arXiv 1803.01905, treat the tails that are light enough), which makes it a negative control. Everything is
/// evaluated through logarithms, so that margins of ±1e300 are ordinary: relative error of a derivative a few ulp
/// times 1 + |log of the derivative| + |logScale|.
/// </remarks>
public sealed class PolynomialTailLoss : ILoss
{
    // k(k+1)...(k+j-1) = |j-th derivative of ℓ at 0|, j = 1, 2, 3.
    private readonly double rising1;
    private readonly double rising2;
    private readonly double rising3;
    private readonly double logRising1;
    private readonly double logRising2;
    private readonly double logRising3;

    /// <summary>The loss whose tail is m⁻ᵏ, k = degree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not a finite number above 0.</exception>
    public PolynomialTailLoss(double degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree);
        if (!double.IsFinite(degree))
            throw new ArgumentOutOfRangeException(nameof(degree), degree, "The degree must be finite.");
        Degree = degree;
        rising1 = degree;
        rising2 = degree * (degree + 1.0);
        rising3 = rising2 * (degree + 2.0);
        logRising1 = Math.Log(rising1);
        logRising2 = Math.Log(rising2);
        logRising3 = Math.Log(rising3);
    }

    /// <summary>k, the exponent of the tail.</summary>
    public double Degree { get; }

    /// <inheritdoc/>
    public double LogValue(ReadOnlySpan<double> outputs)
    {
        if (outputs.IsEmpty)
            return double.NegativeInfinity;
        var at = LogDomain.IndexOfLargest(outputs, -1.0);
        var largest = LogLoss(outputs[at]);
        if (!double.IsFinite(largest))
            return largest;
        var others = 0.0;
        var compensation = 0.0;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (i == at)
                continue;
            var term = Math.Exp(LogLoss(outputs[i]) - largest) - compensation;
            var next = others + term;
            compensation = (next - others) - term;
            others = next;
        }
        return largest + LogDomain.Log1p(others);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
        {
            var margin = outputs[i];
            var log =
                margin >= 0.0
                    ? LogTail(logRising1, 1.0, margin)
                    : LogPolynomial(-margin, [rising1, rising2, rising3 / 2.0]);
            outputWeights[i] = -Math.Exp(log - logScale);
        }
    }

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
        {
            var margin = outputs[i];
            var log =
                margin >= 0.0 ? LogTail(logRising2, 2.0, margin) : LogPolynomial(-margin, [rising2, rising3]);
            outputWeights[i] = Math.Exp(log - logScale);
        }
    }

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
            outputWeights[i] = -Math.Exp(LogTail(logRising3, 3.0, Math.Max(outputs[i], 0.0)) - logScale);
    }

    private double LogLoss(double margin) =>
        margin >= 0.0
            ? LogTail(0.0, 0.0, margin)
            : LogPolynomial(-margin, [1.0, rising1, rising2 / 2.0, rising3 / 6.0]);

    /// <summary>log of factor·(1 + m)^{-(k + order)}, m ≥ 0.</summary>
    private double LogTail(double logFactor, double order, double margin) =>
        logFactor - (Degree + order) * LogDomain.Log1p(margin);

    /// <summary>log(c₀ + c₁u + c₂u² + ...) for u ≥ 0 and c &gt; 0, also where the powers of u overflow.</summary>
    private static double LogPolynomial(double u, ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        if (u <= 1.0)
        {
            for (var power = coefficients.Length - 1; power >= 0; power--)
                sum = sum * u + coefficients[power];
            return Math.Log(sum);
        }
        // The highest power goes in front; what remains is a polynomial in 1/u.
        foreach (var coefficient in coefficients)
            sum = sum / u + coefficient;
        return (coefficients.Length - 1) * Math.Log(u) + Math.Log(sum);
    }
}
