using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// min Σ_g weight_g ‖x_g‖ subject to Ax ≥ 1, a second-order cone program, by a path-following method on its dual
/// max Σᵢ λᵢ subject to ‖(Aᵀλ)_g‖ ≤ weight_g, λ ≥ 0.
/// </summary>
/// <remarks>
/// Newton's method on t Σλᵢ + Σ log λᵢ + Σ log(weight_g² - ‖(Aᵀλ)_g‖²) for growing t (Nesterov and Nemirovskii 1994; Boyd and
/// Vandenberghe, Convex Optimization, section 11). The point x_g = (2/t)(Aᵀλ)_g/(weight_g² - ‖(Aᵀλ)_g‖²) is feasible, with a
/// duality gap below (groups + rows)/t. Only rows that matter are kept: those violated by the solution for the others join.
/// </remarks>
internal sealed class GroupNormProgram(double[][] rows, BridgeGroups groups, IEnumerable<int> likelyTight)
{
    private const double Growth = 20;
    private const int NewtonLimit = 60;

    /// <summary>Squared Newton decrements at which the next value of t, and the last point, are taken.</summary>
    private const double NearCentre = 0.1;
    private const double AtCentre = 1e-14;

    /// <summary>Violations below this, relative to the margin 1, are left to the caller's Newton polish.</summary>
    private const double Feasible = 1e-9;

    private double[] sizes = [];
    private int[] kept = [];
    private readonly List<int> working = [.. likelyTight];

    /// <summary>An optimal x and λ up to a gap relative to the optimal value; null if no x with these groups has Ax ≥ 1.</summary>
    /// <param name="weights">One per group, positive; infinite for a group that is left out.</param>
    /// <param name="gap">Relative duality gap aimed at.</param>
    /// <param name="ceiling">Optimal values above this count as infinite.</param>
    public (double[] Coordinates, double[] Dual)? Solve(double[] weights, double gap, double ceiling)
    {
        sizes = weights;
        kept = [.. Enumerable.Range(0, groups.Count).Where(g => double.IsFinite(weights[g]))];
        while (true)
        {
            if (SolveWorking(gap, ceiling) is not { } solution)
                return null;
            var joining = Enumerable
                .Range(0, rows.Length)
                .Except(working)
                .Select(i => (Row: i, Margin: VectorKernels.Dot(rows[i], solution.Coordinates)))
                .Where(found => found.Margin < 1 - Feasible)
                .OrderBy(found => found.Margin)
                .Take(groups.Dimension)
                .Select(found => found.Row)
                .ToList();
            if (joining.Count == 0)
                return solution;
            working.AddRange(joining);
        }
    }

    private (double[] Coordinates, double[] Dual)? SolveWorking(double gap, double ceiling)
    {
        var count = working.Count;
        var barriers = count + kept.Length;
        // Halfway to the boundary along the diagonal.
        var dual = Vector<double>.Build.Dense(count, 1.0);
        dual *= 0.5 / kept.Max(g => Norm(Image(dual), g) / sizes[g]);
        if (!double.IsFinite(dual[0]))
            return null; // the rows cancel or vanish on the groups that are kept
        var time = barriers / dual.Sum();
        while (true)
        {
            Centre(ref dual, time, NearCentre);
            var value = dual.Sum();
            if (value > ceiling)
                return null;
            if (barriers / time <= gap * value)
                break;
            time *= Growth;
        }
        Centre(ref dual, time, AtCentre);

        var image = Image(dual);
        var coordinates = new double[groups.Dimension];
        foreach (var g in kept)
        {
            var slack = Slack(image, g);
            for (var k = groups.Starts[g]; k < groups.Starts[g + 1]; k++)
                coordinates[k] = 2 / time * image[k] / slack;
        }
        var all = new double[rows.Length];
        for (var i = 0; i < count; i++)
            all[working[i]] = dual[i];
        return (coordinates, all);
    }

    /// <summary>Newton's method with backtracking, in the units of the current λ.</summary>
    private void Centre(ref Vector<double> dual, double time, double tolerance)
    {
        for (var iteration = 0; iteration < NewtonLimit; iteration++)
        {
            var (factor, right) = NewtonSystem(dual, time);
            var step = factor.QR(QRMethod.Thin).Solve(right);
            var image = factor * step;
            var decrement = image * image;
            if (!(decrement > tolerance))
                return;
            step = step.PointwiseMultiply(dual);
            var before = Barrier(dual, time);
            var length = 1.0;
            while (!(Barrier(dual + length * step, time) >= before + 0.1 * length * decrement))
            {
                length /= 2;
                if (length < 1e-12)
                    return; // rounding: no further progress to be had
            }
            dual += length * step;
        }
    }

    private double Barrier(Vector<double> dual, double time)
    {
        var sum = 0.0;
        foreach (var value in dual)
        {
            if (!(value > 0))
                return double.NegativeInfinity;
            sum += time * value + Math.Log(value);
        }
        var image = Image(dual);
        foreach (var g in kept)
        {
            var slack = Slack(image, g);
            if (!(slack > 0))
                return double.NegativeInfinity;
            sum += Math.Log(slack);
        }
        return sum;
    }

    /// <summary>
    /// K and r with KᵀK the negative Hessian of the barrier in y, λ ← λ (1 + y), and Kᵀr its gradient: the Newton step
    /// solves a least-squares problem, with half the digits lost to what the normal equations would lose.
    /// </summary>
    private (Matrix<double> Factor, Vector<double> Right) NewtonSystem(Vector<double> dual, double time)
    {
        var count = working.Count;
        var image = Image(dual);
        var height = count + kept.Sum(g => groups.Starts[g + 1] - groups.Starts[g] + 1);
        var factor = Matrix<double>.Build.Dense(height, count);
        var right = Vector<double>.Build.Dense(height);
        for (var i = 0; i < count; i++)
        {
            factor[i, i] = 1;
            right[i] = 1 + time * dual[i];
        }
        var line = count;
        foreach (var g in kept)
        {
            var slack = Slack(image, g);
            right[line] = -1;
            for (var k = groups.Starts[g]; k < groups.Starts[g + 1]; k++)
            for (var i = 0; i < count; i++)
            {
                var entry = dual[i] * rows[working[i]][k];
                factor[line, i] += 2 * entry * image[k] / slack;
                factor[line + 1 + k - groups.Starts[g], i] = Math.Sqrt(2 / slack) * entry;
            }
            line += 1 + groups.Starts[g + 1] - groups.Starts[g];
        }
        return (factor, right);
    }

    /// <summary>Aᵀλ.</summary>
    private double[] Image(Vector<double> dual)
    {
        var image = new double[groups.Dimension];
        for (var i = 0; i < working.Count; i++)
            VectorKernels.AddScaled(dual[i], rows[working[i]], image);
        return image;
    }

    private double Norm(double[] image, int group)
    {
        var sum = 0.0;
        foreach (var entry in groups.Part(image, group))
            sum += entry * entry;
        return Math.Sqrt(sum);
    }

    /// <summary>weight² - ‖(Aᵀλ)_g‖².</summary>
    private double Slack(double[] image, int group)
    {
        var norm = Norm(image, group);
        return (sizes[group] - norm) * (sizes[group] + norm);
    }
}
