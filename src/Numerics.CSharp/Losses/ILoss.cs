namespace ImplicitBias.Numerics;

/// <summary>
/// A loss summed (never averaged) over the outputs, accurate in the log domain: finite at margins where exp
/// would under- or overflow.
/// </summary>
/// <remarks>
/// For margin losses ℓ the outputs are margins mᵢ = yᵢ f(xᵢ), labels folded in. With logScale = LogValue the
/// three derivative calls give the derivatives relative to L, without ever forming L; with logScale = 0 the
/// ordinary ones. So one loss serves every clock.
/// </remarks>
public interface ILoss
{
    /// <summary>log L = log Σᵢ ℓ(mᵢ), natural logarithm, within four ulp of max(|log L|, 1).</summary>
    /// <param name="outputs">m, length n ≥ 1.</param>
    double LogValue(ReadOnlySpan<double> outputs);

    /// <summary>First derivative: e^{-logScale} ℓ'(mᵢ), per output.</summary>
    void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights);

    /// <summary>Second derivative: e^{-logScale} ℓ''(mᵢ), per output.</summary>
    void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights);

    /// <summary>Third derivative: e^{-logScale} ℓ'''(mᵢ), per output. The passage from gradient descent to flow needs it.</summary>
    void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights);
}
