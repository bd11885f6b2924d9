namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The interpolant closest to a start: w = argmin ½‖w - w₀‖₂² subject to Xw = y, hence w = w₀ + X⁺(y - Xw₀). An orthogonal
/// factorisation of the independent rows, refined in double-double arithmetic.
/// </summary>
/// <remarks>
/// Where gradient flow, descent and stochastic descent on the square loss end from w₀ when the data can be interpolated
/// (Gunasekar, Lee, Soudry, Srebro 2018, arXiv 1802.08246). Shares no code with the dynamics.
/// </remarks>
public static class MinimumNorm
{
    /// <summary>
    /// A row whose part outside the span of the rows before it is below this fraction of its length counts as dependent on
    /// them: 100u, u = 2⁻⁵³, a little above the rounding error of such a part.
    /// </summary>
    public const double Dependence = RowBasis.Dependence;

    /// <summary>Finds the interpolant closest to the start.</summary>
    /// <param name="inputs">X, n×d, rows xₙ; any n and d, rows may be dependent.</param>
    /// <param name="targets">y, length n.</param>
    /// <param name="start">w₀, length d; the origin if absent.</param>
    /// <returns>The interpolant, or the row that contradicts the rows before it.</returns>
    /// <exception cref="ArgumentException">
    /// No rows or columns, another number of targets or of start weights, NaN or infinities, or an interpolant beyond the
    /// range of double.
    /// </exception>
    public static MinimumNormResult Solve(double[,] inputs, double[] targets, double[]? start = null)
    {
        var (count, dimension) = (inputs.GetLength(0), inputs.GetLength(1));
        start ??= new double[dimension];
        Require(inputs, targets, start);
        var rows = Scaled(inputs, out var inputExponent);
        var right = Remainders(rows, targets, start, inputExponent, out var rightExponent);
        var basis = new RowBasis(dimension, Math.Min(count, dimension));
        var kept = new List<int>();
        for (var n = 0; n < count; n++)
            if (basis.TryAppend(rows.AsSpan(n * dimension, dimension)))
                kept.Add(n);
        var points = kept.ToArray();
        var refinement = new KktRefinement(dimension, points.Length);
        var converged = refinement.Solve(rows, points, [.. points.Select(n => right[n])], null, [], basis);
        var contradiction = Contradiction(rows, right, refinement, points, out var excess);
        if (contradiction >= 0)
            return new MinimumNormResult.Inconsistent(contradiction, excess);

        var weights = new double[dimension];
        for (var k = 0; k < dimension; k++)
        {
            var (high, low) = (refinement.WeightsHigh[k], refinement.WeightsLow[k]);
            weights[k] = (
                new DoubleDouble(Math.ScaleB(high, rightExponent), Math.ScaleB(low, rightExponent)) + start[k]
            ).High;
        }
        if (!Array.TrueForAll(weights, double.IsFinite))
            throw new ArgumentException("The closest interpolant is beyond the range of double.");
        var dual = new double[count];
        var product = (DoubleDouble)0.0; // λ·r
        for (var i = 0; i < points.Length; i++)
        {
            dual[points[i]] = Math.ScaleB(refinement.Dual(i).High, rightExponent - inputExponent);
            product += refinement.Dual(i) * right[points[i]];
        }
        var square = DoubleDoubleVectors.Square(refinement.WeightsHigh, refinement.WeightsLow);
        return new MinimumNormResult.Solved
        {
            Weights = weights,
            Distance = Math.ScaleB(Math.Sqrt(square.High), rightExponent),
            Dual = dual,
            Rank = points.Length,
            Residual = Residual(inputs, targets, weights),
            DualityGap = square.High > 0 ? Math.Abs((square - product).High) / square.High : 0.0,
            Converged = converged,
        };
    }

    private static double[] Scaled(double[,] inputs, out int exponent)
    {
        var rows = new double[inputs.Length];
        Buffer.BlockCopy(inputs, 0, rows, 0, sizeof(double) * rows.Length);
        exponent = -ScaleToOne(rows);
        return rows;
    }

    // Multiplies by a power of two so that the largest entry is in [1, 2); returns the power applied.
    private static int ScaleToOne(Span<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0)
            return 0;
        var exponent = -Math.ILogB(largest);
        for (var k = 0; k < values.Length; k++)
            values[k] = Math.ScaleB(values[k], exponent);
        return exponent;
    }

    // (y - Xw₀)/2^(inputExponent + rightExponent) for the scaled rows X/2^inputExponent: entries of order 1.
    private static DoubleDouble[] Remainders(
        double[] rows,
        double[] targets,
        double[] start,
        int inputExponent,
        out int rightExponent
    )
    {
        var dimension = start.Length;
        var scaledStart = (double[])start.Clone();
        var startExponent = -ScaleToOne(scaledStart);
        var zero = new double[dimension];
        var right = new DoubleDouble[targets.Length];
        var largest = int.MinValue;
        var products = new DoubleDouble[targets.Length];
        for (var n = 0; n < targets.Length; n++)
        {
            products[n] = DoubleDoubleVectors.Dot(rows.AsSpan(n * dimension, dimension), scaledStart, zero);
            if (targets[n] != 0)
                largest = Math.Max(largest, Math.ILogB(targets[n]) - inputExponent);
            if (products[n].High != 0)
                largest = Math.Max(largest, Math.ILogB(products[n].High) + startExponent);
        }
        rightExponent = largest == int.MinValue ? 0 : largest;
        for (var n = 0; n < targets.Length; n++)
        {
            var shift = startExponent - rightExponent;
            var product = new DoubleDouble(
                Math.ScaleB(products[n].High, shift),
                Math.ScaleB(products[n].Low, shift)
            );
            right[n] = Math.ScaleB(targets[n], -inputExponent - rightExponent) - product;
        }
        return right;
    }

    // The first row left out whose equation fails by more than the rounding of its own data would explain.
    private static int Contradiction(
        double[] rows,
        DoubleDouble[] right,
        KktRefinement refinement,
        int[] points,
        out double excess
    )
    {
        var dimension = refinement.WeightsHigh.Length;
        var size = Math.Sqrt(VectorKernels.Dot(refinement.WeightsHigh, refinement.WeightsHigh));
        for (var (n, next) = (0, 0); n < right.Length; n++)
        {
            if (next < points.Length && points[next] == n)
            {
                next++;
                continue;
            }
            var row = rows.AsSpan(n * dimension, dimension);
            var error =
                right[n] - DoubleDoubleVectors.Dot(row, refinement.WeightsHigh, refinement.WeightsLow);
            var terms = Math.Sqrt(VectorKernels.Dot(row, row)) * size + Math.Abs(right[n].High);
            excess = Math.Abs(error.High) / terms;
            if (excess > Dependence)
                return n;
        }
        excess = 0.0;
        return -1;
    }

    private static double Residual(double[,] inputs, double[] targets, double[] weights)
    {
        var worst = 0.0;
        var low = new double[weights.Length];
        var row = new double[weights.Length];
        for (var n = 0; n < targets.Length; n++)
        {
            var terms = Math.Abs(targets[n]);
            for (var k = 0; k < row.Length; k++)
            {
                row[k] = inputs[n, k];
                terms += Math.Abs(row[k] * weights[k]);
            }
            var error = targets[n] - DoubleDoubleVectors.Dot(row, weights, low);
            if (terms > 0)
                worst = Math.Max(worst, Math.Abs(error.High) / terms);
        }
        return worst;
    }

    private static void Require(double[,] inputs, double[] targets, double[] start)
    {
        var (count, dimension) = (inputs.GetLength(0), inputs.GetLength(1));
        if (count == 0 || dimension == 0)
            throw new ArgumentException(
                $"Interpolation needs at least one point and one feature, not {count} × {dimension}."
            );
        if (targets.Length != count)
            throw new ArgumentException($"{count} inputs need {count} targets, not {targets.Length}.");
        if (start.Length != dimension)
            throw new ArgumentException(
                $"{dimension} features need a start of that length, not {start.Length}."
            );
        foreach (var value in inputs)
            RequireFinite(value, "input");
        foreach (var value in targets)
            RequireFinite(value, "target");
        foreach (var value in start)
            RequireFinite(value, "start weight");
    }

    private static void RequireFinite(double value, string what)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"One {what} is {value}; interpolation needs finite numbers.");
    }
}
