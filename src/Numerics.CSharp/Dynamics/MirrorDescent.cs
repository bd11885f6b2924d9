namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror descent ∇ψ(θₖ₊₁) = ∇ψ(θₖ) - η∇L(θₖ) + μ (∇ψ(θₖ) - ∇ψ(θₖ₋₁)) with a fixed step; t counts iterations. With the
/// Euclidean potential it is gradient descent, with momentum μ the heavy ball (Polyak 1964).
/// </summary>
/// <remarks>
/// The iterations of <see cref="MirrorStep"/>, whose disturbed copy runs beside and measures the effect of rounding.
/// </remarks>
public sealed class MirrorDescent : IDynamics
{
    private readonly IModel model;
    private readonly ILoss loss;
    private readonly IPotential potential;

    /// <summary>Mirror descent on a summed loss.</summary>
    /// <param name="model">f(θ; xᵢ), or residuals.</param>
    /// <param name="loss">Summed, not averaged.</param>
    /// <param name="potential">ψ.</param>
    /// <param name="stepSize">η > 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">stepSize is not positive and finite.</exception>
    public MirrorDescent(IModel model, ILoss loss, IPotential potential, double stepSize)
    {
        RequireStep(stepSize);
        this.model = model;
        this.loss = loss;
        this.potential = potential;
        StepSize = stepSize;
    }

    /// <summary>ψ.</summary>
    public IPotential Potential => potential;

    /// <summary>η.</summary>
    public double StepSize { get; }

    /// <summary>
    /// The seed of stochastic mirror descent, whose step k follows the gradient of the one sample that
    /// <see cref="SampleOrder"/> draws; null for the full gradient.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>μ in [0, 1).</summary>
    public double Momentum { get; init; }

    /// <summary>∇ψ(θ₀) - ∇ψ(θ₋₁), the velocity that momentum starts with; null for zero.</summary>
    public double[]? Velocity { get; init; }

    /// <inheritdoc cref="DiscreteDynamics{TMethod}.Progress"/>
    public IProgress<DescentProgress>? Progress { get; init; }

    /// <inheritdoc cref="DiscreteDynamics{TMethod}.CheckpointFile"/>
    public string? CheckpointFile { get; init; }

    /// <inheritdoc cref="DiscreteDynamics{TMethod}.CheckpointInterval"/>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="DiscreteDynamics{TMethod}.MostIterations"/>
    public long MostIterations { get; init; } = 1L << 40;

    /// <inheritdoc/>
    /// <remarks>A reading between two iterations is taken at the nearest one, and its LogTime says which.</remarks>
    /// <exception cref="ArgumentException">
    /// The start is not in the interior of the potential's domain, or the velocity has another length.
    /// </exception>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        RequireInside(potential, start);
        if (Velocity is not null && Velocity.Length != start.Length)
            throw new ArgumentException(
                $"The velocity has {Velocity.Length} numbers; the model has {start.Length} parameters."
            );
        // The gradient of a batch is n times that of its one sample.
        var step = Seed is null ? StepSize : StepSize / model.SampleCount;
        var batches = Seed is { } seed ? new Batches(Sampling.WithReplacement, 1, seed) : null;
        var method = new MirrorStep(potential, step, Momentum, Velocity, IsDisturbed: false);
        return new DiscreteDynamics<MirrorStep>(model, loss, method, batches)
        {
            Disturbed = method with { IsDisturbed = true },
            Progress = Progress,
            CheckpointFile = CheckpointFile,
            CheckpointInterval = CheckpointInterval,
            MostIterations = MostIterations,
        }.Run(start, logTimes, accuracy, cancellation);
    }

    internal static void RequireStep(double stepSize)
    {
        if (!(stepSize > 0) || !double.IsFinite(stepSize))
            throw new ArgumentOutOfRangeException(
                nameof(stepSize),
                stepSize,
                "A step size is positive and finite."
            );
    }

    internal static void RequireInside(IPotential potential, ReadOnlySpan<double> start)
    {
        if (!potential.Contains(start))
            throw new ArgumentException(
                $"The start is not inside the domain of the {potential.Name} potential."
            );
    }
}
