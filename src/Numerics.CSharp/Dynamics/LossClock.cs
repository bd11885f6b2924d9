namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient flow dθ/dt = -∇L(θ) in the loss clock, or in the hybrid clock when a floor is given. With
/// g = -∇ log L and ℓ = -log L, the clock u obeys du = (floor + ‖g‖²) L dt, so that
/// dθ/du = g/(floor + ‖g‖²), and q = (t + t₀) L is carried beside θ: dq/du = (1 - q ‖g‖²)/(floor + ‖g‖²).
/// Time itself is never formed: log(t + t₀) = ℓ + log q.
/// </summary>
/// <remarks>
/// floor = 0 makes u advance exactly as ℓ does. A positive floor keeps the clock regular where the gradient
/// vanishes, as near θ = 0 in networks of depth two and more; where ‖g‖² is large it changes nothing.
/// State: θ (p numbers), then q. ℓ is not integrated but read off θ, so an error along the flow is an error of
/// time that the reading sees and corrects. t₀ is the caller's: it is where q starts, and a start at q = 0 (t₀ = 0)
/// cannot represent times at which t L underflows.
/// </remarks>
public sealed class LossClock : IStiffFlow
{
    private readonly ICurvedModel model;
    private readonly double floor;
    private readonly RelativeLoss relative;
    private readonly double[] curvatures;
    private readonly double[] direction;
    private readonly double[] image;
    private readonly double[] hessian;

    /// <summary>The flow of one model and loss.</summary>
    /// <param name="model">f(θ; xᵢ).</param>
    /// <param name="loss">Summed loss.</param>
    /// <param name="floor">0 for the loss clock, positive for the hybrid clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">floor is negative or not finite.</exception>
    public LossClock(ICurvedModel model, ILoss loss, double floor)
    {
        if (!(floor >= 0) || !double.IsFinite(floor))
            throw new ArgumentOutOfRangeException(
                nameof(floor),
                floor,
                "The floor of a clock is finite and not negative."
            );
        this.model = model;
        this.floor = floor;
        relative = new RelativeLoss(model, loss);
        curvatures = new double[model.SampleCount];
        direction = new double[model.ParameterCount];
        image = new double[model.ParameterCount];
        hessian = new double[model.ParameterCount * model.ParameterCount];
    }

    /// <inheritdoc/>
    public int Dimension => model.ParameterCount + 1;

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        relative.MoveTo(state[..^1]);
        var gradient = relative.Gradient;
        var speed = 1 / (floor + relative.SquaredNorm);
        for (var j = 0; j < gradient.Length; j++)
            rate[j] = speed * gradient[j];
        rate[^1] = speed * (1 - state[^1] * relative.SquaredNorm);
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        FillHessian(state);
        var p = direction.Length;
        var width = floor + relative.SquaredNorm;
        var root = Math.Sqrt(width);

        // In units where floor + ‖g‖² = 1, so that data in any units neither over- nor underflow:
        // ∂g/∂θ = -∇²L/L + g gᵀ, applied to g; then the quotient rule, row by row.
        for (var i = 0; i < p; i++)
            direction[i] = relative.Gradient[i] / root;
        var squaredNorm = relative.SquaredNorm / width;
        for (var i = 0; i < hessian.Length; i++)
            hessian[i] /= width;
        for (var i = 0; i < p; i++)
            image[i] = direction[i] * squaredNorm - Dot(hessian.AsSpan(i * p, p), direction);
        var q = state[^1] * width;
        for (var i = 0; i < p; i++)
        for (var j = 0; j < p; j++)
            jacobian[i * (p + 1) + j] =
                direction[i] * direction[j] - hessian[i * p + j] - 2 * direction[i] * image[j];
        for (var i = 0; i < p; i++)
        {
            jacobian[i * (p + 1) + p] = 0;
            jacobian[p * (p + 1) + i] = -2 * image[i] / root * (1 + q - q * squaredNorm);
        }
        jacobian[p * (p + 1) + p] = -squaredNorm;
    }

    /// <summary>log(t + t₀) = ℓ + log q, where ℓ = -log L(θ).</summary>
    public double Reading(double clock, ReadOnlySpan<double> state) => relative.LogTime(state);

    /// <summary>d log(t + t₀) / du = 1/(q (floor + ‖g‖²)).</summary>
    public double ReadingRate(double clock, ReadOnlySpan<double> state)
    {
        relative.MoveTo(state[..^1]);
        return 1 / (state[^1] * (floor + relative.SquaredNorm));
    }

    /// <summary>
    /// Errors of θ are measured in e-folds of the loss, 1/‖g‖ each, and relative to ‖θ‖∞; an error of q is one of log t,
    /// relative to q or to 1/‖g‖², the value q is attracted to. No component is asked for more than rounding allows.
    /// </summary>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        relative.MoveTo(state[..^1]);
        var width = floor + relative.SquaredNorm;
        var allowed = accuracy.Absolute + accuracy.Relative * Math.Abs(relative.LogValue);
        var largest = Rounding.Largest(state[..^1]);
        scale.Fill(allowed / Math.Sqrt(width) + accuracy.Relative * largest + Rounding.Of(largest));
        scale[^1] = allowed * Math.Max(1 / width, Math.Abs(state[^1]));
    }

    /// <summary>
    /// Whether the gradient has cancelled down to rounding: at a minimum of the loss, or where all motion left is
    /// below what the sum over the samples resolves.
    /// </summary>
    public bool Stationary(ReadOnlySpan<double> state)
    {
        FillHessian(state);
        var trace = Trace();
        var weight = Rounding.Unit * Math.Sqrt(model.SampleCount * trace);
        return relative.SquaredNorm <= weight * weight;
    }

    /// <summary>
    /// The natural floor of the hybrid clock, ‖∇ log L‖² + tr |∇²L|/L at the start: in a time of one over L times this
    /// the flow can move no output by more than about one.
    /// </summary>
    internal static double NaturalFloor(ICurvedModel model, ILoss loss, ReadOnlySpan<double> parameters)
    {
        var clock = new LossClock(model, loss, 0);
        var state = new double[parameters.Length + 1];
        parameters.CopyTo(state);
        clock.FillHessian(state);
        return clock.relative.SquaredNorm + clock.Trace();
    }

    /// <summary>hessian ← ∇²L/L.</summary>
    private void FillHessian(ReadOnlySpan<double> state)
    {
        relative.MoveTo(state[..^1]);
        relative.Curvature(curvatures);
        model.Hessian(state[..^1], relative.Weights, curvatures, hessian);
    }

    /// <summary>tr |∇²L|/L, of the Hessian filled last.</summary>
    private double Trace()
    {
        var trace = 0.0;
        for (var j = 0; j < direction.Length; j++)
            trace += Math.Abs(hessian[j * (direction.Length + 1)]);
        return trace;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
