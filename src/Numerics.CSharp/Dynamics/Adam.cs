using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv 1412.6980) with the full gradient of a summed loss and a fixed step; t counts iterations.
/// Every coordinate is divided by a size of its own, so the iterates leave the span of the data.
/// </summary>
/// <param name="model">f(θ; xᵢ), or residuals.</param>
/// <param name="loss">Summed, not averaged, which changes nothing but ε.</param>
/// <param name="stepSize">η > 0. β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸ are those of the paper.</param>
public sealed class Adam(IModel model, ILoss loss, double stepSize) : IDynamics
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    /// <inheritdoc/>
    /// <remarks>A reading between two iterations is taken at the nearest one, and its LogTime says which.</remarks>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(model, start, logTimes, accuracy);
        var point = start.ToArray();
        var (first, second, gradient) = (
            new double[point.Length],
            new double[point.Length],
            new double[point.Length]
        );
        var (outputs, weights) = (new double[model.SampleCount], new double[model.SampleCount]);
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var iteration = 0L;
        foreach (var logTime in logTimes)
        {
            for (var reading = Math.Max(1, Math.Round(Math.Exp(logTime))); iteration < reading; )
            {
                if (cancellation.IsCancellationRequested)
                    return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.Cancelled);
                iteration++;
                model.Predict(point, outputs);
                loss.Gradient(outputs, 0, weights);
                model.Pullback(point, weights, gradient);
                var (firstBias, secondBias) = (
                    1 - Math.Pow(FirstDecay, iteration),
                    1 - Math.Pow(SecondDecay, iteration)
                );
                for (var j = 0; j < point.Length; j++)
                {
                    first[j] += (1 - FirstDecay) * (gradient[j] - first[j]);
                    second[j] += (1 - SecondDecay) * (gradient[j] * gradient[j] - second[j]);
                    point[j] -=
                        stepSize * (first[j] / firstBias) / (Math.Sqrt(second[j] / secondBias) + Epsilon);
                }
            }
            foreach (var parameter in point)
                if (!double.IsFinite(parameter))
                    return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.NonFinite);
            snapshots.Add(PairedRun.Take(model, loss, Math.Log(iteration), point, 0));
        }
        return new Trajectory(snapshots.ToImmutable(), iteration, Outcome.ReachedHorizon);
    }
}
