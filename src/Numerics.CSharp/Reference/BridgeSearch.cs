namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Solutions of min Σ_g weight_g ‖x_g‖^q subject to Ax ≥ 1: the optimum for q = 1, and stationary points for q &lt; 1.
/// </summary>
/// <remarks>
/// For q &lt; 1 the penalty is concave in the norms of the groups. So it lies below its tangent there, and minimising the
/// tangent, a convex program with weights weight_g q ‖x_g‖^{q-1}, decreases it (Hunter and Li 2005, Annals of Statistics 33).
/// And a local minimum has at most as many non-zero groups as tight rows; in coordinates it is a vertex. A single such
/// descent often ends at a poor stationary point, so every support of that size is tried, from several starts.
/// </remarks>
internal sealed class BridgeSearch(double[][] rows, BridgeGroups groups, double exponent, int[] likelyTight)
{
    /// <summary>Vertices that are compared exhaustively: a second's worth.</summary>
    private const double MostVertices = 500_000;

    /// <summary>Floating-point operations spent on supports: a few seconds' worth.</summary>
    private const double SearchBudget = 2e9;

    private const int FewestSupports = 20;
    private const int MostSupports = 500;
    private const int StartsPerSupport = 3;
    private const int StartsOfAll = 12;
    private const int MostTangents = 100;

    /// <summary>Duality gap to which a tangent program is solved, and relative fall of the penalty that ends them.</summary>
    private const double TangentGap = 1e-4;

    /// <summary>Optimal values this many times that of the full set of groups: a support that is no use.</summary>
    private const double Hopeless = 1e6;

    private readonly BridgeStationarity conditions = new(rows, groups, exponent);

    /// <summary>A point, its multipliers, its penalty and its <see cref="BridgeStationarity.Residual"/>.</summary>
    internal readonly record struct Point(
        double[] Coordinates,
        double[] Dual,
        double Penalty,
        double Residual
    );

    /// <summary>Whether the vertices of the feasible set within orthants are few enough to compare all.</summary>
    public bool VerticesAreFew
    {
        get
        {
            var count = 0.0;
            for (var size = 1; size <= Math.Min(rows.Length, groups.Count); size++)
                count += Choices(rows.Length, size) * Choices(groups.Count, size);
            return count <= MostVertices;
        }
    }

    /// <summary>The optimum for q = 1.</summary>
    public Point? Convex()
    {
        Point? best = null;
        foreach (var gap in new[] { 1e-10, 1e-12, 1e-8 })
        {
            if (
                new GroupNormProgram(rows, groups, likelyTight).Solve(groups.Weights, gap, double.MaxValue)
                is not { } solution
            )
                return best;
            best = Better(best, Polish(solution.Coordinates, solution.Dual, groups.Weights));
            if (best?.Residual < 1e-12)
                break;
        }
        return best;
    }

    /// <summary>The least penalty over all vertices: rows A tight on a support S of the same size.</summary>
    public Point? BestVertex()
    {
        Point? best = null;
        for (var size = 1; size <= Math.Min(rows.Length, groups.Count); size++)
            foreach (var tight in Subsets(rows.Length, size))
            foreach (var support in Subsets(groups.Count, size))
            {
                if (Vertex(tight, support) is not { } x)
                    continue;
                var penalty = Penalty(x);
                if (best is { } known && penalty >= known.Penalty * (1 - 1e-12))
                    continue;
                var (polished, dual) = conditions.Polish(x, new double[rows.Length], tight);
                var residual = conditions.Residual(polished, dual);
                if (residual < 1e-8) // of the vertices that coincide, the one with proper multipliers
                    best = new Point(polished, dual, Penalty(polished), residual);
            }
        return best;
    }

    /// <summary>The best stationary point over supports and starts.</summary>
    public Point? BestStationary()
    {
        var program = new GroupNormProgram(rows, groups, likelyTight);
        if (program.Solve(groups.Weights, 1e-6, double.MaxValue) is not { } reference)
            return null;
        var ceiling = Hopeless * reference.Dual.Sum();
        // The groups that matter for q = 1 come first.
        var norms = groups.Norms(reference.Coordinates);
        int[] order = [.. Enumerable.Range(0, groups.Count).OrderByDescending(g => norms[g])];
        var random = new Random(1);
        Point? best = null;
        foreach (var support in Supports(order).Prepend(order))
        {
            var starts = support == order ? StartsOfAll : StartsPerSupport;
            for (var start = 0; start < starts; start++)
            {
                var weights = new double[groups.Count];
                Array.Fill(weights, double.PositiveInfinity);
                foreach (var g in support)
                    weights[g] = groups.Weights[g] * (start == 0 ? 1 : Math.Exp(3 * random.NextDouble()));
                if (Descend(program, weights, ceiling) is not { } found)
                    break;
                best = Better(best, found);
            }
        }
        return best;
    }

    /// <summary>Minimises tangents until the penalty stops falling, then polishes.</summary>
    private Point? Descend(GroupNormProgram program, double[] weights, double ceiling)
    {
        var last = double.PositiveInfinity;
        for (var tangent = 0; tangent < MostTangents; tangent++)
        {
            if (program.Solve(weights, TangentGap, ceiling) is not { } solution)
                return null;
            var penalty = Penalty(solution.Coordinates);
            weights = Tangent(solution.Coordinates);
            if (penalty > last * (1 - TangentGap))
                break;
            last = penalty;
        }
        return program.Solve(weights, 1e-9, ceiling) is { } settled
            ? Polish(settled.Coordinates, settled.Dual, Tangent(settled.Coordinates))
            : null;
    }

    /// <summary>weight_g q ‖x_g‖^{q-1}; infinite where x_g is zero to six digits.</summary>
    private double[] Tangent(double[] coordinates)
    {
        var norms = groups.Norms(coordinates);
        var floor = 1e-6 * norms.Max();
        return
        [
            .. norms.Select(
                (norm, g) =>
                    norm > floor
                        ? groups.Weights[g] * exponent * Math.Pow(norm, exponent - 1)
                        : double.PositiveInfinity
            ),
        ];
    }

    /// <summary>
    /// Newton's method from an interior solution. On the central path the norm of a group times its dual slack is the same
    /// small number for every group, so the larger of the two tells whether the group is zero; and so for the rows.
    /// </summary>
    private Point? Polish(double[] coordinates, double[] dual, double[] weights)
    {
        Point? best = null;
        var image = new double[groups.Dimension];
        for (var i = 0; i < rows.Length; i++)
            VectorKernels.AddScaled(dual[i], rows[i], image);
        var (norms, sizes) = (groups.Norms(coordinates), groups.Norms(image));
        var value = dual.Sum();
        foreach (var groupThreshold in new[] { 1, 1e3, 1e-3 })
        foreach (var rowThreshold in new[] { 1, 1e3, 1e-3 })
        {
            var start = (double[])coordinates.Clone();
            for (var g = 0; g < groups.Count; g++)
            {
                var share = norms[g] * weights[g] / value;
                if (!(double.IsFinite(share) && share > groupThreshold * (1 - sizes[g] / weights[g])))
                    groups.Part(start, g).Clear();
            }
            int[] active =
            [
                .. Enumerable
                    .Range(0, rows.Length)
                    .Where(i =>
                        dual[i] / value > rowThreshold * (VectorKernels.Dot(rows[i], coordinates) - 1)
                        && dual[i] > 0
                    ),
            ];
            var (x, multipliers) = conditions.Polish(start, dual, active);
            var found = new Point(x, multipliers, Penalty(x), conditions.Residual(x, multipliers));
            if (best is not { } known || found.Residual < known.Residual)
                best = found;
            if (found.Residual < 1e-12)
                return found;
        }
        return best;
    }

    /// <summary>Of two points that are both stationary the one of lower penalty, otherwise the more nearly stationary.</summary>
    private static Point? Better(Point? one, Point? other)
    {
        if (one is not { } a || other is not { } b)
            return one ?? other;
        var (first, second) = (a.Residual < 1e-9, b.Residual < 1e-9);
        if (first && second)
            return b.Penalty < a.Penalty * (1 - 1e-12) ? b : a;
        if (first != second)
            return first ? a : b;
        return b.Residual < a.Residual ? b : a;
    }

    private double Penalty(double[] coordinates)
    {
        var sum = 0.0;
        var norms = groups.Norms(coordinates);
        for (var g = 0; g < norms.Length; g++)
            sum += groups.Weights[g] * Math.Pow(norms[g], exponent);
        return sum;
    }

    /// <summary>The feasible x with this support on which these rows are 1; null if there is none.</summary>
    private double[]? Vertex(int[] tight, int[] support)
    {
        var size = support.Length;
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(
            size,
            size,
            (i, j) => rows[tight[i]][support[j]]
        );
        var right = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(size, 1.0);
        var solution = matrix.LU().Solve(right);
        var x = new double[groups.Dimension];
        for (var j = 0; j < size; j++)
            x[support[j]] = solution[j];
        var largest = x.Max(Math.Abs);
        if (!double.IsFinite(largest) || support.Any(j => Math.Abs(x[j]) < 1e-12 * largest))
            return null; // singular, or a vertex of a smaller support
        return rows.All(row => VectorKernels.Dot(row, x) >= 1 - 1e-9) ? x : null;
    }

    /// <summary>Supports by size, as far as a local minimum can reach and the budget allows.</summary>
    private IEnumerable<int[]> Supports(int[] order)
    {
        // A descent takes some 400 Newton steps, each a least-squares problem, with 2·10⁴ operations of overhead.
        double count = likelyTight.Length;
        var step = 2 * (count + groups.Dimension + groups.Count) * count * count + 2e4;
        var most = (int)
            Math.Clamp(SearchBudget / (400 * step * StartsPerSupport), FewestSupports, MostSupports);
        return Enumerable
            .Range(1, Math.Min(rows.Length, groups.Count))
            .SelectMany(size => Subsets(groups.Count, size))
            .Take(most)
            .Select(subset => subset.Select(k => order[k]).ToArray());
    }

    private static double Choices(int count, int size)
    {
        var choices = 1.0;
        for (var k = 0; k < size; k++)
            choices *= (count - k) / (k + 1.0);
        return choices;
    }

    /// <summary>All subsets of 0..count-1 of a size, in lexicographic order.</summary>
    private static IEnumerable<int[]> Subsets(int count, int size)
    {
        var subset = Enumerable.Range(0, size).ToArray();
        while (true)
        {
            yield return (int[])subset.Clone();
            var k = size - 1;
            while (k >= 0 && subset[k] == count - size + k)
                k--;
            if (k < 0)
                yield break;
            subset[k]++;
            for (var j = k + 1; j < size; j++)
                subset[j] = subset[j - 1] + 1;
        }
    }
}
