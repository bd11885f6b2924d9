using System.Runtime.CompilerServices;

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

    /// <summary>Room for a batch of rows.</summary>
    IBatchRows Gather(int capacity);
}

/// <summary>Some rows of a model, others at each step of a stochastic method.</summary>
internal interface IBatchRows
{
    /// <summary>Makes these the rows.</summary>
    void Take(ReadOnlySpan<int> indices);

    /// <summary>The pass over them for this loss.</summary>
    GradientPass Bind(ISlopedLoss loss);
}

/// <summary>The gradient of one loss over the rows of one model, in one pass.</summary>
internal abstract class GradientPass
{
    /// <summary>gradient ← e^{-logScale} ∇L(w) = Zᵀ e^{-logScale} ℓ'(Zw).</summary>
    internal abstract void Run(ReadOnlySpan<double> parameters, double logScale, Span<double> gradient);
}

/// <summary>Compiled for these rows, and for the slope with and without a scale.</summary>
internal sealed class GradientPass<TRows, TPlain, TScaled>(TRows rows) : GradientPass
    where TRows : struct, IRows
    where TPlain : struct, ISlope<TPlain>
    where TScaled : struct, ISlope<TScaled>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Run(ReadOnlySpan<double> parameters, double logScale, Span<double> gradient)
    {
        if (logScale == 0)
            rows.Run(new Descending<TPlain>(TPlain.At(0)), parameters, gradient);
        else
            rows.Run(new Descending<TScaled>(TScaled.At(logScale)), parameters, gradient);
    }
}
