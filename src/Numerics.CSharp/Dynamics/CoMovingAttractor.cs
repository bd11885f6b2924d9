using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Integrators;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// The one run that every other run of a <see cref="CoMovingFlow"/> is drawn to, as an asymptotic series: late in a run it is
/// reached at any log T in one step, with no integration in between.
/// </summary>
/// <remarks>
/// The loss is convex, so two runs never move apart, and where Σ Eᵢ zᵢ zᵢᵀ has a smallest eigenvalue λ their distance falls by
/// e^{-λ} per unit of s. What is left after long enough does not depend on the start: it is the solution that
/// changes slowly, Σ Eᵢ zᵢ = v with v = dw/ds, and coefficient k + 1 of that equation, read backwards, gives coefficient k of
/// v from the next one,
///     v_k = J⁻¹ (Zᵀ P_k - (k+1) v_{k+1}),  P_k = [k = 0] E₀ + Σ_{j=1..k} E_j ∘ (1 - Zv)_{k-j},  (k+1) E_{k+1} = P_k - E₀ ∘ Zv_k,
/// with J = Zᵀ diag(E₀) Z; forwards the same recursion is the Taylor series, which fast modes make useless. w itself follows by
/// Newton's method. The series is cut before its smallest term (F. Olver, Asymptotics and Special Functions, 1974), whose
/// effect on w, twice, is the error. Corrections of descent and of the logistic loss are below rounding here.
/// </remarks>
internal sealed class CoMovingAttractor
{
    /// <summary>Coefficients of v used at most.</summary>
    private const int Order = 8;

    /// <summary>Margins by which a run may differ from the series where the jump starts.</summary>
    private const double Near = 0.1;

    /// <summary>e^{-39} is below half an ulp of 1; a tenth more for what <see cref="Near"/> and growing weights do to λ.</summary>
    private const double Forgotten = 43;

    /// <summary>From this margin on 1 + e^{-m} is 1.</summary>
    private const double CertainMargin = 39;

    /// <summary>A Newton step changes no margin by more: beyond, exponentials are not what their tangents say.</summary>
    private const double LongestStep = 2;

    /// <summary>Margins grow by at most this in a jump, so that Newton's method gets back in a few steps.</summary>
    private const double LongestReach = 8;

    private const int MostIterations = 200;

    private readonly CoMovingFlow flow;
    private readonly SampleColumns rows;
    private readonly DenseFactorization curvature; // J
    private readonly double[] matrix;
    private readonly double[] work;
    private readonly double[] weights; // E_k, coefficient after coefficient
    private readonly double[] slopes; // (1 - Zv)_k
    private readonly double[] velocities; // v_k
    private readonly double[] shift;
    private readonly double[] term;
    private readonly double[] predicted;
    private readonly DoubleDouble[] place;

    /// <summary>The attractor of one flow.</summary>
    internal CoMovingAttractor(CoMovingFlow flow)
    {
        this.flow = flow;
        rows = flow.Coordinates;
        curvature = new DenseFactorization(rows.ColumnCount);
        matrix = new double[rows.ColumnCount * rows.ColumnCount];
        work = new double[rows.PaddedCount];
        weights = new double[(Order + 3) * rows.PaddedCount];
        slopes = new double[(Order + 3) * rows.PaddedCount];
        velocities = new double[(Order + 2) * rows.ColumnCount];
        shift = new double[rows.ColumnCount];
        term = new double[rows.ColumnCount];
        predicted = new double[rows.ColumnCount];
        place = new DoubleDouble[flow.ParameterCount];
    }

    /// <summary>
    /// Moves the flow along the attractor by a step, or by less where that is too far at once, and returns by how much; 0
    /// where the flow has not come close to it, or would remember its start.
    /// </summary>
    /// <param name="step">Wanted.</param>
    /// <param name="allowed">Error of w allowed.</param>
    /// <param name="error">Error of w at the end, in coordinates of the row space.</param>
    internal double Jump(double step, double allowed, Span<double> error)
    {
        // λ is at most the mean eigenvalue: too early, whatever the rest says.
        if (!(step * flow.Stiffness > Forgotten * rows.ColumnCount) || !flow.IsExact)
            return 0;
        Array.Clear(shift);
        flow.Extrapolate(flow.Elapsed, shift, place);
        var near = Near / flow.Radius;
        if (!Solve(flow.Elapsed, near, near, Near, error))
            return 0;
        Velocity(0).CopyTo(predicted);
        var reach = Math.Min(step, LongestReach / Growth());
        var target = flow.Elapsed + reach;
        flow.Extrapolate(target, predicted, place);
        var rounding = Rounding.Unit * (flow.LogTime + reach) / flow.Radius;
        if (
            !Solve(target, rounding, allowed, double.PositiveInfinity, error)
            || !Certain(flow.LogTime + reach)
        )
            return 0;
        // The weights of the last window of time are those at its end up to the factor that one tenth of an e-fold makes.
        var window = Math.Min(
            reach,
            Math.Min(Near / Growth(), flow.LogTime + reach - ModifiedEquation.Uncorrected)
        );
        if (!(window > Forgotten * InverseNorm()))
            return 0;
        flow.Go(target, place);
        return reach;
    }

    private Span<double> Weights(int k) => weights.AsSpan(k * rows.PaddedCount, rows.PaddedCount);

    private Span<double> Slopes(int k) => slopes.AsSpan(k * rows.PaddedCount, rows.PaddedCount);

    private Span<double> Velocity(int k) => velocities.AsSpan(k * rows.ColumnCount, rows.ColumnCount);

    /// <summary>The largest rate at which the logarithm of a weight grows; never below rounding.</summary>
    private double Growth()
    {
        var largest = Rounding.Unit;
        foreach (var slope in Slopes(0)[..rows.SampleCount])
            largest = Math.Max(largest, slope);
        return largest;
    }

    /// <summary>‖J⁻¹‖ in the Frobenius norm, at least 1/λ.</summary>
    private double InverseNorm()
    {
        var square = 0.0;
        for (var j = 0; j < shift.Length; j++)
        {
            Array.Clear(shift);
            shift[j] = 1;
            curvature.Solve(shift);
            foreach (var entry in shift)
                square += entry * entry;
        }
        return Math.Sqrt(square);
    }

    /// <summary>place ← w on the attractor at a moment; false where it is further than this from place, or not to be had.</summary>
    private bool Solve(
        DoubleDouble elapsed,
        double sufficient,
        double allowed,
        double near,
        Span<double> error
    )
    {
        Array.Clear(velocities);
        var order = 0; // of the last coefficient used
        var sweeps = 0; // with that order; a coefficient takes as many to tell v₀
        var previous = double.PositiveInfinity; // error of the cut before
        var (moved, last) = (0.0, double.PositiveInfinity);
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            flow.Exponents(elapsed, place, work);
            for (var i = 0; i < work.Length; i += SampleColumns.Lane)
                Elementary.Exp(Vector512.Create(work, i)).CopyTo(weights, i);
            Weights(0)[rows.SampleCount..].Clear();
            rows.Gram(Weights(0), work, matrix);
            curvature.Factor(matrix);
            Expand(order);

            // Newton: the weights at place give Zᵀ E₀, those at the attractor v₀.
            rows.Project(Weights(0), shift);
            for (var j = 0; j < shift.Length; j++)
                shift[j] -= Velocity(0)[j];
            curvature.Solve(shift);
            rows.Map(shift, work);
            var change = Rounding.Largest(work);
            if (!(change < double.PositiveInfinity))
                return false;
            if (change > LongestStep)
                foreach (ref var component in shift.AsSpan())
                    component *= LongestStep / change;
            moved += Math.Min(change, LongestStep);
            if (moved > near)
                return false;
            flow.Move(shift, place);
            var converged = change <= 4 * Rounding.Unit || (change < 1e-12 && change > last / 2);
            last = change;
            if (!converged || sweeps++ < order)
                continue;

            var cut = Cut(order + 1, error);
            if (cut <= sufficient)
                return true;
            if (!(cut < previous / 2) || order == Order)
                return cut <= allowed;
            (previous, last) = (cut, double.PositiveInfinity);
            (order, sweeps) = (order + 1, 0);
        }
        return false;
    }

    /// <summary>Whether every margin is one at which the logistic loss is exponential.</summary>
    private bool Certain(double logTime)
    {
        for (var i = 0; i < rows.SampleCount; i++)
            if (!(Weights(0)[i] <= Math.Exp(logTime - CertainMargin)))
                return false;
        return true;
    }

    /// <summary>The coefficients of weights and velocities, from E₀ and the velocities of the iteration before; one more than used.</summary>
    private void Expand(int order)
    {
        for (var k = 0; k <= order + 1; k++)
        {
            var products = Weights(k + 1);
            if (k == 0)
                Weights(0).CopyTo(products);
            else
                products.Clear();
            for (var j = 1; j <= k; j++)
                AddProduct(Weights(j), Slopes(k - j), products);
            var velocity = Velocity(k);
            rows.Project(products, term);
            for (var j = 0; j < term.Length; j++)
                term[j] -= k < order ? (k + 1) * Velocity(k + 1)[j] : 0;
            curvature.Solve(term);
            term.CopyTo(velocity);
            rows.Map(velocity, Slopes(k));
            for (var i = 0; i < products.Length; i++)
            {
                var slope = (k == 0 && i < rows.SampleCount ? 1 : 0) - Slopes(k)[i];
                Slopes(k)[i] = slope;
                products[i] = (products[i] - (k == 0 ? Weights(0)[i] : 0) + Weights(0)[i] * slope) / (k + 1);
            }
        }
    }

    /// <summary>total ← total + a ∘ b, of padded length.</summary>
    private static void AddProduct(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> total)
    {
        for (var i = 0; i < total.Length; i += SampleColumns.Lane)
            (
                Vector512.Create<double>(total[i..]) + Vector512.Create(a[i..]) * Vector512.Create(b[i..])
            ).CopyTo(total[i..]);
    }

    /// <summary>error ← twice k! J^{-k-1} v_k, what it does to w to leave v_k out; returned is its largest component.</summary>
    private double Cut(int order, Span<double> error)
    {
        Velocity(order).CopyTo(error);
        curvature.Solve(error);
        for (var k = order; k > 0; k--)
        {
            foreach (ref var component in error)
                component *= k;
            curvature.Solve(error);
        }
        foreach (ref var component in error)
            component *= 2;
        return flow.Largest(error);
    }
}
