using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Integrators;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// Gradient flow of a linear model under an exponential tail, -ℓ'(m) = 1/(eᵐ + κ) with κ = 0 (exponential) or 1
/// (logistic), in the clock s = log T and in a frame that moves with the weights.
/// </summary>
/// <remarks>
/// With Eᵢ = η T (-ℓ'(mᵢ)) the flow is dw/ds = Σ Eᵢ zᵢ, and for κ = 0 a Lotka–Volterra system,
/// d log Eᵢ/ds = 1 - zᵢ·dw/ds: on the support Eᵢ tends to the dual αᵢ, elsewhere to 0. w itself grows like s. A step
/// of length τ is made in w = w₀ + τ c + δ with c = Σ Eᵢ zᵢ at its start, where Eᵢ changes by the factor
/// exp(τ (1 - zᵢ·c) - zᵢ·δ): once c has settled δ is small however long the step. Between steps w and s are
/// carried to twice the working precision, and log Eᵢ is taken from them afresh, so nothing drifts apart.
/// State of one step: the coordinates of δ in the row space, then τ. Both are 0 at its start.
/// With a step size the flow is the one that gradient descent follows between its iterations, T the number of
/// iterations: see <see cref="ModifiedEquation"/>.
/// </remarks>
internal sealed class CoMovingFlow : IStiffFlow
{
    private readonly RowSpace rows;
    private readonly SampleColumns coordinates;
    private readonly double saturation; // κ
    private readonly double logScale; // log η
    private readonly double logOrigin; // log T at the start
    private readonly ModifiedEquation? modified; // of descent
    private readonly double radius;
    private readonly double[] norms; // ‖zᵢ‖

    // At the start of the run.
    private readonly DoubleDouble[] start;
    private readonly double[] offsets; // log(η T) - zᵢ·w there
    private readonly double[] offsetErrors;

    // At the start of the step.
    private readonly DoubleDouble[] displacement; // w - start
    private readonly DoubleDouble[] velocity; // c
    private readonly DoubleDouble[] increment;
    private readonly double[] weights; // Eᵢ
    private readonly double[] certainties; // 1/(1 + κ e^{-mᵢ})
    private readonly double[] slopes; // 1 - zᵢ·c
    private readonly double[] corrections; // of Eᵢ, for descent
    private readonly double[] total; // Eᵢ with its correction

    // Work space, a number per sample.
    private readonly double[] exponents;
    private readonly double[] errors;
    private readonly double[] stageWeights;
    private readonly double[] stageCertainties;
    private readonly double[] stageCorrections;

    /// <summary>A run about to start.</summary>
    /// <param name="rows">The model and its row space.</param>
    /// <param name="loss">Exponential or logistic.</param>
    /// <param name="start">w at T.</param>
    /// <param name="logOrigin">log T there.</param>
    /// <param name="stepSize">η of the descent whose iterations T counts; null for the flow, where T is time.</param>
    internal CoMovingFlow(
        RowSpace rows,
        ILoss loss,
        ReadOnlySpan<DoubleDouble> start,
        double logOrigin,
        double? stepSize
    )
    {
        this.rows = rows;
        this.logOrigin = logOrigin;
        this.start = start.ToArray();
        coordinates = rows.Coordinates;
        saturation = loss is LogisticLoss ? 1 : 0;
        modified = stepSize.HasValue ? new ModifiedEquation(coordinates) : null;
        logScale = Math.Log(stepSize ?? 1);
        radius = Math.Sqrt(rows.Model.SquaredRadius);

        double[] PerSample() => new double[coordinates.PaddedCount];
        norms = PerSample();
        offsets = PerSample();
        offsetErrors = PerSample();
        weights = PerSample();
        certainties = PerSample();
        slopes = PerSample();
        corrections = PerSample();
        total = PerSample();
        exponents = PerSample();
        errors = PerSample();
        stageWeights = PerSample();
        stageCertainties = PerSample();
        stageCorrections = PerSample();
        displacement = new DoubleDouble[start.Length];
        velocity = new DoubleDouble[start.Length];
        increment = new DoubleDouble[start.Length];

        Array.Fill(certainties, 1.0); // of the padding, whose weights are 0
        for (var i = 0; i < rows.Model.SampleCount; i++)
        {
            var square = 0.0;
            foreach (var entry in rows.Model.SignedInput(i))
                square += entry * entry;
            norms[i] = Math.Sqrt(square);
        }
        rows.Features.SubtractAccurately(start, DoubleDouble.Sum(logOrigin, logScale), offsets, offsetErrors);
        MoveFrame();
    }

    /// <summary>Whether the flow of a loss has this form.</summary>
    internal static bool Handles(ILoss loss) => loss is ExponentialLoss or LogisticLoss;

    /// <inheritdoc/>
    public int Dimension => coordinates.ColumnCount;

    /// <inheritdoc/>
    public bool Autonomous => false;

    /// <summary>log T less its value at the start of the run, at the start of the step.</summary>
    internal DoubleDouble Elapsed { get; private set; }

    /// <summary>Eᵢ at the start of the step.</summary>
    internal ReadOnlySpan<double> Weights => weights;

    /// <summary>1/(1 + κ e^{-mᵢ}) at the start of the step.</summary>
    internal ReadOnlySpan<double> Certainties => certainties;

    /// <summary>tr Σ Dᵢ zᵢ zᵢᵀ at the start of the step: a bound on the rate of the fastest mode.</summary>
    internal double Stiffness { get; private set; }

    /// <summary>d.</summary>
    internal int ParameterCount => start.Length;

    /// <summary>Whether this is the flow between the iterations of descent.</summary>
    internal bool IsDescent => modified is not null;

    /// <summary>log T at the start of the step.</summary>
    internal double LogTime => (double)(Elapsed + logOrigin);

    /// <summary>Whether the weights have no corrections of descent, now and later.</summary>
    internal bool IsExact => modified is null || LogTime >= ModifiedEquation.Uncorrected;

    /// <summary>Z in the coordinates of the row space.</summary>
    internal SampleColumns Coordinates => coordinates;

    /// <summary>R = maxᵢ ‖zᵢ‖.</summary>
    internal double Radius => radius;

    /// <summary>‖zᵢ‖.</summary>
    internal ReadOnlySpan<double> Norms => norms;

    /// <summary>Whether everything at the start of the step is a number.</summary>
    internal bool Finite { get; private set; }

    /// <summary>The end of a step becomes the start of the next.</summary>
    internal void Advance(double step, ReadOnlySpan<double> departure)
    {
        for (var j = 0; j < displacement.Length; j++)
            displacement[j] += velocity[j] * step;
        rows.Add(departure, displacement);
        Elapsed += step;
        MoveFrame();
    }

    /// <summary>The end of a step becomes the start of the next; passed are the integrals of the Eᵢ over it.</summary>
    internal void Pass(double step, ReadOnlySpan<double> passed)
    {
        rows.Features.ProjectAccurately(passed, increment);
        for (var j = 0; j < displacement.Length; j++)
            displacement[j] += increment[j];
        Elapsed += step;
        MoveFrame();
    }

    /// <summary>
    /// parameters ← w at a moment that differs from the start of the step by rounding: the remainder is passed with the
    /// velocity there.
    /// </summary>
    internal void ReadAt(DoubleDouble elapsed, Span<DoubleDouble> parameters)
    {
        var remainder = elapsed - Elapsed;
        for (var j = 0; j < parameters.Length; j++)
            parameters[j] = start[j] + (displacement[j] + velocity[j] * remainder);
    }

    /// <summary>What the state at another moment and place would be, without going there.</summary>
    /// <param name="elapsed">log T less its value at the start of the run.</param>
    /// <param name="velocity">Rate at which w moves until then, in the coordinates of the row space.</param>
    /// <param name="place">w less its value at the start of the run.</param>
    internal void Extrapolate(DoubleDouble elapsed, ReadOnlySpan<double> velocity, DoubleDouble[] place)
    {
        displacement.CopyTo(place, 0);
        var duration = elapsed - Elapsed;
        for (var j = 0; j < place.Length; j++)
            increment[j] = 0;
        rows.Add(velocity, increment);
        for (var j = 0; j < place.Length; j++)
            place[j] += increment[j] * duration;
    }

    /// <summary>place ← place + Σₖ coordinates[k] uₖ.</summary>
    internal void Move(ReadOnlySpan<double> shift, DoubleDouble[] place) => rows.Add(shift, place);

    /// <summary>target ← log(ηT) - mᵢ at another moment and place, and log(ηT) there; of the padding, 0.</summary>
    internal double Exponents(DoubleDouble elapsed, DoubleDouble[] place, double[] target)
    {
        offsets.CopyTo(target, 0);
        offsetErrors.CopyTo(errors, 0);
        rows.Features.SubtractAccurately(place, elapsed, target, errors);
        target.AsSpan(rows.Model.SampleCount).Clear();
        return (double)(elapsed + logOrigin + logScale);
    }

    /// <summary>That moment and place become the start of the next step.</summary>
    internal void Go(DoubleDouble elapsed, DoubleDouble[] place)
    {
        place.CopyTo(displacement, 0);
        Elapsed = elapsed;
        MoveFrame();
    }

    /// <summary>‖Σₖ coordinates[k] uₖ‖∞.</summary>
    internal double Largest(ReadOnlySpan<double> coordinates)
    {
        Array.Clear(increment);
        rows.Add(coordinates, increment);
        var largest = 0.0;
        foreach (var component in increment)
            largest = Math.Max(largest, Math.Abs(component.High));
        return largest;
    }

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        Change(clock, state, exponents);
        if (!IsExact)
        {
            for (var i = 0; i < stageWeights.Length; i++)
                stageWeights[i] = weights[i] + exponents[i];
            modified!.Correct(stageWeights, stageCertainties, LogTime + clock, stageCorrections);
            for (var i = 0; i < exponents.Length; i++)
                exponents[i] += stageCorrections[i] - corrections[i];
        }
        coordinates.Project(exponents, rate);
    }

    /// <summary>
    /// At the start of the step, without the corrections of descent. Extrapolation keeps its order with any matrix here;
    /// stability needs it only up to the corrections, which are small.
    /// </summary>
    public void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian)
    {
        for (var i = 0; i < exponents.Length; i++)
            exponents[i] = -weights[i] * certainties[i];
        coordinates.Gram(exponents, errors, jacobian);
    }

    /// <summary>
    /// Errors of w are measured in margins, 1/R each, R = maxᵢ ‖zᵢ‖, relative to log T, and relative to ‖w‖∞. No component
    /// is asked for more than rounding allows. The clock has no error.
    /// </summary>
    internal double Allowed(Accuracy accuracy)
    {
        var (size, speed) = (0.0, 0.0);
        for (var j = 0; j < start.Length; j++)
        {
            size = Math.Max(size, Math.Abs(start[j].High + displacement[j].High));
            speed = Math.Max(speed, Math.Abs(velocity[j].High));
        }
        var allowed = (accuracy.Absolute + accuracy.Relative * Elapsed.High) / radius;
        return allowed + accuracy.Relative * size + Rounding.Of(size + speed);
    }

    /// <inheritdoc/>
    public void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale) =>
        scale.Fill(Allowed(accuracy));

    /// <summary>Whether the gradient has cancelled down to rounding of its terms, and of log T in their exponents.</summary>
    public bool Stationary(ReadOnlySpan<double> state)
    {
        var (terms, square) = (0.0, 0.0);
        for (var i = 0; i < norms.Length; i++)
            terms += weights[i] * norms[i];
        foreach (var component in velocity)
            square += component.High * component.High;
        var units = 4 + Math.Abs(logOrigin + logScale + Elapsed.High);
        return Math.Sqrt(square) <= units * Rounding.Unit * terms;
    }

    /// <summary>Everything at the start of a step, from displacement and Elapsed.</summary>
    private void MoveFrame()
    {
        var logTime = Exponents(Elapsed, displacement, exponents);
        var (stiffness, sum) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < exponents.Length; i += SampleColumns.Lane)
        {
            var exponent = Vector512.Create(exponents, i); // log(ηT) - mᵢ
            var certain = Vector512<double>.One;
            Vector512<double> weight;
            if (saturation == 0)
            {
                weight = Elementary.Exp(exponent);
            }
            else
            {
                var margin = Vector512.Create(logTime) - exponent;
                var smaller = Elementary.Exp(-Vector512.Abs(margin));
                var above = Vector512.GreaterThanOrEqual(margin, Vector512<double>.Zero);
                certain =
                    Vector512.ConditionalSelect(above, Vector512<double>.One, smaller)
                    / (Vector512<double>.One + smaller);
                weight =
                    Elementary.Exp(Vector512.ConditionalSelect(above, exponent, Vector512.Create(logTime)))
                    / (Vector512<double>.One + smaller);
            }
            weight.CopyTo(weights, i);
            certain.CopyTo(certainties, i);
        }
        weights.AsSpan(rows.Model.SampleCount).Clear();
        for (var i = 0; i < weights.Length; i += SampleColumns.Lane)
        {
            var (weight, norm) = (Vector512.Create(weights, i), Vector512.Create(norms, i));
            sum += weight;
            stiffness += weight * Vector512.Create(certainties, i) * norm * norm;
        }
        Finite = double.IsFinite(logTime) && double.IsFinite(Lanes.Sum(sum));
        Stiffness = Lanes.Sum(stiffness);

        weights.CopyTo(total, 0);
        if (!IsExact)
        {
            modified!.Correct(weights, certainties, LogTime, corrections);
            for (var i = 0; i < total.Length; i++)
                total[i] += corrections[i];
        }
        rows.Features.ProjectAccurately(total, velocity);
        Array.Clear(slopes);
        Array.Clear(errors);
        rows.Features.SubtractAccurately(velocity, 1, slopes, errors);
        slopes.AsSpan(rows.Model.SampleCount).Clear();
    }

    /// <summary>
    /// change ← Eᵢ - Eᵢ(start of the step), from the change of log(ηT) - mᵢ, with p = 1/(1 + κ e^{-m}) and g = eˣ - 1:
    /// Eᵢ (p g + (1 - p) (1 + g) (1 - e^{-τ})) / (p + (1 - p) (1 + g) e^{-τ}). Where κ = 0, p = 1 and this is Eᵢ g.
    /// </summary>
    private void Change(double step, ReadOnlySpan<double> state, double[] change)
    {
        var (one, length) = (Vector512<double>.One, Vector512.Create(step));
        var passed = Vector512.Create(-LogDomain.Expm1(-step));
        for (var i = 0; i < change.Length; i += SampleColumns.Lane)
        {
            var weight = Vector512.Create(weights, i);
            var exponent = length * Vector512.Create(slopes, i) - coordinates.Image(state, i);
            var growth = Elementary.Expm1(exponent);
            var certain = Vector512.Create(certainties, i);
            if (saturation == 0)
            {
                (weight * growth).CopyTo(change, i);
                certain.CopyTo(stageCertainties, i);
                continue;
            }
            var doubtful = (one - certain) * (one + growth);
            var width = certain + doubtful * (one - passed);
            (weight * (certain * growth + doubtful * passed) / width).CopyTo(change, i);
            (certain / width).CopyTo(stageCertainties, i);
        }
    }
}
