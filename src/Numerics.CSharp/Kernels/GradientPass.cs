namespace ImplicitBias.Numerics.Kernels;

/// <summary>Rows that a pass can be made over: dense or sparse.</summary>
internal interface IRows
{
    /// <summary>sums ← Σᵢ weightᵢ zᵢ with the margins at the parameters and the weights of the work.</summary>
    void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
        where TWork : struct, IRowWork;
}

/// <summary>A model that makes the gradient of a loss with a slope in one pass over its rows.</summary>
internal interface IOnePassModel : IModel
{
    /// <summary>The pass for this loss.</summary>
    GradientPass Bind(ISlopedLoss loss);
}

/// <summary>The gradient of one loss over the rows of one model, in one pass.</summary>
internal abstract class GradientPass
{
    /// <summary>gradient ← e^{-logScale} ∇L(w) = Zᵀ e^{-logScale} ℓ'(Zw).</summary>
    internal abstract void Run(ReadOnlySpan<double> parameters, double logScale, Span<double> gradient);
}

/// <summary>Compiled for these rows and this slope.</summary>
internal sealed class GradientPass<TRows, TSlope>(TRows rows) : GradientPass
    where TRows : struct, IRows
    where TSlope : struct, ISlope<TSlope>
{
    internal override void Run(ReadOnlySpan<double> parameters, double logScale, Span<double> gradient) =>
        rows.Run(new Descending<TSlope>(TSlope.At(logScale)), parameters, gradient);
}
