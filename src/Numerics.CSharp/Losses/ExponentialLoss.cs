using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>The exponential loss ℓ(m) = e⁻ᵐ of margins m, summed over samples.</summary>
/// <remarks>
/// Every derivative is ±ℓ itself. A result is finite wherever the number it stands for fits a double: at
/// logScale = LogValue always, at logScale = 0 for margins above -709. Relative error of a derivative: a few
/// ulp, and the rounding of -m - logScale.
/// </remarks>
public sealed class ExponentialLoss : ILoss
{
    /// <inheritdoc/>
    public double LogValue(ReadOnlySpan<double> outputs) => LogDomain.LogSumExp(outputs, -1.0);

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Fill(outputs, logScale, -1.0, outputWeights);

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Fill(outputs, logScale, 1.0, outputWeights);

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Fill(outputs, logScale, -1.0, outputWeights);

    private static void Fill(
        ReadOnlySpan<double> margins,
        double logScale,
        double sign,
        Span<double> outputWeights
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, margins.Length);
        var i = 0;
        for (; i <= margins.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var exponents = -Vector256.Create(margins[i..]) - Vector256.Create(logScale);
            (sign * Vector256.Exp(exponents)).CopyTo(outputWeights[i..]);
        }
        for (; i < margins.Length; i++)
            outputWeights[i] = sign * Math.Exp(-margins[i] - logScale);
    }
}
