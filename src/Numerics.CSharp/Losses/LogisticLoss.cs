using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>The logistic loss ℓ(m) = log(1 + e⁻ᵐ) of margins m, summed over samples.</summary>
/// <remarks>
/// With a = e^{-|m|}: ℓ' = -e^{-max(m,0)}/(1 + a), ℓ'' = a/(1 + a)², ℓ''' = -ℓ'' tanh(m/2). None of these cancels,
/// over- or underflows before the number itself does. Relative error of a derivative: a few ulp, and the rounding
/// of -m - logScale; e^{-logScale} ℓ' ends at e^{-709.43}, about 8·10⁻³⁰⁹, however large m + logScale is.
/// </remarks>
public sealed class LogisticLoss : ISlopedLoss
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
        return Math.Log(largest)
            + LogDomain.Log1p(
                SumOfRatios(outputs[..at], largest) + SumOfRatios(outputs[(at + 1)..], largest)
            );
    }

    /// <summary>Σᵢ ℓ(mᵢ)/largest.</summary>
    private static double SumOfRatios(ReadOnlySpan<double> margins, double largest)
    {
        var sum = new CompensatedSum();
        var i = 0;
        for (; i <= margins.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            var m = Vector512.Create(margins[i..]);
            var tail = Elementary.Log1p(Elementary.Exp(-Vector512.Abs(m)));
            sum.Add((Vector512.Max(-m, Vector512<double>.Zero) + tail) / largest);
        }
        for (; i < margins.Length; i++)
            sum.Add(LogDomain.Softplus(-margins[i]) / largest);
        return sum.Total;
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Slope.Fill<First>(outputs, logScale, outputWeights);

    /// <inheritdoc/>
    public void Curvature(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights) =>
        Slope.Fill<Second>(outputs, logScale, outputWeights);

    /// <inheritdoc/>
    public void ThirdDerivative(ReadOnlySpan<double> outputs, double logScale, Span<double> outputWeights)
    {
        Curvature(outputs, logScale, outputWeights);
        for (var i = 0; i < outputs.Length; i++)
            outputWeights[i] *= -Math.Tanh(0.5 * outputs[i]);
    }

    GradientPass ISlopedLoss.Bind<TRows>(TRows rows) => new GradientPass<TRows, FirstUnscaled, First>(rows);

    /// <summary>e^{-logScale} ℓ' = -1/(S + e^{m + logScale}), S = e^{logScale}: one exponential for any scale.</summary>
    private readonly struct First : ISlope<First>
    {
        private readonly double logScale;
        private readonly double scale;

        private First(double logScale)
        {
            this.logScale = logScale;
            scale = logScale == 0 ? 1 : Math.Exp(logScale);
        }

        public static First At(double logScale) => new(logScale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> margins) =>
            Vector512.Create(-1.0)
            / Elementary.AddExp(Vector512.Create(scale), margins + Vector512.Create(logScale));
    }

    /// <summary>ℓ' = -1/(1 + eᵐ): the bits of <see cref="First"/> at logScale = 0, an addition sooner.</summary>
    private readonly struct FirstUnscaled : ISlope<FirstUnscaled>
    {
        public static FirstUnscaled At(double logScale) => new();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> margins) =>
            Vector512.Create(-1.0) / Elementary.AddExp(Vector512<double>.One, margins);
    }

    /// <summary>e^{-logScale} ℓ'' = a e^{-logScale}/(1 + a)², a = e^{-|m|}.</summary>
    private readonly struct Second : ISlope<Second>
    {
        private readonly double logScale;

        private Second(double logScale) => this.logScale = logScale;

        public static Second At(double logScale) => new(logScale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> margins)
        {
            var magnitudes = Vector512.Abs(margins);
            var denominators = Vector512<double>.One + Elementary.Exp(-magnitudes);
            return Elementary.Exp(-magnitudes - Vector512.Create(logScale)) / (denominators * denominators);
        }
    }
}
