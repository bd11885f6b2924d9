namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// The explicit Runge–Kutta pair of order 5(4) of Dormand and Prince (1980, J. Comp. Appl. Math. 6), advancing
/// with the fifth order. Steps are limited by stability: about 3.3 over the largest eigenvalue.
/// </summary>
public sealed class DormandPrince : IStepper
{
    /// <summary>Order of the advancing method, and of the local error of the embedded one.</summary>
    private const int Order = 5;

    private static readonly double[] Nodes = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    private static readonly double[][] Stages =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    /// <summary>Fourth-order weights, subtracted from the last row of Stages for the error estimate.</summary>
    private static readonly double[] Embedded =
    [
        5179.0 / 57600,
        0,
        7571.0 / 16695,
        393.0 / 640,
        -92097.0 / 339200,
        187.0 / 2100,
        1.0 / 40,
    ];

    /// <summary>Weights of the fourth-order interpolant (Hairer, Nørsett and Wanner, Solving ODEs I, section II.6).</summary>
    private static readonly double[] Dense =
    [
        -12715105075.0 / 11282082432,
        0,
        87487479700.0 / 32700410799,
        -10690763975.0 / 1880347072,
        701980252875.0 / 199316789632,
        -1453857185.0 / 822651844,
        69997945.0 / 29380423,
    ];

    private readonly IFlow flow;
    private readonly double[][] slopes;
    private readonly double[] start;
    private readonly double[] end;
    private double length;
    private readonly double[] stage;
    private readonly double[] error;
    private readonly double[] scale;

    /// <summary>A stepper for one flow.</summary>
    public DormandPrince(IFlow flow)
    {
        this.flow = flow;
        slopes = [.. Stages.Select(_ => new double[flow.Dimension])];
        start = new double[flow.Dimension];
        end = new double[flow.Dimension];
        stage = new double[flow.Dimension];
        error = new double[flow.Dimension];
        scale = new double[flow.Dimension];
    }

    /// <inheritdoc/>
    public StepReport Step(
        double clock,
        ReadOnlySpan<double> state,
        double step,
        Accuracy accuracy,
        Span<double> next
    )
    {
        Repeat(clock, state, step, Order, next);
        Array.Clear(error);
        AddCombination(Stages[^1], step, error);
        AddCombination(Embedded, -step, error);
        flow.Scale(next, accuracy, scale);
        var size = StepControl.Size(error, scale);
        return new StepReport(size, Order, StepControl.Factor(size, Order));
    }

    /// <inheritdoc/>
    public void Repeat(double clock, ReadOnlySpan<double> state, double step, int order, Span<double> next)
    {
        for (var s = 0; s < Stages.Length; s++)
        {
            state.CopyTo(stage);
            AddCombination(Stages[s], step, stage);
            flow.Rate(clock + Nodes[s] * step, stage, slopes[s]);
        }
        stage.CopyTo(next); // the last stage is the fifth-order solution
        state.CopyTo(start);
        stage.CopyTo(end, 0);
        length = step;
    }

    /// <inheritdoc/>
    /// <remarks>The weights of the increments are below 3 and add to 1, so that it is the rounding of the last sum.</remarks>
    public void Rounding(ReadOnlySpan<double> state, Span<double> rounding)
    {
        for (var i = 0; i < rounding.Length; i++)
            rounding[i] = Numerics.Rounding.Unit * Math.Max(Math.Abs(state[i]), Math.Abs(end[i]));
    }

    /// <summary>
    /// state ← the solution inside the step taken last, 0 ≤ fraction ≤ 1: a quartic through both ends with their slopes,
    /// whose error is of order five in the step.
    /// </summary>
    public void Interpolate(double fraction, Span<double> state)
    {
        Array.Clear(error);
        AddCombination(Dense, length, error);
        for (var i = 0; i < state.Length; i++)
        {
            var chord = end[i] - start[i];
            var left = length * slopes[0][i] - chord;
            var right = chord - length * slopes[^1][i] - left;
            state[i] =
                start[i]
                + fraction
                    * (chord + (1 - fraction) * (left + fraction * (right + (1 - fraction) * error[i])));
        }
    }

    private void AddCombination(double[] weights, double step, Span<double> target)
    {
        for (var s = 0; s < weights.Length; s++)
        {
            if (weights[s] == 0)
                continue;
            var scaled = step * weights[s];
            var slope = slopes[s];
            for (var i = 0; i < target.Length; i++)
                target[i] += scaled * slope[i];
        }
    }
}
