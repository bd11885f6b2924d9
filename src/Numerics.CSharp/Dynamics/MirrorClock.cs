using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror flow d∇ψ(θ)/dt = -∇L(θ) in time itself, read at log(t + t₀). State: θ, with θ' = -(∇²ψ)⁻¹∇L, or the dual
/// z = ∇ψ(θ), with z' = -∇L(∇ψ*(z)), where the Hessian of ψ degenerates.
/// </summary>
internal sealed class MirrorClock : IStiffFlow
{
    /// <summary>What moves in this fraction of t₀ is the size of a state that starts at zero.</summary>
    private const double FirstMove = 1;

    /// <summary>
    /// Rounding of a residual is relative to the target, not to the state, and extrapolation amplifies it a few hundred
    /// times; an error below it cannot be asked for.
    /// </summary>
    private const double NoiseUnits = 8;

    private readonly IModel model;
    private readonly ILoss loss;
    private readonly IPotential potential;
    private readonly bool dualState;
    private readonly double origin;
    private readonly double floor; // a size for states that start at zero
    private readonly double[] point;
    private readonly double[] dual;
    private readonly double[] gradient;
    private readonly double[] root; // RRᵀ = ∇²ψ*
    private readonly double[] curvature; // Jᵀ diag(ℓ'') J
    private readonly double[] row;
    private readonly double[] outputs;
    private readonly double[] weights;

    /// <summary>The flow of a model, a loss and a potential from a start; origin is t₀ > 0.</summary>
    internal MirrorClock(
        IModel model,
        ILoss loss,
        IPotential potential,
        ReadOnlySpan<double> start,
        double origin
    )
    {
        this.model = model;
        this.loss = loss;
        this.potential = potential;
        this.origin = origin;
        dualState = potential.IsDegenerate;
        var p = model.ParameterCount;
        point = new double[p];
        dual = new double[p];
        gradient = new double[p];
        root = new double[p * p];
        curvature = new double[p * p];
        row = new double[p];
        outputs = new double[model.SampleCount];
        weights = new double[model.SampleCount];
        var rate = new double[p];
        Rate(0, StateOf(start), rate);
        floor = FirstMove * origin * Rounding.Largest(rate);
    }

    /// <inheritdoc/>
    public int Dimension => point.Length;

    /// <summary>The state at a point.</summary>
    internal double[] StateOf(ReadOnlySpan<double> start)
    {
        var state = start.ToArray();
        if (dualState)
            potential.MirrorMap(start, state);
        return state;
    }

    /// <summary>The point of a state.</summary>
    internal double[] PointOf(ReadOnlySpan<double> state)
    {
        var result = state.ToArray();
        if (dualState)
            potential.InverseMap(state, result);
        return result;
    }

    /// <summary>How far the point moves when every component of the state does by what rounding did to the run, up or down.</summary>
    internal double[] DisplacementOf(RefinedRun run)
    {
        double[] Moved(double sign) =>
            PointOf([.. Enumerable.Range(0, Dimension).Select(i => run.State[i] + sign * run.Rounding(i))]);
        var (up, here, down) = (Moved(1), Moved(0), Moved(-1));
        return [.. here.Select((value, i) => Math.Max(Math.Abs(up[i] - value), Math.Abs(down[i] - value)))];
    }

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        Locate(state);
        model.Predict(point, outputs);
        loss.Gradient(outputs, 0, weights);
        model.Pullback(point, weights, gradient);
        for (var j = 0; j < gradient.Length; j++)
            gradient[j] = -gradient[j];
        if (dualState)
        {
            gradient.CopyTo(rate);
            return;
        }
        potential.DualHessianRoot(dual, root);
        if (potential is SeparablePotential) // R is diagonal
        {
            for (var j = 0; j < rate.Length; j++)
                rate[j] = root[j * (rate.Length + 1)] * (root[j * (rate.Length + 1)] * gradient[j]);
            return;
        }
        Multiply(root, gradient, row, transposed: true);
        Multiply(root, row, rate, transposed: false);
    }

    /// <summary>
    /// -∇²L ∇²ψ* in z, for models that are linear in θ where the potential degenerates; in θ, where the metric moves too, by
    /// differences of the rate, to half the digits. Extrapolation keeps its order with any matrix here, and long steps need
    /// no more than half the digits.
    /// </summary>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        if (dualState)
            DualJacobian(state, jacobian);
        else
        {
            var sizes = new double[state.Length];
            for (var k = 0; k < sizes.Length; k++)
                sizes[k] = state[k] == 0 ? Size(state) : Math.Abs(state[k]);
            DifferenceJacobian.Fill(this, state, sizes, jacobian);
        }
    }

    private void DualJacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        Locate(state);
        model.Predict(point, outputs);
        loss.Curvature(outputs, 0, weights);
        var p = point.Length;
        Array.Clear(curvature);
        var selected = new double[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            selected[i] = 1;
            model.Pullback(point, selected, row);
            selected[i] = 0;
            for (var j = 0; j < p; j++)
            for (var k = 0; k < p; k++)
                curvature[j * p + k] += row[j] * weights[i] * row[k];
        }
        potential.DualHessianRoot(dual, root);
        jacobian.Clear();
        for (var l = 0; l < p; l++)
        for (var k = 0; k < p; k++)
        {
            var metric = 0.0;
            for (var m = 0; m < p; m++)
                metric += root[l * p + m] * root[k * p + m];
            // Where ∇²ψ* is infinite no matrix helps; the step is short there.
            if (metric == 0 || !double.IsFinite(metric))
                continue;
            for (var j = 0; j < p; j++)
                jacobian[j * p + k] -= curvature[j * p + l] * metric;
        }
    }

    /// <summary>log(t + t₀).</summary>
    public double Reading(double clock, ReadOnlySpan<double> state) => Math.Log(origin + clock);

    /// <inheritdoc/>
    public double ReadingRate(double clock, ReadOnlySpan<double> state) => 1 / (origin + clock);

    /// <summary>Errors are relative to the largest component; none is asked for more than rounding allows.</summary>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        var size = Size(state);
        scale.Fill(accuracy.Relative * size + NoiseUnits * Rounding.Of(size) + double.Epsilon);
    }

    private double Size(ReadOnlySpan<double> state) => Math.Max(floor, Rounding.Largest(state));

    private void Locate(ReadOnlySpan<double> state)
    {
        if (dualState)
        {
            state.CopyTo(dual);
            potential.InverseMap(state, point);
        }
        else
        {
            state.CopyTo(point);
            potential.MirrorMap(state, dual);
        }
    }

    private static void Multiply(
        double[] matrix,
        ReadOnlySpan<double> vector,
        Span<double> image,
        bool transposed
    )
    {
        var p = vector.Length;
        if (transposed)
        {
            image.Clear();
            for (var k = 0; k < p; k++)
                LinearModel.AddMultiple(vector[k], matrix.AsSpan(k * p, p), image);
            return;
        }
        for (var j = 0; j < p; j++)
        {
            var row = matrix.AsSpan(j * p, p);
            var sum = 0.0;
            for (var k = 0; k < row.Length; k++)
                sum += row[k] * vector[k];
            image[j] = sum;
        }
    }
}
