namespace ImplicitBias.Numerics;

/// <summary>
/// What one iteration does with a gradient: a small struct, which the one stepping loop, <see cref="Descent{TMethod}"/>, is
/// compiled for. Its ToString names it and its numbers, and so identifies a run.
/// </summary>
/// <remarks>
/// g is the gradient of the summed loss, of log L for a relative method, or of a batch, scaled to stand for the sum. Numbers outside
/// their stated range are not refused: they make another iteration, usually one that diverges, which the run reports.
/// </remarks>
/// <typeparam name="TSelf">The method itself.</typeparam>
public interface IDescentMethod<TSelf>
    where TSelf : struct, IDescentMethod<TSelf>
{
    /// <summary>Numbers the method remembers per parameter; they start at 0 unless <see cref="Begin"/> says otherwise.</summary>
    static abstract int MemoryPerParameter { get; }

    /// <summary>memory, which is 0, ← what the method remembers at the start.</summary>
    static virtual void Begin(TSelf method, ReadOnlySpan<double> parameters, Span<double> memory) { }

    /// <summary>Whether the gradient is that of log L, ∇L/L, rather than of L.</summary>
    static virtual bool IsRelative => false;

    /// <summary>Whether the gradient is taken at another point than θ.</summary>
    static virtual bool LooksAhead => false;

    /// <summary>point ← where the gradient is taken.</summary>
    static virtual void LookAhead(
        TSelf method,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> memory,
        Span<double> point
    ) => parameters.CopyTo(point);

    /// <summary>The iteration itself, in place.</summary>
    /// <param name="iteration">k = 0, 1, ...</param>
    /// <param name="gradient">g, length p.</param>
    /// <param name="parameters">θ, length p.</param>
    /// <param name="memory">MemoryPerParameter blocks of p numbers.</param>
    void Update(long iteration, ReadOnlySpan<double> gradient, Span<double> parameters, Span<double> memory);
}
