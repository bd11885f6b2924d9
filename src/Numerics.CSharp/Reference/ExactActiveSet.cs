using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// The active-set method of <see cref="SupportSearch"/> in rational arithmetic. Started from a right proposal it
/// is a verification: one linear system and one look at every margin. Started from a wrong one it pivots on.
/// </summary>
/// <remarks>
/// It cannot cycle: α > 0 on the support and supports are linearly independent, so every accepted step raises the
/// dual objective, and each support has one optimum. The step limit is a guard, not part of the method.
/// </remarks>
internal sealed class ExactActiveSet(IntegerRows rows, int stepLimit)
{
    private List<int> support = [];
    private List<Rational> alpha = []; // along support

    /// <summary>Optimum on a support: all numbers over one positive denominator, in units of D.</summary>
    internal sealed record Optimum(
        int[] Support,
        BigInteger[] Dual, // αₙ/D² · Denominator, along Support
        BigInteger[] Weights, // w/D · Denominator
        BigInteger Bias, // b · Denominator
        BigInteger Denominator
    );

    /// <summary>Exactly one of the two is given; neither if the step limit was reached.</summary>
    internal sealed record Outcome(Optimum? Optimum, Dictionary<int, Rational>? Certificate);

    /// <summary>Tries to prove the proposed points non-separable; null if they do not carry a certificate.</summary>
    public Dictionary<int, Rational>? ProveNotSeparable(ReadOnlySpan<int> points)
    {
        if (points.Length == 0)
            return null;
        var others = points[1..].ToArray();
        if (!TryExpand(others, points[0], out var coefficients, out var inSpan) || !inSpan)
            return null;
        return Array.TrueForAll(coefficients, c => c.Sign <= 0)
            ? Certificate(points[0], others, coefficients)
            : null;
    }

    public Outcome Run(ReadOnlySpan<int> proposedSupport)
    {
        support = [.. proposedSupport];
        alpha = [.. proposedSupport.ToArray().Select(_ => Rational.Zero)];
        for (var step = 0; step < stepLimit; step++)
        {
            if (support.Count == 0 && rows.HasFreeBias)
            {
                var coincident = StartFromPair();
                if (coincident is not null)
                    return new(null, coincident);
            }
            var optimum = SolveOnSupport();
            if (optimum is null) // a dependent proposal: begin again from nothing
            {
                support.Clear();
                alpha.Clear();
                continue;
            }
            if (Array.Exists(optimum.Dual, dual => dual.Sign <= 0))
            {
                MoveTowards(optimum);
                continue;
            }
            alpha = [.. optimum.Dual.Select(dual => new Rational(dual, optimum.Denominator))];
            var worst = WorstPoint(optimum);
            if (worst < 0)
                return new(optimum, null);
            if (!TryExpand(support.ToArray(), worst, out var coefficients, out var inSpan))
                throw new InvalidOperationException("The support became linearly dependent.");
            if (inSpan && Array.TrueForAll(coefficients, c => c.Sign <= 0))
                return new(null, Certificate(worst, support, coefficients));
            var rise = inSpan ? Rise(coefficients) : Rational.Zero;
            support.Add(worst);
            alpha.Add(rise);
            DropZeros(exceptLast: true);
        }
        return new(null, null);
    }

    /// <summary>Solution of the KKT equations with exactly these points active; null if they are dependent.</summary>
    private Optimum? SolveOnSupport()
    {
        var points = support.ToArray();
        var size = points.Length;
        var right = new BigInteger[size, 2];
        for (var i = 0; i < size; i++)
            (right[i, 0], right[i, 1]) = (BigInteger.One, rows.Label(points[i]));
        if (!ExactLinearSolver.TrySolve(Gram(points), right, out var solution, out var denominator))
            return null;
        var dual = new BigInteger[size];
        var bias = BigInteger.Zero;
        if (rows.HasFreeBias)
        {
            // α = u - b v with G u = 1, G v = y, and b from Σ αy = 0.
            var (fromOnes, fromLabels) = (BigInteger.Zero, BigInteger.Zero);
            for (var i = 0; i < size; i++)
            {
                fromOnes += rows.Label(points[i]) * solution[i, 0];
                fromLabels += rows.Label(points[i]) * solution[i, 1];
            }
            for (var i = 0; i < size; i++)
                dual[i] = fromLabels * solution[i, 0] - fromOnes * solution[i, 1];
            bias = fromOnes * denominator;
            denominator *= fromLabels; // positive: vᵀGv
        }
        else
            for (var i = 0; i < size; i++)
                dual[i] = solution[i, 0];
        return Reduced(points, dual, Combine(points, dual), bias, denominator);
    }

    private static Optimum Reduced(
        int[] points,
        BigInteger[] dual,
        BigInteger[] weights,
        BigInteger bias,
        BigInteger denominator
    )
    {
        var divisor = BigInteger.GreatestCommonDivisor(denominator, bias);
        foreach (var number in dual)
            divisor = BigInteger.GreatestCommonDivisor(divisor, number);
        return new(
            points,
            [.. dual.Select(number => number / divisor)],
            [.. weights.Select(number => number / divisor)],
            bias / divisor,
            denominator / divisor
        );
    }

    // Steps from α towards the optimum on the support until the first α reaches zero, and drops what is zero.
    private void MoveTowards(Optimum optimum)
    {
        var target = optimum.Dual.Select(dual => new Rational(dual, optimum.Denominator)).ToArray();
        var length = Rational.One;
        for (var i = 0; i < target.Length; i++)
            if (target[i].Sign <= 0)
            {
                var reach = alpha[i].Sign == 0 ? Rational.Zero : alpha[i] / (alpha[i] - target[i]);
                if (reach < length)
                    length = reach;
            }
        for (var i = target.Length - 1; i >= 0; i--)
        {
            alpha[i] += length * (target[i] - alpha[i]);
            if (alpha[i].Sign <= 0 && target[i].Sign <= 0)
            {
                support.RemoveAt(i);
                alpha.RemoveAt(i);
            }
        }
    }

    // Moves along the direction (1 on the entering point, -c on the support) up to the first zero.
    private Rational Rise(Rational[] coefficients)
    {
        Rational? rise = null;
        for (var i = 0; i < coefficients.Length; i++)
            if (coefficients[i].Sign > 0 && (rise is null || alpha[i] / coefficients[i] < rise))
                rise = alpha[i] / coefficients[i];
        for (var i = 0; i < coefficients.Length; i++)
            alpha[i] -= rise!.Value * coefficients[i];
        return rise!.Value;
    }

    private void DropZeros(bool exceptLast)
    {
        for (var i = support.Count - (exceptLast ? 2 : 1); i >= 0; i--)
            if (alpha[i].Sign == 0)
            {
                support.RemoveAt(i);
                alpha.RemoveAt(i);
            }
    }

    private int WorstPoint(Optimum optimum)
    {
        var worst = -1;
        var smallest = optimum.Denominator;
        for (var n = 0; n < rows.Count; n++)
        {
            var margin = Margin(rows, optimum, n);
            if (margin < smallest)
                (worst, smallest) = (n, margin);
        }
        return worst;
    }

    /// <summary>(zₙ·w + yₙb) · Denominator, exactly.</summary>
    public static BigInteger Margin(IntegerRows rows, Optimum optimum, int point) =>
        IntegerRows.Dot(rows[point], optimum.Weights) + rows.Label(point) * optimum.Bias;

    private Dictionary<int, Rational>? StartFromPair()
    {
        var positive = Enumerable.Range(0, rows.Count).First(n => rows.Label(n) > 0);
        var negative = Enumerable.Range(0, rows.Count).First(n => rows.Label(n) < 0);
        if (rows[positive].Zip(rows[negative], (a, b) => (a + b).IsZero).All(zero => zero))
            return Certificate(positive, [negative], [-1]);
        support.AddRange([positive, negative]);
        alpha.AddRange([Rational.Zero, Rational.Zero]);
        return null;
    }

    // Whether row `point` is Σ cᵢ row pointsᵢ (label column included); false if the points are dependent.
    private bool TryExpand(int[] points, int point, out Rational[] coefficients, out bool inSpan)
    {
        coefficients = [];
        inSpan = false;
        var right = new BigInteger[points.Length, 1];
        for (var i = 0; i < points.Length; i++)
            right[i, 0] = rows.Gram(points[i], point);
        if (!ExactLinearSolver.TrySolve(Gram(points), right, out var solution, out var denominator))
            return false;
        var numerators = Enumerable.Range(0, points.Length).Select(i => solution[i, 0]).ToArray();
        var combined = Combine(points, numerators);
        var label = BigInteger.Zero;
        for (var i = 0; i < points.Length; i++)
            label += numerators[i] * rows.Label(points[i]);
        inSpan = label == denominator * rows.Label(point);
        for (var k = 0; k < rows.Dimension && inSpan; k++)
            inSpan = combined[k] == denominator * rows[point][k];
        coefficients = [.. numerators.Select(numerator => new Rational(numerator, denominator))];
        return true;
    }

    private static Dictionary<int, Rational> Certificate(
        int point,
        IReadOnlyList<int> others,
        Rational[] coefficients
    )
    {
        var total = Rational.One;
        foreach (var coefficient in coefficients)
            total -= coefficient;
        var multipliers = new Dictionary<int, Rational> { [point] = Rational.One / total };
        for (var i = 0; i < coefficients.Length; i++)
            if (coefficients[i].Sign < 0)
                multipliers[others[i]] = -coefficients[i] / total;
        return multipliers;
    }

    private BigInteger[,] Gram(int[] points)
    {
        var gram = new BigInteger[points.Length, points.Length];
        for (var i = 0; i < points.Length; i++)
        for (var j = 0; j <= i; j++)
            gram[i, j] = gram[j, i] = rows.Gram(points[i], points[j]);
        return gram;
    }

    private BigInteger[] Combine(int[] points, BigInteger[] factors)
    {
        var sum = new BigInteger[rows.Dimension];
        for (var i = 0; i < points.Length; i++)
        for (var k = 0; k < sum.Length; k++)
            sum[k] += factors[i] * rows[points[i]][k];
        return sum;
    }
}
