namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Finds the point whose margin falls short of 1 by most for its length, for <see cref="SupportSearch"/>.
/// </summary>
/// <remarks>
/// All margins are computed only when the worst points of last time have been dealt with, since most of the time would go
/// into reading the data.
/// </remarks>
internal sealed class MarginPricing
{
    private const int CandidateCount = 50; // 20 to 100 are equally good on 2000 points in 500 dimensions
    private const int ReadAlways = 4 * CandidateCount; // few enough points to look at all of them every time
    private readonly double[] rows;
    private readonly int width;
    private readonly double[] inputs;
    private readonly int dimension;
    private readonly int[]? labels;
    private readonly double[] inverseNorms;
    private readonly double[] violations; // (1 - margin)/‖row‖, where last computed
    private readonly double[] ordered; // the violations in ascending order
    private readonly List<int> candidates = []; // the worst points when all were last read
    private double candidateThreshold; // the violation of the worst point that is not a candidate
    private readonly int[] rejectedAt; // round in which a point was found useless
    private int round = 1;

    /// <param name="rows">n × width, what <see cref="Worst"/> reads.</param>
    /// <param name="width">d, or d + 1 with labels.</param>
    /// <param name="inputs">n × d, what <see cref="WorstRefined"/> reads.</param>
    /// <param name="dimension">d.</param>
    /// <param name="labels">yₙ for a free bias, else null.</param>
    public MarginPricing(double[] rows, int width, double[] inputs, int dimension, int[]? labels)
    {
        (this.rows, this.width, this.inputs) = (rows, width, inputs);
        (this.dimension, this.labels) = (dimension, labels);
        var count = rows.Length / width;
        inverseNorms = new double[count];
        for (var n = 0; n < count; n++)
            inverseNorms[n] = 1.0 / Math.Sqrt(VectorKernels.Dot(Row(n), Row(n)));
        violations = new double[count];
        ordered = new double[count <= ReadAlways ? 0 : count];
        rejectedAt = new int[count];
    }

    /// <summary>marginₙ - 1 as <see cref="WorstRefined"/> last found them; null before.</summary>
    public double[]? Slacks { get; private set; }

    /// <summary>Leaves a point out of the choice until <see cref="Forgive"/>.</summary>
    public void Reject(int point) => rejectedAt[point] = round;

    /// <summary>Lets all points enter again, because the support has changed.</summary>
    public void Forgive() => round++;

    /// <summary>The worst point for weights and bias in double; -1 if no margin is below 1 beyond rounding.</summary>
    public int Worst(ReadOnlySpan<double> weights, double bias)
    {
        var size = Math.Sqrt(VectorKernels.Dot(weights, weights));
        var worst = -1;
        foreach (var n in candidates)
        {
            Judge(n, VectorKernels.Dot(Row(n), weights), bias, size);
            worst = Worse(worst, n);
        }
        return worst >= 0 && violations[worst] > candidateThreshold ? worst : WorstOfAll(weights, bias, size);
    }

    /// <summary>The worst point for a solution in double-double; -1 if no margin is below 1 beyond its resolution.</summary>
    public int WorstRefined(KktRefinement solution)
    {
        var worst = -1;
        Slacks ??= new double[violations.Length];
        for (var n = 0; n < Slacks.Length; n++)
        {
            var row = inputs.AsSpan(n * dimension, dimension);
            var label = labels is null ? 0 : labels[n];
            var slack = FloatingSolution.Slack(
                row,
                label,
                solution.WeightsHigh,
                solution.WeightsLow,
                solution.Bias
            );
            Slacks[n] = slack;
            var terms = FloatingSolution.Terms(row, solution.WeightsHigh, solution.Bias);
            violations[n] = -slack <= FloatingSolution.Resolution * terms ? 0.0 : Normalised(-slack, n);
            worst = Worse(worst, n);
        }
        return worst;
    }

    private ReadOnlySpan<double> Row(int n) => rows.AsSpan(n * width, width);

    private int WorstOfAll(ReadOnlySpan<double> weights, double bias, double size)
    {
        var worst = -1;
        var n = 0;
        for (; n <= violations.Length - 4; n += 4)
        {
            var (a, b, c, d) = VectorKernels.Dot4(rows.AsSpan(n * width, 4 * width), weights);
            Judge(n, a, bias, size);
            Judge(n + 1, b, bias, size);
            Judge(n + 2, c, bias, size);
            Judge(n + 3, d, bias, size);
        }
        for (; n < violations.Length; n++)
            Judge(n, VectorKernels.Dot(Row(n), weights), bias, size);
        for (n = 0; n < violations.Length; n++)
            worst = Worse(worst, n);
        candidates.Clear();
        if (worst < 0 || violations.Length <= ReadAlways)
            return worst;
        violations.CopyTo(ordered, 0);
        Array.Sort(ordered);
        candidateThreshold = ordered[^(CandidateCount + 1)];
        for (n = 0; n < violations.Length; n++)
            if (violations[n] > candidateThreshold)
                candidates.Add(n);
        return worst;
    }

    private void Judge(int n, double product, double bias, double size)
    {
        var violation = 1.0 - product - (labels is null ? 0.0 : labels[n] * bias);
        // The rounding error of a margin is a few ulp of ‖zₙ‖‖w‖ + |b|.
        violations[n] =
            violation <= 1e-14 * (1.0 + size / inverseNorms[n] + Math.Abs(bias))
                ? 0.0
                : Normalised(violation, n);
    }

    private double Normalised(double violation, int n) =>
        double.IsInfinity(inverseNorms[n]) ? double.MaxValue : violation * inverseNorms[n];

    private int Worse(int worst, int n) =>
        violations[n] > (worst < 0 ? 64 * double.Epsilon : violations[worst]) && rejectedAt[n] != round
            ? n
            : worst;
}
