namespace ImplicitBias.Numerics;

/// <summary>
/// The square loss ℓ(r) = r²/2 of residuals r, summed over samples: L(w) = ½‖Xw - y‖². Outputs are residuals, targets
/// folded in, as the outputs of a margin loss are margins, labels folded in: see <see cref="ResidualModel"/>.
/// </summary>
/// <remarks>
/// Convention: the sum, with the factor ½, so that ∇L = Xᵀ(Xw - y). Without ½ time runs twice as fast, with the mean n
/// times slower; limits of flows do not depend on it.
/// </remarks>
public sealed class SquareLoss : ILoss
{
    /// <summary>log L = log Σ rᵢ²/2; -∞ where every residual is zero. Residuals up to 1e300 do not overflow.</summary>
    public double LogValue(ReadOnlySpan<double> outputs)
    {
        var largest = 0.0;
        foreach (var residual in outputs)
            largest = Math.Max(largest, Math.Abs(residual));
        if (largest == 0)
            return double.NegativeInfinity;
        var sum = 0.0;
        foreach (var residual in outputs)
            sum += residual / largest * (residual / largest);
        return 2 * Math.Log(largest) + Math.Log(sum / 2);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        var factor = Math.Exp(-logScale);
        for (var i = 0; i < outputs.Length; i++)
            outputWeights[i] = factor * outputs[i];
    }

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        outputWeights.Fill(Math.Exp(-logScale));
    }

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, outputs.Length);
        outputWeights.Clear();
    }
}
