using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// The Taylor series of a <see cref="CoMovingFlow"/> about the start of a step: the explicit method for the transient,
/// where each of its steps replaces a hundred of a low order. The equations are polynomial, so every coefficient
/// costs one gradient and a Cauchy product per sample.
/// </summary>
/// <remarks>
/// d log Eᵢ/ds = 1 - (1 - qᵢ) mᵢ' and d log qᵢ/ds = -(1 - qᵢ) mᵢ' with mᵢ' = zᵢ·Σ Eⱼ zⱼ and qᵢ = κ/(eᵐ + κ), which is
/// 0 for the exponential loss and negligible for the logistic once margins have grown. The step is the one at which the
/// last two terms are as large as the error allowed (Jorba and Zou 2005, Experimental Mathematics 14).
/// </remarks>
internal sealed class CoMovingSeries
{
    /// <summary>Terms of the increment. At 24 the step reaches a third of the radius of convergence.</summary>
    private const int Order = 24;

    /// <summary>Terms that only the refined run takes.</summary>
    private const int Spare = 3;

    /// <summary>Below this a q changes nothing: under an ulp of 1.</summary>
    private const double Negligible = 1e-17;

    private readonly CoMovingFlow flow;
    private readonly SampleColumns coordinates;
    private readonly double[][] weights; // E, one array a coefficient
    private readonly double[][] doubts; // q
    private readonly double[][] rates; // -m'
    private readonly double[][] losses; // -(1 - q) m'
    private readonly double[] projection;
    private readonly double[] passed;

    /// <summary>The series of one flow, to be expanded anew for every step.</summary>
    internal CoMovingSeries(CoMovingFlow flow, SampleColumns coordinates)
    {
        this.flow = flow;
        this.coordinates = coordinates;
        double[][] Table() =>
            [.. Enumerable.Range(0, Order).Select(_ => new double[coordinates.PaddedCount])];
        weights = Table();
        doubts = Table();
        rates = Table();
        losses = Table();
        projection = new double[coordinates.ColumnCount];
        passed = new double[coordinates.PaddedCount];
    }

    /// <summary>Expands about the start of the step; the result is the largest step with a local error of at most this.</summary>
    internal double Expand(double allowed)
    {
        flow.Weights.CopyTo(weights[0]);
        var certain = true;
        for (var i = 0; i < doubts[0].Length; i++)
        {
            doubts[0][i] = 1 - flow.Certainties[i];
            certain &= doubts[0][i] < Negligible;
        }
        var step = double.PositiveInfinity;
        for (var k = 0; k < Order; k++)
        {
            coordinates.Project(weights[k], projection);
            if (k >= Order - Spare - 2 && k < Order - Spare)
            {
                var term = 0.0;
                foreach (var component in projection)
                    term = Math.Max(term, Math.Abs(component));
                step = Math.Min(step, Math.Pow(allowed * (k + 1) / term, 1.0 / (k + 1)));
            }
            if (k == Order - 1)
                break;
            Array.Clear(rates[k]);
            coordinates.Subtract(projection, rates[k]);
            rates[k].CopyTo(losses[k], 0);
            if (!certain)
                AddProduct(doubts, rates, k, -1, losses[k]);
            weights[k].CopyTo(weights[k + 1], 0);
            AddProduct(weights, losses, k, 1, weights[k + 1]);
            Divide(weights[k + 1], k + 1);
            if (certain)
                continue;
            Array.Clear(doubts[k + 1]);
            AddProduct(doubts, losses, k, 1, doubts[k + 1]);
            Divide(doubts[k + 1], k + 1);
        }
        return step;
    }

    /// <summary>
    /// The integrals of the weights over a step, whose combination of rows is the increment of w, to the order that the
    /// step was chosen for.
    /// </summary>
    internal ReadOnlySpan<double> Integrate(double step) => Integrate(step, Order - Spare);

    /// <summary>The same with every term there is.</summary>
    internal ReadOnlySpan<double> IntegrateFully(double step) => Integrate(step, Order);

    private ReadOnlySpan<double> Integrate(double step, int terms)
    {
        Array.Clear(passed);
        for (var k = terms - 1; k >= 0; k--)
        {
            var factor = Vector256.Create(step);
            var share = Vector256.Create(1.0 / (k + 1));
            var coefficient = weights[k];
            for (var i = 0; i < passed.Length; i += Vector256<double>.Count)
                (
                    factor
                    * Vector256.FusedMultiplyAdd(
                        share,
                        Vector256.Create<double>(coefficient.AsSpan(i)),
                        Vector256.Create<double>(passed.AsSpan(i))
                    )
                ).CopyTo(passed.AsSpan(i));
        }
        return passed;
    }

    /// <summary>target ← target + sign · (coefficient k of the product of two series).</summary>
    private static void AddProduct(double[][] a, double[][] b, int k, double sign, double[] target)
    {
        for (var i = 0; i < target.Length; i += Vector256<double>.Count)
        {
            var sum = Vector256<double>.Zero;
            for (var j = 0; j <= k; j++)
                sum = Vector256.FusedMultiplyAdd(
                    Vector256.Create<double>(a[j].AsSpan(i)),
                    Vector256.Create<double>(b[k - j].AsSpan(i)),
                    sum
                );
            Vector256
                .FusedMultiplyAdd(Vector256.Create(sign), sum, Vector256.Create<double>(target.AsSpan(i)))
                .CopyTo(target.AsSpan(i));
        }
    }

    private static void Divide(double[] target, double divisor)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] /= divisor;
    }
}
