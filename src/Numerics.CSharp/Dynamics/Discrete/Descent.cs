using System.Runtime.CompilerServices;

namespace ImplicitBias.Numerics;

/// <summary>
/// The one stepping loop of discrete dynamics: the iterates of a method on a summed loss, full-batch or stochastic, made one
/// after the other. Compiled for its method; nothing is allocated after it is made. One thread at a time.
/// </summary>
/// <typeparam name="TMethod">What an iteration does with a gradient.</typeparam>
public sealed class Descent<TMethod>
    where TMethod : struct, IDescentMethod<TMethod>
{
    /// <summary>Iterations between two looks at the cancellation token and at the clock.</summary>
    private const long Stride = 1 << 10;

    private readonly TMethod method;
    private readonly string run;
    private readonly LossGradient? full;
    private readonly RelativeLoss? relative;
    private readonly BatchGradient? stochastic;
    private readonly double[] parameters;
    private readonly double[] memory;
    private readonly double[] point;
    private readonly double[] gradient;

    /// <summary>At iteration 0.</summary>
    /// <param name="model">f(θ; xᵢ).</param>
    /// <param name="loss">Summed, not averaged.</param>
    /// <param name="method">As in <c>new HeavyBall(0.1, 0.9)</c>.</param>
    /// <param name="start">θ₀, length p, finite.</param>
    /// <param name="batches">The rows of each step; null for all of them.</param>
    /// <exception cref="ArgumentException">
    /// The start has another length or is not finite, a batch is empty or too large, or batches are asked of a method that
    /// needs the gradient of log L, which no batch knows.
    /// </exception>
    public Descent(
        IModel model,
        ILoss loss,
        TMethod method,
        ReadOnlySpan<double> start,
        Batches? batches = null
    )
    {
        PairedRun.RequireStart(model, start);
        if (batches is not null && TMethod.IsRelative)
            throw new ArgumentException($"{method} needs the whole loss; it cannot be run in batches.");
        this.method = method;
        run =
            $"{method}, {batches?.ToString() ?? "full batch"}, {loss.GetType().Name}, {model.SampleCount} outputs, "
            + $"{start.Length} parameters, {Fingerprint.Of(model, loss, start)}";
        if (batches is not null)
            stochastic = new BatchGradient(model, loss, batches);
        else if (TMethod.IsRelative)
            relative = new RelativeLoss(model, loss);
        else
            full = new LossGradient(model, loss);
        parameters = start.ToArray();
        memory = new double[TMethod.MemoryPerParameter * start.Length];
        TMethod.Begin(method, parameters, memory);
        point = new double[start.Length];
        gradient = new double[start.Length];
    }

    /// <summary>Iterations made.</summary>
    public long Iteration { get; private set; }

    /// <summary>θ at this iteration.</summary>
    public ReadOnlySpan<double> Parameters => parameters;

    /// <summary>What the method remembers: MemoryPerParameter blocks of p numbers.</summary>
    public ReadOnlySpan<double> Memory => memory;

    /// <summary>Whether every parameter is finite.</summary>
    public bool IsFinite
    {
        get
        {
            foreach (var parameter in parameters)
                if (!double.IsFinite(parameter))
                    return false;
            return true;
        }
    }

    /// <summary>One iteration. What overflows is not noticed here: see <see cref="IsFinite"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        ReadOnlySpan<double> at = parameters;
        if (TMethod.LooksAhead)
        {
            TMethod.LookAhead(method, parameters, memory, point);
            at = point;
        }
        if (full is not null)
            full.Fill(at, 0, gradient);
        else if (stochastic is not null)
            stochastic.Fill(Iteration, at, gradient);
        else
            FillRelative(at);
        method.Update(Iteration, gradient, parameters, memory);
        Iteration++;
    }

    /// <summary>
    /// Iterations up to this one. Looks every 1024 of them whether to go on: not if cancelled, and not with a parameter that
    /// is infinite or NaN.
    /// </summary>
    /// <param name="iteration">The iteration to reach; nothing is done if it has been.</param>
    /// <param name="pause">Called at each look, for progress or a checkpoint; null for neither.</param>
    /// <param name="cancellation">Ends the iterations with <see cref="Outcome.Cancelled"/>.</param>
    /// <returns>ReachedHorizon at that iteration; NonFinite or Cancelled at the look that found it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Outcome Advance(long iteration, Action? pause = null, CancellationToken cancellation = default)
    {
        while (Iteration < iteration)
        {
            var look = Math.Min(iteration, (Iteration / Stride + 1) * Stride);
            while (Iteration < look)
                Step();
            if (!IsFinite)
                return Outcome.NonFinite;
            pause?.Invoke();
            if (cancellation.IsCancellationRequested && Iteration < iteration)
                return Outcome.Cancelled;
        }
        return Outcome.ReachedHorizon;
    }

    /// <summary>Everything the next iteration depends on, copied; no readings.</summary>
    public Checkpoint Save() => new(run, Iteration, [.. parameters], [.. memory], []);

    /// <summary>Goes on from a checkpoint, to the same bits as if the run had never stopped.</summary>
    /// <exception cref="ArgumentException">
    /// The checkpoint is of another run: method, batches, loss, model, data or start differ.
    /// </exception>
    public void Restore(Checkpoint checkpoint)
    {
        if (checkpoint.Run != run)
            throw new ArgumentException(
                $"The checkpoint is of another run: '{checkpoint.Run}', not '{run}'."
            );
        if (checkpoint.Parameters.Length != parameters.Length || checkpoint.Memory.Length != memory.Length)
            throw new ArgumentException(
                $"The checkpoint has {checkpoint.Parameters.Length} parameters and {checkpoint.Memory.Length} numbers "
                    + $"remembered; the run has {parameters.Length} and {memory.Length}."
            );
        checkpoint.Parameters.CopyTo(parameters);
        checkpoint.Memory.CopyTo(memory);
        Iteration = checkpoint.Iteration;
    }

    private void FillRelative(ReadOnlySpan<double> at)
    {
        relative!.MoveTo(at);
        var descent = relative.Gradient; // -∇ log L
        for (var j = 0; j < gradient.Length; j++)
            gradient[j] = -descent[j];
    }
}
