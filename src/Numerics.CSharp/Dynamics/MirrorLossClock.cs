using ImplicitBias.Numerics.Integrators;

namespace ImplicitBias.Numerics;

/// <summary>
/// Mirror flow d∇ψ(θ)/dt = -∇L(θ) in a loss clock: with g = -∇ log L and the metric M = (∇²ψ)⁻¹ at θ, the clock u obeys
/// du = ω L dt with ω = gᵀM g + ‖M g‖₂, so that dθ/du = M g/ω and dq/du = (1 - q gᵀM g)/ω, where q = (t + t₀) L.
/// </summary>
/// <remarks>
/// gᵀM g is what makes u advance as log L falls, as in <see cref="LossClock"/>; ‖M g‖₂, in the place of its floor, makes it advance
/// as θ moves, where θ is small and the loss does not fall yet. For <see cref="LogarithmicParameters"/> this is gradient flow of
/// u = e^θ. The Jacobian is taken by differences, to half the digits; extrapolation keeps its order with any.
/// </remarks>
internal sealed class MirrorLossClock : IStiffFlow
{
    /// <summary>A change of θ by 2⁻²⁶ of this at least, as the metric may be exponential in it.</summary>
    private const double Natural = 1;

    private readonly ICurvedModel model;
    private readonly IPotential potential;
    private readonly RelativeLoss relative;
    private readonly double[] dual;
    private readonly double[] root; // RRᵀ = M
    private readonly double[] rooted; // Rᵀg
    private readonly double[] velocity; // M g
    private readonly double[] curvatures;
    private double squaredNorm; // gᵀM g
    private double speed; // ω

    /// <summary>The flow of a model, a loss and a potential.</summary>
    internal MirrorLossClock(ICurvedModel model, ILoss loss, IPotential potential)
    {
        this.model = model;
        this.potential = potential;
        relative = new RelativeLoss(model, loss);
        var p = model.ParameterCount;
        dual = new double[p];
        root = new double[p * p];
        rooted = new double[p];
        velocity = new double[p];
        curvatures = new double[model.SampleCount];
    }

    /// <summary>ω at a point inside the domain.</summary>
    internal double SpeedAt(ReadOnlySpan<double> point)
    {
        MoveTo(point);
        return speed;
    }

    /// <inheritdoc/>
    public int Dimension => dual.Length + 1;

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        MoveTo(state[..^1]);
        for (var j = 0; j < velocity.Length; j++)
            rate[j] = velocity[j] / speed;
        rate[^1] = (1 - state[^1] * squaredNorm) / speed;
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        var sizes = new double[state.Length];
        for (var k = 0; k < dual.Length; k++)
            sizes[k] = Math.Max(Math.Abs(state[k]), Natural);
        sizes[^1] = Math.Abs(state[^1]);
        DifferenceJacobian.Fill(this, state, sizes, jacobian);
    }

    /// <summary>log(t + t₀) = ℓ + log q, where ℓ = -log L(θ).</summary>
    public double Reading(double clock, ReadOnlySpan<double> state) => relative.LogTime(state);

    /// <inheritdoc/>
    public double ReadingRate(double clock, ReadOnlySpan<double> state)
    {
        MoveTo(state[..^1]);
        return 1 / (state[^1] * speed);
    }

    /// <summary>
    /// As in <see cref="LossClock.Scale"/>: an error of θ counts in e-folds of the loss, of which a unit of θ is
    /// worth (Σ(∂ log L/∂θⱼ)²)^½.
    /// </summary>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        MoveTo(state[..^1]);
        var allowed = accuracy.Absolute + accuracy.Relative * Math.Abs(relative.LogValue);
        var largest = Math.Max(Natural, Rounding.Largest(state[..^1]));
        var folds = Math.Sqrt(Natural + relative.SquaredNorm);
        scale.Fill(allowed / folds + accuracy.Relative * largest + Rounding.Of(largest));
        scale[^1] = allowed * Math.Max(1 / speed, Math.Abs(state[^1]));
    }

    /// <summary>
    /// Whether the gradient has cancelled down to what the sum over the samples resolves: gᵀM g ≤ 2⁻¹⁰⁴ n tr(M Jᵀℓ''J)/L, the part of the
    /// Hessian that a small θ makes as small as gᵀM g.
    /// </summary>
    public bool Stationary(ReadOnlySpan<double> state)
    {
        MoveTo(state[..^1]);
        var p = velocity.Length;
        var hessian = new double[p * p];
        relative.Curvature(curvatures);
        model.Hessian(state[..^1], new double[curvatures.Length], curvatures, hessian);
        var trace = 0.0;
        for (var j = 0; j < p; j++)
        for (var k = 0; k < p; k++)
            trace += root[j * p + k] * root[j * p + k] * hessian[j * (p + 1)];
        var weight = Rounding.Unit * Math.Sqrt(model.SampleCount * trace);
        return squaredNorm <= weight * weight;
    }

    /// <summary>Moves everything to θ.</summary>
    private void MoveTo(ReadOnlySpan<double> point)
    {
        relative.MoveTo(point);
        potential.MirrorMap(point, dual);
        potential.DualHessianRoot(dual, root);
        var p = dual.Length;
        squaredNorm = 0;
        for (var k = 0; k < p; k++)
        {
            rooted[k] = 0;
            for (var j = 0; j < p; j++)
                rooted[k] += root[j * p + k] * relative.Gradient[j];
            squaredNorm += rooted[k] * rooted[k];
        }
        var square = 0.0;
        for (var j = 0; j < p; j++)
        {
            velocity[j] = 0;
            for (var k = 0; k < p; k++)
                velocity[j] += root[j * p + k] * rooted[k];
            square += velocity[j] * velocity[j];
        }
        speed = squaredNorm + Math.Sqrt(square);
    }
}
