namespace ImplicitBias.Numerics;

/// <summary>The open sets on which potentials live.</summary>
public enum PotentialDomain
{
    /// <summary>Every point.</summary>
    Space,

    /// <summary>wⱼ > 0.</summary>
    PositiveOrthant,

    /// <summary>wⱼ > 0 and Σ wⱼ = 1.</summary>
    Simplex,

    /// <summary>Symmetric positive definite matrices, row by row.</summary>
    PositiveDefinite,
}

/// <summary>
/// A strictly convex potential ψ and its conjugate ψ*(z) = sup z·w - ψ(w): the geometry of mirror flow
/// d∇ψ(w)/dt = -∇L(w) and of the Bregman projection that it converges to.
/// </summary>
/// <remarks>
/// The mirror map ∇ψ takes a point w of the interior of the domain to its dual z; its inverse is ∇ψ*. Arguments outside
/// give NaN or an infinity, never an exception; <see cref="Contains"/> and <see cref="ContainsDual"/> say beforehand.
/// (Nemirovski and Yudin 1983; Beck and Teboulle 2003, Operations Research Letters 31.)
/// </remarks>
public interface IPotential
{
    /// <summary>As in "hypentropy of scale 0.02".</summary>
    string Name { get; }

    /// <summary>
    /// Whether ∇²ψ is zero or infinite somewhere inside the domain, so that a flow is run in dual coordinates.
    /// </summary>
    bool IsDegenerate { get; }

    /// <summary>Where ψ is finite.</summary>
    PotentialDomain Domain { get; }

    /// <summary>Whether w is in the interior of the domain.</summary>
    bool Contains(ReadOnlySpan<double> point);

    /// <summary>Whether z is the dual of a point.</summary>
    bool ContainsDual(ReadOnlySpan<double> dual);

    /// <summary>ψ(w).</summary>
    double Value(ReadOnlySpan<double> point);

    /// <summary>ψ*(z).</summary>
    double Conjugate(ReadOnlySpan<double> dual);

    /// <summary>dual ← ∇ψ(w), length d.</summary>
    void MirrorMap(ReadOnlySpan<double> point, Span<double> dual);

    /// <summary>point ← ∇ψ*(z), length d.</summary>
    void InverseMap(ReadOnlySpan<double> dual, Span<double> point);

    /// <summary>hessian ← ∇²ψ(w), row-major d×d.</summary>
    void Hessian(ReadOnlySpan<double> point, Span<double> hessian);

    /// <summary>
    /// root ← R, row-major d×d with ∇²ψ*(z) = RRᵀ; at z = ∇ψ(w) that is the inverse of ∇²ψ(w). A root, because a
    /// least-squares problem with it keeps digits that its square would lose.
    /// </summary>
    void DualHessianRoot(ReadOnlySpan<double> dual, Span<double> root);

    /// <summary>D(w, v) = ψ(w) - ψ(v) - ∇ψ(v)·(w - v) ≥ 0.</summary>
    double Divergence(ReadOnlySpan<double> point, ReadOnlySpan<double> origin);
}
