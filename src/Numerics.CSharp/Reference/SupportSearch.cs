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
/// nothing does and the direction is a Gordan certificate of non-separability. All margins are computed only when the worst
/// points of last time have been dealt with, since most of the time would go into reading the data.
/// </remarks>
internal sealed class SupportSearch
{
    private const int CandidateCount = 50; // 20 to 100 are equally good on 2000 points in 500 dimensions
    private const int ReadAlways = 4 * CandidateCount; // few enough points to look at all of them every time
    private readonly double[] inputs; // n × d
    private readonly double[] rows; // the same, or n × (d + 1) with a free bias: centred, and yₙ
    private readonly double[] inverseNorms;
    private readonly int[]? labels;
    private readonly int count;
    private readonly int width;
    private readonly RowBasis basis;
    private readonly List<int> support = [];
    private readonly double[] alpha; // along support
    private readonly double[] target; // along support: optimum with exactly this support
    private readonly double[] scratch;
    private readonly double[] weights; // width
    private readonly int[] rejectedAt; // round in which a point was found useless
    private readonly double[] centre; // of the inputs, taken out where a free bias makes that harmless
    private readonly double[] violations; // (1 - margin)/‖row‖, where last computed
    private readonly double[] ordered; // the violations in ascending order
    private readonly List<int> candidates = []; // the worst points when all were last read
    private double candidateThreshold; // the violation of the worst point that is not a candidate
    private double[]? slacks; // marginₙ - 1 in the second stage
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
        inverseNorms = new double[count];
        for (var n = 0; n < count; n++)
            inverseNorms[n] = 1.0 / Math.Sqrt(RowBasis.Dot(Row(n), Row(n)));
        var capacity = Math.Min(count, width);
        basis = new RowBasis(width, capacity);
        alpha = new double[capacity + 1];
        target = new double[capacity + 1];
        scratch = new double[capacity + 1];
        weights = new double[width];
        rejectedAt = new int[count];
        violations = new double[count];
        ordered = new double[count <= ReadAlways ? 0 : count];
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

    private double Label(int n) => labels is null ? 0.0 : labels[n];

    private Proposal Run(int dimension)
    {
        var bias = 0.0;
        var round = 1;
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
                    rejectedAt[entering] = round; // only rounding can do this to a violated point
                    RemoveAt(size - 1);
                }
                else
                {
                    for (var i = 0; i < size; i++)
                        alpha[i] += length * (target[i] - alpha[i]);
                    RemoveAt(blocking);
                    round++;
                }
                entering = -1;
                continue;
            }
            Array.Copy(target, alpha, size);
            if (entering >= 0)
                round++;
            entering = -1;
            var worst = refinement is null ? WorstPoint(bias, round) : WorstRefined(round);
            if (worst < 0 && refinement is null)
            {
                refinement = new KktRefinement(dimension, alpha.Length);
                round++;
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
            if (refinement is not null)
                return Finished(bias, dimension, converged: true); // an exchange that double cannot resolve
            var coefficients = scratch.AsSpan(0, size);
            basis.Coefficients(Row(worst), coefficients);
            var leaving = Leaving(coefficients);
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
                rejectedAt[worst] = round;
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
            bias = RowBasis.Dot(sides, right) / RowBasis.Dot(sides, sides);
            RowBasis.AddScaled(-bias, sides, right);
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

    private int WorstPoint(double bias, int round)
    {
        var size = Math.Sqrt(RowBasis.Dot(weights, weights));
        var worst = -1;
        foreach (var n in candidates)
        {
            Judge(n, RowBasis.Dot(Row(n), weights), bias, size);
            worst = Worse(worst, n, round);
        }
        if (worst >= 0 && violations[worst] > candidateThreshold)
            return worst;
        return WorstOfAll(bias, size, round);
    }

    private int WorstOfAll(double bias, double size, int round)
    {
        var worst = -1;
        var n = 0;
        for (; n <= count - 4; n += 4)
        {
            var (a, b, c, d) = RowBasis.Dot4(rows.AsSpan(n * width, 4 * width), weights);
            Judge(n, a, bias, size);
            Judge(n + 1, b, bias, size);
            Judge(n + 2, c, bias, size);
            Judge(n + 3, d, bias, size);
        }
        for (; n < count; n++)
            Judge(n, RowBasis.Dot(Row(n), weights), bias, size);
        for (n = 0; n < count; n++)
            worst = Worse(worst, n, round);
        candidates.Clear();
        if (worst < 0 || count <= ReadAlways)
            return worst;
        violations.CopyTo(ordered, 0);
        Array.Sort(ordered);
        candidateThreshold = ordered[count - 1 - CandidateCount];
        for (n = 0; n < count; n++)
            if (violations[n] > candidateThreshold)
                candidates.Add(n);
        return worst;
    }

    private void Judge(int n, double product, double bias, double size)
    {
        var violation = 1.0 - product - Label(n) * bias;
        // The rounding error of a margin is a few ulp of ‖zₙ‖‖w‖ + |b|.
        violations[n] =
            violation <= 1e-14 * (1.0 + size / inverseNorms[n] + Math.Abs(bias))
                ? 0.0
                : Normalised(violation, n);
    }

    private double Normalised(double violation, int n) =>
        double.IsInfinity(inverseNorms[n]) ? double.MaxValue : violation * inverseNorms[n];

    private int Worse(int worst, int n, int round) =>
        violations[n] > (worst < 0 ? 64 * double.Epsilon : violations[worst]) && rejectedAt[n] != round
            ? n
            : worst;

    private int WorstRefined(int round)
    {
        var size = Math.Sqrt(RowBasis.Dot(refinement!.WeightsHigh, refinement.WeightsHigh));
        var worst = -1;
        slacks ??= new double[count];
        for (var n = 0; n < count; n++)
        {
            slacks[n] = FloatingSolution.Slack(
                inputs,
                n,
                labels,
                refinement.WeightsHigh,
                refinement.WeightsLow,
                refinement.Bias
            );
            var terms = 1.0 + size / inverseNorms[n] + Math.Abs(refinement.Bias.High);
            violations[n] =
                -slacks[n] <= FloatingSolution.Resolution * terms ? 0.0 : Normalised(-slacks[n], n);
            worst = Worse(worst, n, round);
        }
        return worst;
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
                Slacks = slacks,
            };
        var direction = weights[..dimension];
        return proposal with
        {
            Dual = [.. alpha.Take(support.Count).Select(value => (DoubleDouble)value)],
            WeightsHigh = direction,
            WeightsLow = new double[dimension],
            Bias = bias - RowBasis.Dot(direction, centre),
        };
    }

    private static double[] CentredWithLabels(double[] signedInputs, int count, int[] labels, double[] centre)
    {
        var dimension = centre.Length;
        for (var n = 0; n < count; n++)
            RowBasis.AddScaled(
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
            RowBasis.AddScaled(-labels[n], centre, row);
            row[dimension] = labels[n];
        }
        return result;
    }
}
