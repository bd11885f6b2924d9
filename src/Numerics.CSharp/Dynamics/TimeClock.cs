namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient flow dθ/dt = -∇L(θ) in time itself: the plain equation, usable while t fits a double, against which the
/// loss clock is checked. State: θ.
/// </summary>
public sealed class TimeClock(IModel model, ILoss loss) : IFlow
{
    private readonly LossGradient gradient = new(model, loss);

    /// <inheritdoc/>
    public int Dimension => model.ParameterCount;

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        gradient.Fill(state, 0, rate);
        for (var j = 0; j < rate.Length; j++)
            rate[j] = -rate[j];
    }
}
