namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror flow d∇ψ(θ)/dt = -∇L(θ) in time itself, read at log(t + t₀). State: θ, with θ' = -(∇²ψ)⁻¹∇L, or the dual
/// z = ∇ψ(θ), with z' = -∇L(∇ψ*(z)), where the Hessian of ψ degenerates.
/// </summary>
internal sealed class MirrorClock : IStiffFlow
{
    private readonly IModel model;
    private readonly ILoss loss;
    private readonly IPotential potential;
    private readonly bool dualState;
    private readonly double origin;
    private readonly double[] point;
    private readonly double[] dual;
    private readonly double[] gradient;
    private readonly double[] root; // RRᵀ = ∇²ψ*
    private readonly double[] metric;
    private readonly double[] curvature; // Gauss–Newton, Jᵀ diag(ℓ'') J
    private readonly double[] row;
    private readonly double[] outputs;
    private readonly double[] weights;

    /// <summary>The flow of a model, a loss and a potential; origin is t₀ > 0.</summary>
    internal MirrorClock(IModel model, ILoss loss, IPotential potential, double origin)
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
        metric = new double[p * p];
        curvature = new double[p * p];
        row = new double[p];
        outputs = new double[model.SampleCount];
        weights = new double[model.SampleCount];
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
        Multiply(root, gradient, row, transposed: true);
        Multiply(root, row, rate, transposed: false);
    }

    /// <summary>
    /// The Jacobian where residuals vanish: -(∇²ψ)⁻¹ JᵀJ in θ, -JᵀJ ∇²ψ* in z. Extrapolation keeps its order with any matrix
    /// here, and stability needs the right one only where steps are long, at the end.
    /// </summary>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
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
        for (var j = 0; j < p; j++)
        for (var k = 0; k < p; k++)
        {
            metric[j * p + k] = 0;
            for (var l = 0; l < p; l++)
                metric[j * p + k] += root[j * p + l] * root[k * p + l];
        }
        // A coordinate at which ∇²ψ* is infinite moves freely in θ and not at all in z; leave it out of the matrix.
        foreach (ref var entry in metric.AsSpan())
            if (!double.IsFinite(entry))
                entry = 0;
        var (left, right) = dualState ? (curvature, metric) : (metric, curvature);
        for (var j = 0; j < p; j++)
        for (var k = 0; k < p; k++)
        {
            var sum = 0.0;
            for (var l = 0; l < p; l++)
                sum += left[j * p + l] * right[l * p + k];
            jacobian[j * p + k] = -sum;
        }
    }

    /// <summary>log(t + t₀).</summary>
    public double Reading(double clock, ReadOnlySpan<double> state) => Math.Log(origin + clock);

    /// <inheritdoc/>
    public double ReadingRate(double clock, ReadOnlySpan<double> state) => 1 / (origin + clock);

    /// <summary>Errors are relative to the largest component; none is asked for more than rounding allows.</summary>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        var largest = Rounding.Largest(state);
        scale.Fill(accuracy.Relative * largest + Rounding.Of(largest) + double.Epsilon);
    }

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
        for (var j = 0; j < p; j++)
        {
            var sum = 0.0;
            for (var k = 0; k < p; k++)
                sum += matrix[transposed ? k * p + j : j * p + k] * vector[k];
            image[j] = sum;
        }
    }
}
