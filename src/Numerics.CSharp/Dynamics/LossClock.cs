namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient flow dθ/dt = -∇L(θ) in the loss clock, or in the hybrid clock when a floor is given. With
/// g = -∇ log L and ℓ = -log L, the clock u obeys du = (floor + ‖g‖²) L dt, so that
/// dθ/du = g/(floor + ‖g‖²), and q = t L is carried beside θ: dq/du = (1 - q ‖g‖²)/(floor + ‖g‖²).
/// Time itself is never formed: log t = ℓ + log q.
/// </summary>
/// <remarks>
/// floor = 0 makes u advance exactly as ℓ does. A positive floor keeps the clock regular where the gradient
/// vanishes, as near θ = 0 in networks of depth two and more; where ‖g‖² is large it changes nothing.
/// State: θ (p numbers), then q. ℓ is not integrated but read off θ, so an error along the flow is an error of
/// time that the reading sees and corrects.
/// </remarks>
public sealed class LossClock : IStiffFlow
{
    private readonly ICurvedModel model;
    private readonly ILoss loss;
    private readonly double floor;
    private readonly double[] outputs;
    private readonly double[] weights;
    private readonly double[] curvatures;
    private readonly double[] gradient;
    private readonly double[] gradientImage;
    private readonly double[] hessian;

    /// <summary>The flow of one model and loss.</summary>
    /// <param name="model">f(θ; xᵢ).</param>
    /// <param name="loss">Summed loss.</param>
    /// <param name="floor">0 for the loss clock, 1 for the hybrid clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">floor is negative or not finite.</exception>
    public LossClock(ICurvedModel model, ILoss loss, double floor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floor);
        if (!double.IsFinite(floor))
            throw new ArgumentOutOfRangeException(nameof(floor), floor, "The floor of a clock is finite.");
        this.model = model;
        this.loss = loss;
        this.floor = floor;
        outputs = new double[model.SampleCount];
        weights = new double[model.SampleCount];
        curvatures = new double[model.SampleCount];
        gradient = new double[model.ParameterCount];
        gradientImage = new double[model.ParameterCount];
        hessian = new double[model.ParameterCount * model.ParameterCount];
    }

    /// <inheritdoc/>
    public int Dimension => model.ParameterCount + 1;

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        Descend(state);
        var squaredNorm = Dot(gradient, gradient);
        var speed = 1 / (floor + squaredNorm);
        for (var j = 0; j < gradient.Length; j++)
            rate[j] = speed * gradient[j];
        rate[^1] = speed * (1 - state[^1] * squaredNorm);
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        var logLoss = Descend(state);
        loss.Curvature(outputs, logLoss, curvatures);
        model.Hessian(state[..^1], weights, curvatures, hessian);

        // ∂g/∂θ = -∇²L/L + g gᵀ, applied to g; then the quotient rule, row by row.
        var p = gradient.Length;
        var squaredNorm = Dot(gradient, gradient);
        for (var i = 0; i < p; i++)
            gradientImage[i] = gradient[i] * squaredNorm - Dot(hessian.AsSpan(i * p, p), gradient);
        var speed = 1 / (floor + squaredNorm);
        var q = state[^1];
        for (var i = 0; i < p; i++)
        for (var j = 0; j < p; j++)
            jacobian[i * (p + 1) + j] =
                speed
                * (
                    gradient[i] * gradient[j]
                    - hessian[i * p + j]
                    - 2 * speed * gradient[i] * gradientImage[j]
                );
        for (var i = 0; i < p; i++)
        {
            jacobian[i * (p + 1) + p] = 0;
            jacobian[p * (p + 1) + i] = -2 * speed * gradientImage[i] * (q + speed * (1 - q * squaredNorm));
        }
        jacobian[p * (p + 1) + p] = -speed * squaredNorm;
    }

    /// <summary>log t = ℓ + log q, where ℓ = -log L(θ).</summary>
    public double Reading(double clock, ReadOnlySpan<double> state)
    {
        model.Predict(state[..^1], outputs);
        return Math.Log(state[^1]) - loss.LogValue(outputs);
    }

    /// <summary>d log t / du = 1/(q (floor + ‖g‖²)).</summary>
    public double ReadingRate(double clock, ReadOnlySpan<double> state)
    {
        Descend(state);
        return 1 / (state[^1] * (floor + Dot(gradient, gradient)));
    }

    /// <summary>
    /// Errors are measured in e-folds of the loss: θ moves by 1/‖g‖ per e-fold, and its size is ℓ e-folds; q is
    /// measured relative to 1/‖g‖², the value it is attracted to. No component is asked for more than rounding allows.
    /// </summary>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        var logLoss = Descend(state);
        var squaredNorm = floor + Dot(gradient, gradient);
        var allowed = accuracy.Absolute + accuracy.Relative * Math.Abs(logLoss);
        scale.Fill(allowed / Math.Sqrt(squaredNorm) + Rounding.OfParameters(state[..^1]));
        scale[^1] = allowed / squaredNorm;
    }

    /// <summary>‖∇ log L(θ)‖², the natural floor of the hybrid clock.</summary>
    public static double SquaredGradient(ICurvedModel model, ILoss loss, ReadOnlySpan<double> parameters)
    {
        var clock = new LossClock(model, loss, 0);
        var state = new double[parameters.Length + 1];
        parameters.CopyTo(state);
        clock.Descend(state);
        return Dot(clock.gradient, clock.gradient);
    }

    /// <summary>Fills outputs, weights and gradient = -∇ log L at the state; returns log L.</summary>
    private double Descend(ReadOnlySpan<double> state)
    {
        model.Predict(state[..^1], outputs);
        var logLoss = loss.LogValue(outputs);
        loss.Gradient(outputs, logLoss, weights);
        model.Pullback(state[..^1], weights, gradient);
        for (var j = 0; j < gradient.Length; j++)
            gradient[j] = -gradient[j];
        return logLoss;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
