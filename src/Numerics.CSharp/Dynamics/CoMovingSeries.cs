using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// The Taylor series of a <see cref="CoMovingFlow"/> about the start of a step: the explicit method for the transient,
/// where each of its steps replaces a hundred of a low order. The equations are polynomial, so every coefficient
/// costs one gradient and a Cauchy product per sample.
/// </summary>
/// <remarks>
/// d log Eᵢ/ds = 1 - (1 - qᵢ) mᵢ' and d log qᵢ/ds = -(1 - qᵢ) mᵢ' with mᵢ' = zᵢ·Σ Eⱼ zⱼ and qᵢ = κ/(eᵐ + κ), which is
/// 0 for the exponential loss and negligible for the logistic once margins have grown. The step is the one at which the
/// two terms before the last three are as large as the error allowed (Jorba and Zou 2005, Experimental Mathematics 14).
/// </remarks>
internal sealed class CoMovingSeries
{
    /// <summary>
    /// Terms of the increment, the last of which says what those before leave out. At 25 the step reaches a third of the
    /// radius of convergence.
    /// </summary>
    private const int Order = 25;

    /// <summary>Terms that the step is not chosen for: each is worth a factor of about three.</summary>
    private const int Spare = 4;

    /// <summary>Of one term to the one before, where they do not fall.</summary>
    private const double LargestRatio = 0.9;

    /// <summary>Terms in which one at least is not about to pass through zero.</summary>
    private const int Window = 4;

    /// <summary>Room in what the series is taken to leave out.</summary>
    private const double MissedUnits = 2;

    /// <summary>Below this a q changes nothing: under an ulp of 1.</summary>
    private const double Negligible = 1e-17;

    private readonly CoMovingFlow flow;
    private readonly SampleColumns coordinates;
    private readonly int width; // numbers of a coefficient
    private readonly int rank;
    private readonly double[] weights; // E, coefficient after coefficient
    private readonly double[] doubts; // q
    private readonly double[] rates; // -m'
    private readonly double[] losses; // -(1 - q) m'
    private readonly double[] velocities; // Σ Eᵢ zᵢ, in coordinates of the row space
    private readonly double[] passed;
    private readonly double[] damping;
    private readonly double[] image;
    private readonly double[] change;

    /// <summary>The series of one flow, to be expanded anew for every step.</summary>
    internal CoMovingSeries(CoMovingFlow flow)
    {
        this.flow = flow;
        coordinates = flow.Coordinates;
        width = coordinates.PaddedCount;
        rank = coordinates.ColumnCount;
        weights = new double[Order * width];
        doubts = new double[Order * width];
        rates = new double[Order * width];
        losses = new double[Order * width];
        velocities = new double[Order * rank];
        passed = new double[width];
        damping = new double[width];
        image = new double[width];
        change = new double[rank];
    }

    /// <summary>Expands about the start of the step; the result is the largest step with a local error of at most this.</summary>
    internal double Expand(double allowed)
    {
        flow.Weights.CopyTo(weights);
        var certain = true;
        for (var i = 0; i < width; i++)
        {
            doubts[i] = 1 - flow.Certainties[i];
            certain &= doubts[i] < Negligible;
        }
        for (var k = 0; k < Order - 1; k++)
        {
            coordinates.Project(weights.AsSpan(k * width, width), Velocity(k));
            for (var i = 0; i < width; i += SampleColumns.Lane)
                if (certain)
                    ExtendCertain(k, i);
                else
                    Extend(k, i);
        }
        coordinates.Project(weights.AsSpan((Order - 1) * width), Velocity(Order - 1));

        var step = double.PositiveInfinity;
        for (var k = Order - Spare - 2; k < Order - Spare; k++)
            step = Math.Min(step, Math.Pow(allowed * (k + 1) / Rounding.Largest(Velocity(k)), 1.0 / (k + 1)));
        return step;
    }

    /// <summary>The integrals of the weights over a step, whose combination of rows is the increment of w.</summary>
    internal ReadOnlySpan<double> Integrate(double step)
    {
        var factor = Vector512.Create(step);
        Array.Clear(passed);
        for (var k = Order - 2; k >= 0; k--)
        {
            var share = Vector512.Create(1.0 / (k + 1));
            for (var i = 0; i < width; i += SampleColumns.Lane)
                (
                    factor
                    * Vector512.FusedMultiplyAdd(
                        share,
                        Vector512.Create(weights, k * width + i),
                        Vector512.Create(passed, i)
                    )
                ).CopyTo(passed, i);
        }
        return passed;
    }

    /// <summary>
    /// error ← what becomes of it over the step last integrated, and what the step adds to it. The weights passed, G = Z'DZ,
    /// make the flow of small departures linear; the series of e⁻ˣ to x⁴ never damps more than it does.
    /// </summary>
    internal void Transport(double step, double[] error)
    {
        var trace = 0.0; // at least the largest eigenvalue of G
        for (var i = 0; i < width; i++)
        {
            damping[i] = passed[i] * flow.Certainties[i];
            trace += damping[i] * flow.Norms[i] * flow.Norms[i];
        }
        var parts = Math.Ceiling(trace);
        for (var part = 0; part < parts; part++)
        {
            error.CopyTo(change, 0);
            for (var power = 1; power <= 4; power++)
            {
                for (var i = 0; i < width; i += SampleColumns.Lane)
                    (coordinates.Image(change, i) * Vector512.Create(damping, i)).CopyTo(image, i);
                for (var j = 0; j < rank; j++)
                {
                    change[j] = -coordinates.Dot(j, image) / (parts * power);
                    error[j] += change[j];
                }
            }
        }
        var omitted = Omitted(step);
        if (omitted > 0)
            Rounding.Accumulate(Velocity(Order - 1), MissedUnits * omitted, error);
    }

    /// <summary>
    /// The size of the last term, or what it would be had one of the three before it fallen like ρᵏ, with ρ⁴ the ratio of
    /// the largest of these four to the largest of the four before: single terms may pass through zero.
    /// </summary>
    private double Omitted(double step)
    {
        var (earlier, last) = (0.0, 0.0);
        for (var k = Order - Window; k < Order; k++)
        {
            earlier = Math.Max(earlier, Size(k - Window, step));
            last = Math.Max(last, Size(k, step));
        }
        var ratio = last > 0 ? Math.Min(Math.Pow(last / earlier, 1.0 / Window), LargestRatio) : 0;
        var omitted = 0.0;
        for (var k = Order - Window; k < Order; k++)
            omitted = Math.Max(ratio * omitted, Size(k, step));
        return omitted;
    }

    /// <summary>‖·‖∞ of a term of the increment.</summary>
    private double Size(int k, double step) =>
        Math.Pow(step, k + 1) / (k + 1) * Rounding.Largest(Velocity(k));

    private Span<double> Velocity(int k) => velocities.AsSpan(k * rank, rank);

    /// <summary>Coefficient k of the rates and k + 1 of the weights, of eight samples.</summary>
    /// <remarks>
    /// Nearly all of the time of a flow on few samples is spent here: unchecked loads, and sums that do not wait for each
    /// other.
    /// </remarks>
    private void Extend(int k, int sample)
    {
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var doubt = ref MemoryMarshal.GetArrayDataReference(doubts);
        ref var rate = ref MemoryMarshal.GetArrayDataReference(rates);
        ref var loss = ref MemoryMarshal.GetArrayDataReference(losses);
        var (first, stride) = ((nuint)sample, (nuint)width);
        var last = first + (nuint)k * stride;

        var slope = -coordinates.Image(Velocity(k), sample);
        slope.StoreUnsafe(ref rate, last);
        var (even, odd) = (Vector512<double>.Zero, Vector512<double>.Zero);
        nuint x = first,
            y = last;
        for (; x + stride <= last; x += 2 * stride, y -= 2 * stride)
        {
            even = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref doubt, x),
                Vector512.LoadUnsafe(ref rate, y),
                even
            );
            odd = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref doubt, x + stride),
                Vector512.LoadUnsafe(ref rate, y - stride),
                odd
            );
        }
        if (x <= last)
            even = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref doubt, x),
                Vector512.LoadUnsafe(ref rate, y),
                even
            );
        (slope - (even + odd)).StoreUnsafe(ref loss, last);

        (even, odd) = (Vector512.LoadUnsafe(ref weight, last), Vector512<double>.Zero);
        var (evenDoubt, oddDoubt) = (Vector512<double>.Zero, Vector512<double>.Zero);
        (x, y) = (first, last);
        for (; x + stride <= last; x += 2 * stride, y -= 2 * stride)
        {
            var here = Vector512.LoadUnsafe(ref loss, y);
            var next = Vector512.LoadUnsafe(ref loss, y - stride);
            even = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weight, x), here, even);
            odd = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weight, x + stride), next, odd);
            evenDoubt = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref doubt, x), here, evenDoubt);
            oddDoubt = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref doubt, x + stride),
                next,
                oddDoubt
            );
        }
        if (x <= last)
        {
            var here = Vector512.LoadUnsafe(ref loss, y);
            even = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weight, x), here, even);
            evenDoubt = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref doubt, x), here, evenDoubt);
        }
        var share = Vector512.Create(1.0 / (k + 1));
        ((even + odd) * share).StoreUnsafe(ref weight, last + stride);
        ((evenDoubt + oddDoubt) * share).StoreUnsafe(ref doubt, last + stride);
    }

    /// <summary>The same where every q is negligible.</summary>
    private void ExtendCertain(int k, int sample)
    {
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var loss = ref MemoryMarshal.GetArrayDataReference(losses);
        var (first, stride) = ((nuint)sample, (nuint)width);
        var last = first + (nuint)k * stride;

        (-coordinates.Image(Velocity(k), sample)).StoreUnsafe(ref loss, last);
        var (even, odd) = (Vector512.LoadUnsafe(ref weight, last), Vector512<double>.Zero);
        nuint x = first,
            y = last;
        for (; x + stride <= last; x += 2 * stride, y -= 2 * stride)
        {
            even = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weight, x),
                Vector512.LoadUnsafe(ref loss, y),
                even
            );
            odd = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weight, x + stride),
                Vector512.LoadUnsafe(ref loss, y - stride),
                odd
            );
        }
        if (x <= last)
            even = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weight, x),
                Vector512.LoadUnsafe(ref loss, y),
                even
            );
        ((even + odd) * Vector512.Create(1.0 / (k + 1))).StoreUnsafe(ref weight, last + stride);
    }
}
