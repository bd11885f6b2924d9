using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>The logistic loss ℓ(m) = log(1 + e⁻ᵐ) of margins m, summed over samples.</summary>
/// <remarks>
/// With a = e^{-|m|}: ℓ' = -e^{-max(m,0)}/(1 + a), ℓ'' = a/(1 + a)², ℓ''' = -ℓ'' tanh(m/2). None of these cancels,
/// over- or underflows before the number itself does. Relative error of a derivative: a few ulp, and the rounding
/// of -m - logScale.
/// </remarks>
public sealed class LogisticLoss : ILoss
{
    /// <inheritdoc/>
    public double LogValue(ReadOnlySpan<double> outputs)
    {
        if (outputs.IsEmpty)
            return double.NegativeInfinity;
        var at = LogDomain.IndexOfLargest(outputs, -1.0);
        if (-outputs[at] < LogDomain.NegligibleExponent)
            return LogDomain.LogSumExp(outputs, -1.0);
        // Ratios to the largest term: no overflow at margins of -1e300, and the largest ratio, 1, stays out.
        var largest = LogDomain.Softplus(-outputs[at]);
        var others = 0.0;
        var compensation = 0.0;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (i == at)
                continue;
            var term = LogDomain.Softplus(-outputs[i]) / largest - compensation;
            var next = others + term;
            compensation = (next - others) - term;
            others = next;
        }
        return Math.Log(largest) + LogDomain.Log1p(others);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        var i = 0;
        for (; i <= outputs.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var margins = Vector256.Create(outputs[i..]);
            var numerators = Vector256.Exp(
                -Vector256.Max(margins, Vector256<double>.Zero) - Vector256.Create(logScale)
            );
            var denominators = Vector256<double>.One + Vector256.Exp(-Vector256.Abs(margins));
            (-numerators / denominators).CopyTo(outputWeights[i..]);
        }
        for (; i < outputs.Length; i++)
        {
            var margin = outputs[i];
            outputWeights[i] =
                -Math.Exp(-Math.Max(margin, 0.0) - logScale) / (1.0 + Math.Exp(-Math.Abs(margin)));
        }
    }

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        var i = 0;
        for (; i <= outputs.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var magnitudes = Vector256.Abs(Vector256.Create(outputs[i..]));
            var denominators = Vector256<double>.One + Vector256.Exp(-magnitudes);
            var numerators = Vector256.Exp(-magnitudes - Vector256.Create(logScale));
            (numerators / (denominators * denominators)).CopyTo(outputWeights[i..]);
        }
        for (; i < outputs.Length; i++)
            outputWeights[i] = SecondDerivative(outputs[i], logScale);
    }

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
            outputWeights[i] = -Math.Tanh(0.5 * outputs[i]) * SecondDerivative(outputs[i], logScale);
    }

    private static double SecondDerivative(double margin, double logScale)
    {
        var magnitude = Math.Abs(margin);
        var denominator = 1.0 + Math.Exp(-magnitude);
        return Math.Exp(-magnitude - logScale) / (denominator * denominator);
    }
}
