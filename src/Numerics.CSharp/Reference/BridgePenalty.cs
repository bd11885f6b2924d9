using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>Where the entries of a <see cref="BridgePenalty"/> are taken.</summary>
public enum BridgeDomain
{
    /// <summary>βⱼ: the bias of linear diagonal networks.</summary>
    Coordinates,

    /// <summary>(Fβ)ₖ = D^{-1/2} Σⱼ e^{-2πijk/D} βⱼ, all D of them: the bias of full-width linear convolutional networks.</summary>
    Fourier,
}

/// <summary>
/// The 2/L bridge penalty Σ|b|^{2/L} of a predictor, b = β or b = Fβ with the unitary discrete Fourier transform F: what
/// linear networks of depth L minimise among the predictors with margins of at least 1.
/// </summary>
/// <remarks>
/// Gunasekar, Lee, Soudry, Srebro 2018 (arXiv 1806.00468). L = 1 is the max-margin problem in either domain (Parseval);
/// L = 2 the ℓ₁ norm, a linear program in coordinates and a second-order cone program over frequencies; for L ≥ 3 the
/// penalty is not convex and has many stationary points, and the networks find one of them, not always the least.
/// </remarks>
public sealed class BridgePenalty
{
    private readonly BridgeGroups groups;

    /// <summary>The penalty for predictors of length d.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="depth">L ≥ 1.</param>
    /// <param name="domain">Features or frequencies.</param>
    /// <exception cref="ArgumentOutOfRangeException">dimension or depth is below 1.</exception>
    public BridgePenalty(int dimension, int depth, BridgeDomain domain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Depth = depth;
        Domain = domain;
        groups = new BridgeGroups(dimension, domain, Exponent);
    }

    /// <summary>d, the length of β.</summary>
    public int Dimension => groups.Dimension;

    /// <summary>L.</summary>
    public int Depth { get; }

    /// <summary>Features or frequencies.</summary>
    public BridgeDomain Domain { get; }

    /// <summary>q = 2/L.</summary>
    public double Exponent => 2.0 / Depth;

    /// <summary>Σ|b|^{2/L}, over all d features or all D frequencies.</summary>
    /// <param name="predictor">β, length d.</param>
    public double Value(ReadOnlySpan<double> predictor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        return ValueAt(groups.Analyse(predictor));
    }

    /// <summary>|βⱼ| for every feature, or |(Fβ)ₖ| for the frequencies 0 ≤ k ≤ D/2; the others are conjugates.</summary>
    /// <param name="vector">Length d.</param>
    public double[] Moduli(ReadOnlySpan<double> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimension);
        var norms = groups.Norms(groups.Analyse(vector));
        for (var g = 0; g < norms.Length; g++)
            norms[g] *= groups.Scales[g];
        return norms;
    }

    /// <summary>
    /// How far a point and multipliers are from the optimality conditions, see <see cref="BridgePenaltyResult.Solved"/>: the
    /// largest of the deviation from stationarity relative to the largest |b| of Zᵀλ, of 1 - min zₙ·β, and of -λₙ and
    /// λₙ|zₙ·β - 1| relative to Σλ. Entries of β count as zero only if they are. +∞ where something is NaN.
    /// </summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ.</param>
    /// <param name="predictor">β, length d.</param>
    /// <param name="dual">λ, length n.</param>
    public double KktResidual(double[,] signedInputs, double[] predictor, double[] dual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signedInputs.GetLength(1), Dimension);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictor.Length, Dimension);
        ArgumentOutOfRangeException.ThrowIfNotEqual(dual.Length, signedInputs.GetLength(0));
        return new BridgeStationarity(Rows(signedInputs, 1), groups, Exponent).Residual(
            groups.Analyse(predictor),
            dual
        );
    }

    /// <inheritdoc cref="Minimise(Rational[,])"/>
    /// <exception cref="ArgumentException">No rows, other columns than d, NaN or infinities.</exception>
    public BridgePenaltyResult Minimise(double[,] signedInputs)
    {
        MaxMargin.RequireFinite(signedInputs);
        var exact = new Rational[signedInputs.GetLength(0), signedInputs.GetLength(1)];
        for (var n = 0; n < exact.GetLength(0); n++)
        for (var k = 0; k < exact.GetLength(1); k++)
            exact[n, k] = Rational.FromBinary(signedInputs[n, k]);
        return Minimise(exact);
    }

    /// <summary>
    /// The least penalty with margins zₙ·β ≥ 1: exactly for L = 1 and, in coordinates, for L = 2, then rounded; by an
    /// interior-point method and Newton's method on the optimality conditions for L = 2 in the Fourier domain; for
    /// L ≥ 3 by comparing all vertices where these are few, and otherwise by a deterministic search for stationary points.
    /// </summary>
    /// <param name="signedInputs">Z, n×d, rows yₙxₙ.</param>
    /// <exception cref="ArgumentException">No rows, or other columns than d.</exception>
    public BridgePenaltyResult Minimise(Rational[,] signedInputs)
    {
        if (signedInputs.GetLength(1) != Dimension)
            throw new ArgumentException(
                $"The rows have {signedInputs.GetLength(1)} entries; the penalty is for {Dimension}."
            );
        var answer = MaxMargin.Solve(signedInputs);
        if (answer is MaxMarginResult.NotSeparable inseparable)
            return new BridgePenaltyResult.NotSeparable(inseparable.Certificate);
        if (answer is MaxMarginResult.Undecided undecided)
            return new BridgePenaltyResult.Undecided(undecided.Reason);
        var maxMargin = (MaxMarginResult.Solved)answer;
        if (Depth == 1)
            return Finish(
                signedInputs,
                groups.Analyse(maxMargin.WeightsDouble),
                [.. maxMargin.Dual.Select(value => 2 * value.ToDouble())],
                true
            );
        if (Depth == 2 && Domain == BridgeDomain.Coordinates)
            return NormMargin.Solve(signedInputs, MarginNorm.L1) switch
            {
                NormMarginResult.Solved solved => Finish(
                    signedInputs,
                    [.. solved.Weights.Select(weight => (weight / solved.Margin).ToDouble())],
                    [.. solved.Dual.Select(value => (value / solved.Margin).ToDouble())],
                    true
                ),
                NormMarginResult.Undecided unsettled => new BridgePenaltyResult.Undecided(unsettled.Reason),
                _ => throw new InvalidOperationException("Separable data have an ℓ₁ margin."),
            };

        var rows = DoubleRows(signedInputs, out var scale);
        var search = new BridgeSearch(rows, groups, Exponent, maxMargin.Support);
        var (point, global) =
            Depth == 2 ? (search.Convex(), true)
            : Domain == BridgeDomain.Coordinates && search.VerticesAreFew ? (search.BestVertex(), true)
            : (search.BestStationary(), false);
        if (point is not { } found)
            return new BridgePenaltyResult.Undecided("The search met no stationary point.");
        // x ↦ x/scale and λ ↦ λ scale^{-q} undo the scaling of the rows.
        return Finish(
            signedInputs,
            [.. found.Coordinates.Select(entry => entry / scale)],
            [.. found.Dual.Select(value => value * Math.Pow(scale, -Exponent))],
            global
        );
    }

    private BridgePenaltyResult.Solved Finish(
        Rational[,] signedInputs,
        double[] coordinates,
        double[] dual,
        bool global
    )
    {
        var rows = DoubleRows(signedInputs, out var scale);
        double[] scaled = [.. coordinates.Select(entry => entry * scale)];
        double[] scaledDual = [.. dual.Select(value => value * Math.Pow(scale, Exponent))];
        return new BridgePenaltyResult.Solved
        {
            Weights = groups.Synthesise(coordinates),
            Objective = ValueAt(coordinates),
            Dual = dual,
            KktResidual = new BridgeStationarity(rows, groups, Exponent).Residual(scaled, scaledDual),
            DualityGap = Depth <= 2 ? Gap(rows, scaled, scaledDual) : null,
            GlobalMinimum = global,
            Support = [.. Enumerable.Range(0, groups.Count).Where(g => groups.Norms(coordinates)[g] != 0)],
        };
    }

    /// <summary>(primal - dual)/primal of the nearest feasible multiples of x and λ.</summary>
    private double Gap(double[][] rows, double[] coordinates, double[] dual)
    {
        var margin = rows.Min(row => VectorKernels.Dot(row, coordinates));
        var primal = ValueAt(coordinates) / Math.Pow(margin, Exponent);
        var image = new double[Dimension];
        var total = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            var multiplier = Math.Max(0, dual[i]);
            total += multiplier;
            VectorKernels.AddScaled(multiplier, rows[i], image);
        }
        var norms = groups.Norms(image);
        var bound =
            Depth == 1
                ? total * total / VectorKernels.Dot(image, image)
                : total / norms.Zip(groups.Weights, (norm, weight) => norm / weight).Max();
        return Math.Max(0, 1 - bound / primal);
    }

    private double ValueAt(double[] coordinates)
    {
        var sum = 0.0;
        var norms = groups.Norms(coordinates);
        for (var g = 0; g < norms.Length; g++)
            sum += groups.Weights[g] * Math.Pow(norms[g], Exponent);
        return sum;
    }

    /// <summary>The rows in the coordinates of the groups, divided by a power of two near their largest entry.</summary>
    private double[][] DoubleRows(Rational[,] signedInputs, out double scale)
    {
        var entries = new double[signedInputs.GetLength(0), signedInputs.GetLength(1)];
        var largest = Rational.Zero;
        foreach (var entry in signedInputs)
            largest =
                entry > largest ? entry
                : -entry > largest ? -entry
                : largest;
        scale = Math.ScaleB(1, Math.ILogB(largest.ToDouble()));
        for (var n = 0; n < entries.GetLength(0); n++)
        for (var k = 0; k < entries.GetLength(1); k++)
            entries[n, k] = signedInputs[n, k].ToDouble();
        return Rows(entries, scale);
    }

    private double[][] Rows(double[,] signedInputs, double scale)
    {
        var rows = new double[signedInputs.GetLength(0)][];
        var row = new double[Dimension];
        for (var n = 0; n < rows.Length; n++)
        {
            for (var k = 0; k < row.Length; k++)
                row[k] = signedInputs[n, k] / scale;
            rows[n] = groups.Analyse(row);
        }
        return rows;
    }
}
