using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Active-set method in floating point for the hard-margin dual max Σαₙ - ½‖Σαₙzₙ‖² over α ≥ 0 (and Σαₙyₙ = 0
/// for a free bias), first in double and, from the support found there, in double-double arithmetic. It proposes a solution;
/// it proves nothing.
/// </summary>
/// <remarks>
/// The points with α > 0 are kept linearly independent. Each step adds the point of worst margin and moves to the
/// optimum on the enlarged support, dropping points whose α would turn negative on the way (as in Lawson and
/// Hanson's NNLS and Wolfe's nearest-point method). A worst point that depends linearly on the support opens a
/// direction in which the dual objective rises linearly: either a support point blocks it and is dropped, or
/// nothing does and the direction is a Gordan certificate of non-separability.
/// </remarks>
internal sealed class SupportSearch
{
    private readonly double[] inputs; // n × d
    private readonly double[] rows; // the same, or n × (d + 1) with a free bias: centred, and yₙ
    private readonly int[]? labels;
    private readonly int count;
    private readonly int width;
    private readonly RowBasis basis;
    private readonly List<int> support = [];
    private readonly double[] alpha; // along support
    private readonly double[] target; // along support: optimum with exactly this support
    private readonly double[] scratch;
    private readonly double[] weights; // width
    private readonly double[] centre; // of the inputs, taken out where a free bias makes that harmless
    private readonly MarginPricing pricing;
    private KktRefinement? refinement; // from the second stage on

    private SupportSearch(double[] signedInputs, int count, int dimension, int[]? labels)
    {
        inputs = signedInputs;
        this.count = count;
        this.labels = labels;
        width = labels is null ? dimension : dimension + 1;
        // The label column has no influence on the optimum (Σαy = 0); its size only sets the conditioning.
        centre = new double[dimension];
        rows = labels is null ? signedInputs : CentredWithLabels(signedInputs, count, labels, centre);
        pricing = new MarginPricing(rows, width, inputs, dimension, labels);
        var capacity = Math.Min(count, width);
        basis = new RowBasis(width, capacity);
        alpha = new double[capacity + 1];
        target = new double[capacity + 1];
        scratch = new double[capacity + 1];
        weights = new double[width];
    }

    /// <summary>What the search ended with. Support is that of α, or of the suspected certificate.</summary>
    internal sealed record Proposal(int[] Support, bool Separable, bool Converged)
    {
        /// <summary>α along Support.</summary>
        public DoubleDouble[] Dual { get; init; } = [];

        /// <summary>w, leading and trailing parts.</summary>
        public double[] WeightsHigh { get; init; } = [];

        /// <inheritdoc cref="WeightsHigh"/>
        public double[] WeightsLow { get; init; } = [];

        /// <summary>b.</summary>
        public DoubleDouble Bias { get; init; }

        /// <summary>marginₙ - 1 of these weights where they are known already, else null.</summary>
        public double[]? Slacks { get; init; }
    }

    /// <param name="signedInputs">Rows zₙ, row-major n×d, entries of order 1.</param>
    /// <param name="count">n.</param>
    /// <param name="dimension">d.</param>
    /// <param name="labels">yₙ for a free bias, else null.</param>
    public static Proposal Run(double[] signedInputs, int count, int dimension, int[]? labels)
    {
        var search = new SupportSearch(signedInputs, count, dimension, labels);
        return search.Run(dimension);
    }

    private ReadOnlySpan<double> Row(int n) => rows.AsSpan(n * width, width);

    private Proposal Run(int dimension)
    {
        var bias = 0.0;
        var entering = -1;
        if (labels is not null && !StartFromPair(out var coincident))
            return NotSeparable(coincident);
        // Supports rarely need more than a few exchanges per dimension; the limit only stops a cycle of roundings.
        for (var step = 0; step < 100 + 20 * (Math.Min(count, width) + 10); step++)
        {
            if (!TrySolveOnSupport(ref bias))
                return Finished(bias, dimension, converged: true);
            var size = support.Count;
            var blocking = Blocking(size, out var length);
            if (blocking >= 0)
            {
                if (entering >= 0 && target[size - 1] <= 0 && support[size - 1] == entering)
                {
                    pricing.Reject(entering); // only rounding can do this to a violated point
                    RemoveAt(size - 1);
                }
                else
                {
                    for (var i = 0; i < size; i++)
                        alpha[i] += length * (target[i] - alpha[i]);
                    RemoveAt(blocking);
                    pricing.Forgive();
                }
                entering = -1;
                continue;
            }
            Array.Copy(target, alpha, size);
            if (entering >= 0)
                pricing.Forgive();
            entering = -1;
            var worst = refinement is null ? pricing.Worst(weights, bias) : pricing.WorstRefined(refinement);
            if (worst < 0 && refinement is null)
            {
                refinement = new KktRefinement(dimension, alpha.Length);
                pricing.Forgive();
                continue;
            }
            if (worst < 0)
                return Finished(bias, dimension, converged: true);
            if (basis.TryAppend(Row(worst)))
            {
                alpha[size] = 0.0;
                support.Add(worst);
                entering = worst;
                continue;
            }
            var coefficients = scratch.AsSpan(0, size);
            basis.Coefficients(Row(worst), coefficients);
            var leaving = Leaving(coefficients);
            if (leaving < 0 && refinement is not null)
                return Finished(bias, dimension, converged: true); // not to be resolved in double
            if (leaving < 0)
            {
                var certificate = new List<int> { worst };
                for (var i = 0; i < size; i++)
                    if (coefficients[i] < -1e-9)
                        certificate.Add(support[i]);
                return NotSeparable([.. certificate]);
            }
            var rise = alpha[leaving] / coefficients[leaving];
            for (var i = 0; i < size; i++)
                alpha[i] -= rise * coefficients[i];
            RemoveAt(leaving);
            entering = -1;
            if (basis.TryAppend(Row(worst)))
            {
                alpha[support.Count] = rise;
                support.Add(worst);
            }
            else
                pricing.Reject(worst);
        }
        return Finished(bias, dimension, converged: false);
    }

    // False if refinement does not converge; w, b and α are then left as double found them.
    private bool TrySolveOnSupport(ref double bias)
    {
        if (refinement is null)
        {
            bias = SolveOnSupport();
            return true;
        }
        if (!refinement.Solve(inputs, CollectionsMarshal.AsSpan(support), [], labels, centre, basis))
        {
            refinement = null;
            bias = SolveOnSupport();
            Array.Copy(target, alpha, support.Count);
            return false;
        }
        for (var i = 0; i < support.Count; i++)
            target[i] = refinement.Dual(i).High;
        return true;
    }

    // target ← argmax of the dual over α supported (with any sign) on the support, weights ← Σ targetₙ zₙ; returns b.
    private double SolveOnSupport()
    {
        var size = support.Count;
        var right = target.AsSpan(0, size);
        right.Fill(1.0);
        basis.SolveLower(right);
        var bias = 0.0;
        if (labels is not null)
        {
            var sides = scratch.AsSpan(0, size);
            for (var i = 0; i < size; i++)
                sides[i] = labels[support[i]];
            basis.SolveLower(sides);
            bias = VectorKernels.Dot(sides, right) / VectorKernels.Dot(sides, sides);
            VectorKernels.AddScaled(-bias, sides, right);
        }
        basis.Combine(right, weights);
        basis.SolveUpper(right);
        return bias;
    }

    private int Blocking(int size, out double length)
    {
        var blocking = -1;
        length = 1.0;
        for (var i = 0; i < size; i++)
        {
            if (target[i] > 0)
                continue;
            var reach = alpha[i] > 0 ? alpha[i] / (alpha[i] - target[i]) : 0.0;
            if (blocking < 0 || reach < length)
                (blocking, length) = (i, reach);
        }
        return blocking;
    }

    private int Leaving(ReadOnlySpan<double> coefficients)
    {
        var leaving = -1;
        for (var i = 0; i < coefficients.Length; i++)
            if (
                coefficients[i] > 1e-9
                && (leaving < 0 || alpha[i] * coefficients[leaving] < alpha[leaving] * coefficients[i])
            )
                leaving = i;
        return leaving;
    }

    private void RemoveAt(int index)
    {
        basis.Remove(index);
        support.RemoveAt(index);
        for (var i = index; i < support.Count; i++)
            alpha[i] = alpha[i + 1];
    }

    // A free bias needs one point of each class: take two that face each other.
    private bool StartFromPair(out int[] coincident)
    {
        var positive = Array.IndexOf(labels!, 1);
        var negative = Nearest(positive);
        positive = Nearest(negative);
        coincident = [positive, negative];
        if (!basis.TryAppend(Row(positive)))
            return false;
        support.Add(positive);
        if (!basis.TryAppend(Row(negative)))
            return false;
        support.Add(negative);
        return true;
    }

    private int Nearest(int point)
    {
        var nearest = -1;
        var smallest = double.PositiveInfinity;
        for (var n = 0; n < count; n++)
        {
            if (labels![n] == labels[point])
                continue;
            // Labels are folded in, so the difference of two inputs of unlike class is the sum of their rows.
            var sum = 0.0;
            for (var k = 0; k < width; k++)
                sum += (Row(n)[k] + Row(point)[k]) * (Row(n)[k] + Row(point)[k]);
            if (nearest < 0 || sum < smallest)
                (nearest, smallest) = (n, sum);
        }
        return nearest;
    }

    private static Proposal NotSeparable(int[] certificate) =>
        new(certificate, Separable: false, Converged: true);

    private Proposal Finished(double bias, int dimension, bool converged)
    {
        var proposal = new Proposal([.. support], Separable: true, converged);
        if (refinement is not null)
            return proposal with
            {
                Dual = [.. Enumerable.Range(0, support.Count).Select(refinement.Dual)],
                WeightsHigh = refinement.WeightsHigh.ToArray(),
                WeightsLow = refinement.WeightsLow.ToArray(),
                Bias = refinement.Bias,
                Slacks = converged ? pricing.Slacks : null, // else of an earlier support
            };
        var direction = weights[..dimension];
        return proposal with
        {
            Dual = [.. alpha.Take(support.Count).Select(value => (DoubleDouble)value)],
            WeightsHigh = direction,
            WeightsLow = new double[dimension],
            Bias = bias - VectorKernels.Dot(direction, centre),
        };
    }

    private static double[] CentredWithLabels(double[] signedInputs, int count, int[] labels, double[] centre)
    {
        var dimension = centre.Length;
        for (var n = 0; n < count; n++)
            VectorKernels.AddScaled(
                (double)labels[n] / count,
                signedInputs.AsSpan(n * dimension, dimension),
                centre
            );
        var width = dimension + 1;
        var result = new double[count * width];
        for (var n = 0; n < count; n++)
        {
            var row = result.AsSpan(n * width, width);
            signedInputs.AsSpan(n * dimension, dimension).CopyTo(row);
            VectorKernels.AddScaled(-labels[n], centre, row);
            row[dimension] = labels[n];
        }
        return result;
    }
}
