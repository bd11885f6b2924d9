using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror descent ∇ψ(θₖ₊₁) = ∇ψ(θₖ) - η∇L(θₖ) + μ (∇ψ(θₖ) - ∇ψ(θₖ₋₁)) with a fixed step; t counts iterations. With the
/// Euclidean potential it is gradient descent, with momentum μ the heavy ball (Polyak 1964).
/// </summary>
/// <remarks>
/// The dual is carried from one iteration to the next, so that it moves by the gradient and by nothing else; it is added up
/// with compensation. The effect of rounding is measured by a second copy that adds without, and whose gradients are taken at
/// points with the last bit changed, up and down in turn.
/// </remarks>
public sealed class MirrorDescent : IDynamics
{
    /// <summary>Iterations between two looks at the cancellation token.</summary>
    private const long Stride = 1 << 10;

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
        if (!(stepSize > 0) || !double.IsFinite(stepSize))
            throw new ArgumentOutOfRangeException(
                nameof(stepSize),
                stepSize,
                "A step size is positive and finite."
            );
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
        var disturbed = new Copy(this, start, isDisturbed: true);
        var run = new Copy(this, start, isDisturbed: false);
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var distance = 0.0; // the largest so far: an error across the data never shrinks
        var iteration = 0L;
        foreach (var logTime in logTimes)
        {
            for (var reading = Math.Max(1, Math.Round(Math.Exp(logTime))); iteration < reading; iteration++)
            {
                if (iteration % Stride == 0 && cancellation.IsCancellationRequested)
                    return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.Cancelled);
                disturbed.Step(iteration);
                run.Step(iteration);
            }
            for (var j = 0; j < start.Length; j++)
                distance = Math.Max(distance, Math.Abs(disturbed.Point[j] - run.Point[j]));
            if (!double.IsFinite(distance))
                return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.NonFinite);
            snapshots.Add(PairedRun.Take(model, loss, Math.Log(iteration), run.Point, distance));
        }
        return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.ReachedHorizon);
    }

    internal static void RequireInside(IPotential potential, ReadOnlySpan<double> start)
    {
        if (!potential.Contains(start))
            throw new ArgumentException(
                $"The start is not inside the domain of the {potential.Name} potential."
            );
    }

    /// <summary>One copy of the iteration.</summary>
    private sealed class Copy
    {
        private readonly MirrorDescent method;
        private readonly bool isDisturbed;
        private readonly double[] dual;
        private readonly double[] lost; // what rounding took from the dual
        private readonly double[] velocity;
        private readonly double[] gradient;
        private readonly double[] outputs;
        private readonly double[] weights;

        internal Copy(MirrorDescent method, ReadOnlySpan<double> start, bool isDisturbed)
        {
            this.method = method;
            this.isDisturbed = isDisturbed;
            Point = start.ToArray();
            dual = new double[start.Length];
            method.potential.MirrorMap(start, dual);
            lost = new double[start.Length];
            velocity = method.Velocity is { } given ? (double[])given.Clone() : new double[start.Length];
            gradient = new double[start.Length];
            outputs = new double[method.model.SampleCount];
            weights = new double[method.model.SampleCount];
        }

        internal double[] Point { get; }

        internal void Step(long iteration)
        {
            if (isDisturbed)
                for (var j = 0; j < Point.Length; j++)
                    Point[j] *= 1 + (j % 2 == 0 ? Rounding.Unit : -Rounding.Unit);
            method.model.Predict(Point, outputs);
            method.loss.Gradient(outputs, 0, weights);
            if (method.Seed is { } seed)
            {
                var sample = new SampleOrder(seed, weights.Length)[iteration];
                var weight = weights[sample];
                Array.Clear(weights);
                weights[sample] = weight;
            }
            method.model.Pullback(Point, weights, gradient);
            for (var j = 0; j < dual.Length; j++)
            {
                velocity[j] = method.Momentum * velocity[j] - method.StepSize * gradient[j];
                if (isDisturbed)
                {
                    dual[j] += velocity[j];
                    continue;
                }
                var increment = velocity[j] - lost[j]; // Kahan 1965
                var sum = dual[j] + increment;
                lost[j] = sum - dual[j] - increment;
                dual[j] = sum;
            }
            method.potential.InverseMap(dual, Point);
        }
    }
}
