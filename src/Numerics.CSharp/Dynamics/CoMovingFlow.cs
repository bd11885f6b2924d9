using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Integrators;

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
/// iterations: the modified equation of the explicit Euler method (Hairer, Lubich and Wanner, Geometric Numerical
/// Integration, section IX.1) to second order, w' = f - f'f/2 + f'f'f/3 + f''(f,f)/12 with f = -η∇L. Every term is a
/// combination of rows, so it changes the weights Eᵢ only; the terms are smaller than f by 1/T and 1/T².
/// </remarks>
internal sealed class CoMovingFlow : IStiffFlow
{
    /// <summary>Beyond this log T a correction by 1/T is below rounding.</summary>
    private const double Uncorrected = 45;

    private readonly RowSpace rows;
    private readonly SampleColumns coordinates;
    private readonly double saturation; // κ
    private readonly double logScale; // log η
    private readonly double logOrigin; // log T at the start
    private readonly bool discrete;
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
    private readonly double[] images;
    private readonly double[] stageCorrections;
    private readonly double[] sums;

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
        discrete = stepSize.HasValue;
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
        images = PerSample();
        stageCorrections = PerSample();
        sums = new double[coordinates.ColumnCount];
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

    /// <summary>The series about the start of a step; null for descent, whose corrections it does not know.</summary>
    internal CoMovingSeries? Series => discrete ? null : new CoMovingSeries(this, coordinates);

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

    /// <summary>‖w - w'‖∞ to another run at the same moment.</summary>
    internal double DistanceTo(CoMovingFlow other)
    {
        var distance = 0.0;
        for (var j = 0; j < start.Length; j++)
        {
            var difference = (start[j] - other.start[j]) + (displacement[j] - other.displacement[j]);
            distance = Math.Max(distance, Math.Abs((double)difference));
        }
        return distance;
    }

    /// <inheritdoc/>
    public void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate)
    {
        var step = clock;
        for (var i = 0; i < exponents.Length; i += Vector256<double>.Count)
            (Vector256.Create(step) * Vector256.Create<double>(slopes.AsSpan(i))).CopyTo(exponents.AsSpan(i));
        coordinates.Subtract(state, exponents);
        Change(step, exponents);
        if (discrete && logOrigin + Elapsed.High < Uncorrected)
        {
            for (var i = 0; i < stageWeights.Length; i++)
                stageWeights[i] = weights[i] + exponents[i];
            Correct(stageWeights, stageCertainties, step, stageCorrections);
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
        var rank = coordinates.ColumnCount;
        for (var i = 0; i < exponents.Length; i++)
            exponents[i] = -weights[i] * certainties[i];
        coordinates.Gram(exponents, images, jacobian);
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
        offsets.CopyTo(exponents, 0);
        offsetErrors.CopyTo(errors, 0);
        rows.Features.SubtractAccurately(displacement, Elapsed, exponents, errors);
        var logTime = (double)(Elapsed + logOrigin + logScale);
        var finite = double.IsFinite(logTime);
        var stiffness = 0.0;
        for (var i = 0; i < rows.Model.SampleCount; i++)
        {
            var exponent = exponents[i]; // log(ηT) - mᵢ
            if (saturation == 0)
            {
                certainties[i] = 1;
                weights[i] = Math.Exp(exponent);
            }
            else
            {
                var margin = logTime - exponent;
                var smaller = Math.Exp(-Math.Abs(margin));
                certainties[i] = (margin >= 0 ? 1 : smaller) / (1 + smaller);
                weights[i] = Math.Exp(Math.Min(exponent, logTime)) / (1 + smaller);
            }
            finite &= double.IsFinite(weights[i]);
            stiffness += weights[i] * certainties[i] * norms[i] * norms[i];
        }
        Finite = finite;
        Stiffness = stiffness;

        weights.CopyTo(total, 0);
        if (discrete && logTime - logScale < Uncorrected)
        {
            Correct(weights, certainties, 0, corrections);
            for (var i = 0; i < total.Length; i++)
                total[i] += corrections[i];
        }
        rows.Features.ProjectAccurately(total, velocity);
        Array.Fill(slopes, 0.0);
        Array.Clear(errors);
        rows.Features.SubtractAccurately(velocity, 1, slopes, errors);
        slopes.AsSpan(rows.Model.SampleCount).Clear();
    }

    /// <summary>
    /// exponents ← Eᵢ - Eᵢ(start of the step), from the change of log(ηT) - mᵢ, with p = 1/(1 + κ e^{-m}) and g = eˣ - 1:
    /// Eᵢ (p g + (1 - p) (1 + g) (1 - e^{-τ})) / (p + (1 - p) (1 + g) e^{-τ}). Where κ = 0, p = 1 and this is Eᵢ g.
    /// </summary>
    private void Change(double step, Span<double> exponents)
    {
        if (saturation == 0)
        {
            for (var i = 0; i < exponents.Length; i += Vector256<double>.Count)
            {
                var weight = Vector256.Create<double>(weights.AsSpan(i));
                var growth = VectorExpm1.Of(Vector256.Create<double>(exponents[i..]));
                (weight * growth).CopyTo(exponents[i..]);
            }
            certainties.CopyTo(stageCertainties, 0);
            return;
        }
        var passed = Vector256.Create(-LogDomain.Expm1(-step));
        for (var i = 0; i < exponents.Length; i += Vector256<double>.Count)
        {
            var weight = Vector256.Create<double>(weights.AsSpan(i));
            var certain = Vector256.Create<double>(certainties.AsSpan(i));
            var growth = VectorExpm1.Of(Vector256.Create<double>(exponents[i..]));
            var doubtful = (Vector256<double>.One - certain) * (Vector256<double>.One + growth);
            var width = certain + doubtful * (Vector256<double>.One - passed);
            (weight * (certain * growth + doubtful * passed) / width).CopyTo(exponents[i..]);
            (certain / width).CopyTo(stageCertainties.AsSpan(i));
        }
    }

    /// <summary>
    /// correction ← ½ε D u + ε² (D Zv/3 + D (2p - 1) u²/12) with ε = 1/T, D = Eᵢ pᵢ, u = Z Σ Eᵢ zᵢ and v = Σ Dᵢ uᵢ zᵢ: the terms
    /// -f'f/2, f'f'f/3 and f''(f,f)/12 as weights of rows.
    /// </summary>
    private void Correct(double[] weights, double[] certainties, double step, double[] correction)
    {
        var inverse = Math.Exp(-(logOrigin + Elapsed.High + step));
        coordinates.Project(weights, sums);
        Array.Clear(images);
        coordinates.Subtract(sums, images); // -u
        for (var i = 0; i < correction.Length; i++)
            correction[i] = -weights[i] * certainties[i] * images[i];
        coordinates.Project(correction, sums);
        for (var i = 0; i < correction.Length; i++)
            correction[i] =
                inverse / 2 * correction[i]
                + inverse
                    * inverse
                    * weights[i]
                    * certainties[i]
                    * (2 * certainties[i] - 1)
                    * images[i]
                    * images[i]
                    / 12;
        Array.Clear(images);
        coordinates.Subtract(sums, images); // -Zv
        for (var i = 0; i < correction.Length; i++)
            correction[i] -= inverse * inverse * weights[i] * certainties[i] * images[i] / 3;
    }
}
