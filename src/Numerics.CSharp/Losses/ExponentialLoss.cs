using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>The exponential loss ℓ(m) = e⁻ᵐ of margins m, summed over samples.</summary>
/// <remarks>
/// Every derivative is ±ℓ itself. A result is finite wherever the number it stands for fits a double: at
/// logScale = LogValue always, at logScale = 0 for margins above -709. Relative error of a derivative: a few
/// ulp, and the rounding of -m - logScale.
/// </remarks>
public sealed class ExponentialLoss : ISlopedLoss
{
    /// <inheritdoc/>
    public double LogValue(ReadOnlySpan<double> outputs) => LogDomain.LogSumExp(outputs, -1.0);

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Slope.Fill<Odd>(outputs, logScale, outputWeights);

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Slope.Fill<Even>(outputs, logScale, outputWeights);

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Slope.Fill<Odd>(outputs, logScale, outputWeights);

    GradientPass ISlopedLoss.Bind<TRows>(TRows rows) => new GradientPass<TRows, Odd, Odd>(rows);

    /// <summary>The odd derivatives, -e^{-m - logScale}.</summary>
    private readonly struct Odd : ISlope<Odd>
    {
        private readonly double logScale;

        private Odd(double logScale) => this.logScale = logScale;

        public static Odd At(double logScale) => new(logScale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> margins) =>
            -Elementary.Exp(-margins - Vector512.Create(logScale));
    }

    /// <summary>The even derivatives, e^{-m - logScale}.</summary>
    private readonly struct Even : ISlope<Even>
    {
        private readonly double logScale;

        private Even(double logScale) => this.logScale = logScale;

        public static Even At(double logScale) => new(logScale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> margins) =>
            Elementary.Exp(-margins - Vector512.Create(logScale));
    }
}
