namespace ImplicitBias.Numerics;

/// <summary>A model whose second derivative is affordable: what an implicit step in θ needs.</summary>
public interface ICurvedModel : IModel
{
    /// <summary>
    /// hessian ← Jᵀ diag(curvatures) J + Σᵢ outputWeights[i] ∇²f(xᵢ), row-major p×p: the Hessian of a loss with first
    /// and second derivatives outputWeights and curvatures at the outputs.
    /// </summary>
    void Hessian(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        ReadOnlySpan<double> curvatures,
        Span<double> hessian
    );
}
