using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// The stochastic gradient (n/B) Σ ∇ℓ over the B rows of a batch, an unbiased estimate of ∇L: a step size means the same as
/// in full-batch descent.
/// </summary>
/// <remarks>A linear model reads the rows of the batch only; any other model predicts and pulls back all of them.</remarks>
internal sealed class BatchGradient
{
    private readonly IModel model;
    private readonly ILoss loss;
    private readonly BatchOrder order;
    private readonly IBatchRows? rows;
    private readonly GradientPass? pass;
    private readonly double[] outputs;
    private readonly double[] weights;
    private readonly double[] chosen;

    internal BatchGradient(IModel model, ILoss loss, Batches batches)
    {
        this.model = model;
        this.loss = loss;
        order = new BatchOrder(batches, model.SampleCount);
        if (model is IOnePassModel one && loss is ISlopedLoss sloped)
        {
            rows = one.Gather(batches.Size);
            pass = rows.Bind(sloped);
        }
        var length = pass is null ? model.SampleCount : 0;
        (outputs, weights, chosen) = (new double[length], new double[length], new double[length]);
    }

    /// <summary>gradient ← the stochastic gradient of iteration k at θ.</summary>
    internal void Fill(long iteration, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var batch = order.Rows(iteration);
        if (pass is not null)
        {
            rows!.Take(batch);
            pass.Run(parameters, 0, gradient);
        }
        else
        {
            model.Predict(parameters, outputs);
            loss.Gradient(outputs, 0, weights);
            Array.Clear(chosen);
            foreach (var row in batch)
                chosen[row] += weights[row];
            model.Pullback(parameters, chosen, gradient);
        }
        var scale = (double)model.SampleCount / batch.Length;
        foreach (ref var slope in gradient)
            slope *= scale;
    }
}
