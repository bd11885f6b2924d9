namespace ImplicitBias.Numerics;

/// <summary>
/// The flow that gradient descent w ← w - η∇L(w) follows between its iterations, to second order in η, in the
/// clock of <see cref="LossClock"/>.
/// </summary>
/// <remarks>
/// The modified equation of the explicit Euler method (Hairer, Lubich and Wanner, Geometric Numerical
/// Integration, section IX.1) for w' = f is w' = f - (η/2) f'f + η² (f'f'f/3 + f''(f,f)/12) + O(η³). With f = -∇L = L g,
/// H = ∇²L/L and κ = ηL every term is a multiple of L:
/// w' = L v, v = g + (κ/2) H g + κ² (H H g/3 - Σᵢ (ℓ'''(mᵢ)/L) (zᵢ·g)² zᵢ/12) + O(κ³).
/// κ = η L falls like 1/t, so the neglected term, summed over the rest of the run, is O(κ³) at the passage.
/// </remarks>
public sealed class DescentClock : IStiffFlow
{
    private readonly LinearModel model;
    private readonly double logStepSize;
    private readonly double floor;
    private readonly LossClock flow;
    private readonly RelativeLoss relative;
    private readonly double[] curvatures;
    private readonly double[] slopes;
    private readonly double[] bends;
    private readonly double[] image;
    private readonly double[] bend;
    private readonly double[] velocity;

    /// <summary>The modified flow of descent with a fixed step.</summary>
    /// <param name="model">Margins zᵢ·w.</param>
    /// <param name="loss">Summed loss.</param>
    /// <param name="stepSize">η &gt; 0.</param>
    /// <param name="floor">As in <see cref="LossClock"/>.</param>
    public DescentClock(LinearModel model, ILoss loss, double stepSize, double floor)
    {
        this.model = model;
        this.floor = floor;
        logStepSize = Math.Log(stepSize);
        flow = new LossClock(model, loss, floor);
        relative = new RelativeLoss(model, loss);
        curvatures = new double[model.SampleCount];
        slopes = new double[model.SampleCount];
        bends = new double[model.SampleCount];
        image = new double[model.ParameterCount];
        bend = new double[model.ParameterCount];
        velocity = new double[model.ParameterCount];
    }

    /// <inheritdoc/>
    public int Dimension => model.ParameterCount + 1;

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        var progress = Move(state); // g·v = dℓ/dt / L
        var speed = 1 / (floor + progress);
        for (var j = 0; j < velocity.Length; j++)
            rate[j] = speed * velocity[j];
        rate[^1] = speed * (1 - state[^1] * progress);
    }

    /// <summary>
    /// The Jacobian of the flow without the corrections. Extrapolation keeps its order with any matrix here; stability
    /// needs it only up to the corrections, which are O(κ).
    /// </summary>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian) => flow.Jacobian(state, jacobian);

    /// <summary>log(t + t₀) = ℓ + log q - log η, where q = η (t + t₀) L and t counts iterations.</summary>
    public double Reading(double clock, ReadOnlySpan<double> state) =>
        flow.Reading(clock, state) - logStepSize;

    /// <inheritdoc/>
    public double ReadingRate(double clock, ReadOnlySpan<double> state) =>
        1 / (state[^1] * (floor + Move(state)));

    /// <inheritdoc/>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale) =>
        flow.Scale(state, accuracy, scale);

    /// <inheritdoc/>
    public bool Stationary(ReadOnlySpan<double> state) => flow.Stationary(state);

    /// <summary>Fills velocity with v and returns g·v.</summary>
    private double Move(ReadOnlySpan<double> state)
    {
        var parameters = state[..^1];
        relative.MoveTo(parameters);
        var gradient = relative.Gradient;
        gradient.CopyTo(velocity);
        var kappa = Math.Exp(logStepSize + relative.LogValue);
        if (kappa > 0)
        {
            // κ is multiplied in before anything is squared: κ zᵢ·g is of the order of one whatever the units.
            model.Predict(gradient, slopes);
            relative.ThirdDerivative(bends);
            relative.Curvature(curvatures);
            for (var i = 0; i < slopes.Length; i++)
            {
                slopes[i] *= kappa;
                bends[i] *= slopes[i] * slopes[i];
                slopes[i] *= curvatures[i];
            }
            model.Pullback(parameters, bends, bend); // κ² Σᵢ (ℓ'''/L) (zᵢ·g)² zᵢ
            model.Pullback(parameters, slopes, image); // κ H g
            for (var j = 0; j < velocity.Length; j++)
                velocity[j] += image[j] / 2 - bend[j] / 12;
            model.Predict(image, slopes);
            for (var i = 0; i < slopes.Length; i++)
                slopes[i] *= kappa * curvatures[i];
            model.Pullback(parameters, slopes, image); // κ² H H g
            for (var j = 0; j < velocity.Length; j++)
                velocity[j] += image[j] / 3;
        }

        var progress = 0.0;
        for (var j = 0; j < velocity.Length; j++)
            progress += gradient[j] * velocity[j];
        return progress;
    }
}
