using System.Collections.Immutable;
using ImplicitBias.Numerics.Integrators;
using MathNet.Numerics.LinearAlgebra;

namespace ImplicitBias.Numerics;

/// <summary>
/// What gradient flow of a network of depth L on an exponential tail becomes as t → ∞, in x = log log t and Θ = θ/(log t)^{1/L}:
/// dΘ/dx = v - Θ/L, with v the shortest vector such that ∇fᵢ(Θ)·v ≥ 1 for all points of least margin fᵢ = 1, which stay there.
/// Readings are x, from 0 at the start on.
/// </summary>
/// <remarks>
/// With ℓ = -log L(θ) and p = softmax(-f), gradient flow is exactly dΘ/d log ℓ = G/‖G‖² - Θ/L, G = Σ pᵢ∇fᵢ(Θ), and
/// d log pᵢ/d log ℓ = ℓ (1 - ∇fᵢ(Θ)·G/‖G‖²). So p is ever faster than Θ: it rests where G/‖G‖² = v = Σ μᵢ∇fᵢ and p = μ/Σμ, μ ≥ 0 the
/// multipliers of v, up to O(1/ℓ) over a bounded stretch of log ℓ (Tikhonov 1952). Along v the least margin ascends as steeply
/// as it can, at unit rate.
/// Which points are the nearest is not decided by a threshold: the program asks ∇fᵢ·v ≥ 1 + K (1 - fᵢ) of all, so that a point whose
/// margin is larger is free until it comes as near as O(1/K), and margins below 1 catch up. At fᵢ = 1 that is the same. Where
/// points join or leave, the path moves by O(1/K); rest points and the rates at which they are approached with fᵢ = 1 do not.
/// </remarks>
public sealed class MarginFlow(LinearNetwork network) : IDynamics
{
    private const double FirstStep = 1e-3;

    /// <summary>K. Margins come to rest at the rate 1 + K, which explicit steps of a third of an e-fold still follow.</summary>
    private const double Attraction = 8;

    /// <inheritdoc/>
    public Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    )
    {
        PairedRun.Validate(network, start, logTimes, accuracy);
        var flow = new Flow(network);
        var stepper = new DormandPrince(flow);
        double[] state = [.. start];
        var run = new AdaptiveRun(flow, stepper, accuracy, 0, state, FirstStep)
        {
            Refined = new RefinedRun(flow, new DormandPrince(flow), accuracy, state),
        };
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(logTimes.Length);
        var readings = new PairedRun(network, new ExponentialLoss(), run, double.NegativeInfinity, snapshots);
        var outcome = readings.Read(logTimes, cancellation);
        return new Trajectory(snapshots.ToImmutable(), run.Steps, outcome);
    }

    private sealed class Flow(LinearNetwork network) : IFlow
    {
        private const int MostExchanges = 1000;

        private readonly Matrix<double> gradients = Matrix<double>.Build.Dense(
            network.SampleCount,
            network.ParameterCount
        );

        public int Dimension => network.ParameterCount;

        public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
        {
            var margins = new double[network.SampleCount];
            var unit = new double[network.SampleCount];
            var gradient = new double[Dimension];
            network.Predict(state, margins);
            for (var i = 0; i < unit.Length; i++)
            {
                unit[i] = 1;
                network.Pullback(state, unit, gradient);
                gradients.SetRow(i, gradient);
                unit[i] = 0;
            }
            var demands = Vector<double>.Build.Dense(unit.Length, i => 1 + Attraction * (1 - margins[i]));
            var velocity = gradients.TransposeThisAndMultiply(
                Multipliers(gradients.TransposeAndMultiply(gradients), demands, Dimension)
            );
            for (var j = 0; j < rate.Length; j++)
                rate[j] = velocity[j] - state[j] / network.Parametrization.Depth;
        }

        /// <summary>
        /// μ ≥ 0 with Gμ ≥ c for a G of sums of that many terms, and equality where μᵢ > 0: the multipliers of the shortest v, by the active sets of
        /// Lawson and Hanson (1974). Not a number where there are none.
        /// </summary>
        private static Vector<double> Multipliers(Matrix<double> gram, Vector<double> demands, int terms)
        {
            var multipliers = Vector<double>.Build.Dense(demands.Count);
            var active = new List<int>();
            for (var exchanges = 0; exchanges < MostExchanges; exchanges++)
            {
                var lack = demands - gram * multipliers;
                // A lack is none below the rounding of its sum, n products with entries that are sums of p.
                var sums = gram.PointwiseAbs() * multipliers + demands.PointwiseAbs();
                var (worst, most) = (-1, Rounding.Unit * (demands.Count + terms) * sums.InfinityNorm());
                for (var i = 0; i < demands.Count; i++)
                    if (!active.Contains(i) && !(lack[i] <= most))
                        (worst, most) = (i, lack[i]);
                if (worst < 0)
                    return multipliers;
                active.Add(worst);
                while (active.Count > 0)
                {
                    var solution = Matrix<double>
                        .Build.Dense(active.Count, active.Count, (i, j) => gram[active[i], active[j]])
                        .LU()
                        .Solve(Vector<double>.Build.Dense(active.Count, i => demands[active[i]]));
                    // As far towards the solution as no multiplier turns negative.
                    var (fraction, leaves) = (1.0, -1);
                    for (var i = 0; i < active.Count; i++)
                        if (solution[i] <= 0)
                        {
                            var here = multipliers[active[i]];
                            if (leaves < 0 || here / (here - solution[i]) < fraction)
                                (fraction, leaves) = (here / (here - solution[i]), i);
                        }
                    if (leaves < 0)
                        fraction = 1;
                    for (var i = 0; i < active.Count; i++)
                        multipliers[active[i]] += fraction * (solution[i] - multipliers[active[i]]);
                    if (leaves < 0)
                        break;
                    multipliers[active[leaves]] = 0;
                    active.RemoveAt(leaves);
                }
            }
            return demands * double.NaN;
        }
    }
}
