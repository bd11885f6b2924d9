namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The KKT equations of min ½‖w‖² subject to zᵢ·w + yᵢb = rᵢ on s given points,
///     Zᵀα = w,   Zw + yb = r,   yᵀα = 0   (without bias: no y, no b, no last equation),
/// solved with an orthogonal factorisation in double and refined to double-double accuracy: residuals of all three are
/// computed in twice the precision, and the factor is used for the corrections only (Björck 1967).
/// </summary>
/// <remarks>
/// The error shrinks by about u·κ(Z) a step, not u·κ², because w and α are corrected together; what the factor was made of
/// (rows centred or scaled with rounding) affects that rate, never the limit.
/// </remarks>
internal sealed class KktRefinement(int dimension, int capacity)
{
    private const int MaxSteps = 20;
    private const double Settled = 1e-20; // relative change of w: four digits below double
    private readonly double[] weightsHigh = new double[dimension];
    private readonly double[] weightsLow = new double[dimension];
    private readonly double[] dualHigh = new double[capacity];
    private readonly double[] dualLow = new double[capacity];
    private readonly double[] stationarity = new double[dimension + 1]; // Zᵀα - w, and yᵀα
    private readonly double[] stationarityLow = new double[dimension];
    private readonly double[] equations = new double[capacity]; // r - Zw - yb
    private readonly double[] step = new double[capacity];
    private readonly double[] labelSides = new double[capacity];
    private readonly double[] direction = new double[dimension + 1];

    /// <summary>w, leading and trailing parts.</summary>
    public ReadOnlySpan<double> WeightsHigh => weightsHigh;

    /// <inheritdoc cref="WeightsHigh"/>
    public ReadOnlySpan<double> WeightsLow => weightsLow;

    /// <summary>b.</summary>
    public DoubleDouble Bias { get; private set; }

    /// <summary>α of the i-th of the points.</summary>
    public DoubleDouble Dual(int i) => new(dualHigh[i], dualLow[i]);

    /// <summary>Solves anew for the given points.</summary>
    /// <param name="rows">All rows, row-major, width d.</param>
    /// <param name="points">The s rows that count.</param>
    /// <param name="right">rᵢ, length s, or empty for all ones.</param>
    /// <param name="labels">yₙ of all rows, or null without bias.</param>
    /// <param name="centre">c such that <paramref name="basis"/> holds zᵢ - yᵢc followed by yᵢ; read with labels only.</param>
    /// <param name="basis">Factorisation of the points' rows, in the same order.</param>
    /// <returns>Whether w is settled well beyond double; if not, the rows are too close to dependent.</returns>
    public bool Solve(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<int> points,
        ReadOnlySpan<DoubleDouble> right,
        int[]? labels,
        ReadOnlySpan<double> centre,
        RowBasis basis
    )
    {
        var size = points.Length;
        weightsHigh.AsSpan().Clear();
        weightsLow.AsSpan().Clear();
        dualHigh.AsSpan(0, size).Clear();
        dualLow.AsSpan(0, size).Clear();
        Bias = 0.0;
        var previous = double.PositiveInfinity;
        for (var round = 0; round < MaxSteps; round++)
        {
            if (round == 0)
                Start(size, right);
            else
                ComputeResiduals(rows, points, right, labels, centre);
            var correction = Correct(points, labels, centre, basis);
            if (round == 0)
                continue;
            if (correction <= 16 * DoubleDoubleVectors.UnitRoundoff * DoubleDoubleVectors.UnitRoundoff)
                return true;
            // Beyond the resolution of the pair corrections are noise, and there they stop shrinking.
            if (!(correction < 0.5 * previous))
                return previous <= Settled;
            previous = correction;
        }
        return previous <= Settled;
    }

    private void Start(int size, ReadOnlySpan<DoubleDouble> right)
    {
        stationarity.AsSpan().Clear();
        for (var i = 0; i < size; i++)
            equations[i] = right.IsEmpty ? 1.0 : right[i].High;
    }

    private void ComputeResiduals(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<int> points,
        ReadOnlySpan<DoubleDouble> right,
        int[]? labels,
        ReadOnlySpan<double> centre
    )
    {
        for (var k = 0; k < dimension; k++)
            (stationarity[k], stationarityLow[k]) = (-weightsHigh[k], -weightsLow[k]);
        var labelSum = (DoubleDouble)0.0;
        for (var i = 0; i < points.Length; i++)
        {
            var row = rows.Slice(points[i] * dimension, dimension);
            var value =
                (right.IsEmpty ? 1.0 : right[i]) - DoubleDoubleVectors.Dot(row, weightsHigh, weightsLow);
            DoubleDoubleVectors.AddScaled(Dual(i), row, stationarity, stationarityLow);
            if (labels is not null)
            {
                value -= Bias * labels[points[i]];
                labelSum += Dual(i) * labels[points[i]];
            }
            equations[i] = value.High;
        }
        stationarity[dimension] = labelSum.High;
        // In centred rows Σα(z - yc) = Zᵀα - c yᵀα.
        if (labels is not null)
            VectorKernels.AddScaled(-labelSum.High, centre, stationarity);
    }

    // Returns the relative change of w. With A = RᵀQ the rows of the basis and A w + yb = r: u = R⁻ᵀ(r - yb), α = R⁻¹(u - Qf), w = f + Qᵀ(u - Qf).
    private double Correct(
        ReadOnlySpan<int> points,
        int[]? labels,
        ReadOnlySpan<double> centre,
        RowBasis basis
    )
    {
        var size = points.Length;
        var sides = equations.AsSpan(0, size);
        basis.SolveLower(sides);
        var components = step.AsSpan(0, size);
        var width = labels is null ? dimension : dimension + 1;
        basis.Components(stationarity.AsSpan(0, width), components);
        for (var i = 0; i < size; i++)
            components[i] = sides[i] - components[i];
        var biasStep = 0.0;
        if (labels is not null)
        {
            var labelled = labelSides.AsSpan(0, size);
            for (var i = 0; i < size; i++)
                labelled[i] = labels[points[i]];
            basis.SolveLower(labelled);
            biasStep =
                (VectorKernels.Dot(labelled, components) + stationarity[dimension])
                / VectorKernels.Dot(labelled, labelled);
            VectorKernels.AddScaled(-biasStep, labelled, components);
        }
        basis.Combine(components, direction.AsSpan(0, width));
        VectorKernels.AddScaled(1.0, stationarity.AsSpan(0, dimension), direction);
        basis.SolveUpper(components);
        DoubleDoubleVectors.Add(components, dualHigh, dualLow);
        DoubleDoubleVectors.Add(direction.AsSpan(0, dimension), weightsHigh, weightsLow);
        if (labels is not null)
            Bias += DoubleDouble.Sum(biasStep, -VectorKernels.Dot(centre, direction));
        return Relative(direction.AsSpan(0, dimension), weightsHigh);
    }

    private static double Relative(ReadOnlySpan<double> change, ReadOnlySpan<double> value)
    {
        var size = VectorKernels.Dot(value, value);
        return size > 0 ? Math.Sqrt(VectorKernels.Dot(change, change) / size) : 0.0;
    }
}
