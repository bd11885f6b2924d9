using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly int width; // numbers of a coefficient
    private readonly double[] weights; // E, coefficient after coefficient
    private readonly double[] doubts; // q
    private readonly double[] rates; // -m'
    private readonly double[] losses; // -(1 - q) m'
    private readonly double[] projection;
    private readonly double[] passed;

    /// <summary>The series of one flow, to be expanded anew for every step.</summary>
    internal CoMovingSeries(CoMovingFlow flow, SampleColumns coordinates)
    {
        this.flow = flow;
        this.coordinates = coordinates;
        width = coordinates.PaddedCount;
        weights = new double[Order * width];
        doubts = new double[Order * width];
        rates = new double[Order * width];
        losses = new double[Order * width];
        projection = new double[coordinates.ColumnCount];
        passed = new double[coordinates.PaddedCount];
    }

    /// <summary>Expands about the start of the step; the result is the largest step with a local error of at most this.</summary>
    internal double Expand(double allowed)
    {
        flow.Weights.CopyTo(Term(weights, 0));
        var certain = true;
        for (var i = 0; i < width; i++)
        {
            doubts[i] = 1 - flow.Certainties[i];
            certain &= doubts[i] < Negligible;
        }
        var step = double.PositiveInfinity;
        for (var k = 0; k < Order; k++)
        {
            coordinates.Project(Term(weights, k), projection);
            if (k >= Order - Spare - 2 && k < Order - Spare)
            {
                var term = 0.0;
                foreach (var component in projection)
                    term = Math.Max(term, Math.Abs(component));
                step = Math.Min(step, Math.Pow(allowed * (k + 1) / term, 1.0 / (k + 1)));
            }
            if (k == Order - 1)
                break;
            Term(rates, k).Clear();
            coordinates.Subtract(projection, Term(rates, k));
            Term(rates, k).CopyTo(Term(losses, k));
            if (!certain)
                AddProduct(doubts, rates, k, -1, Term(losses, k));
            Term(weights, k).CopyTo(Term(weights, k + 1));
            AddProduct(weights, losses, k, 1, Term(weights, k + 1));
            Divide(Term(weights, k + 1), k + 1);
            if (certain)
                continue;
            Term(doubts, k + 1).Clear();
            AddProduct(doubts, losses, k, 1, Term(doubts, k + 1));
            Divide(Term(doubts, k + 1), k + 1);
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
            var coefficient = Term(weights, k);
            for (var i = 0; i < passed.Length; i += Vector256<double>.Count)
                (
                    factor
                    * Vector256.FusedMultiplyAdd(
                        share,
                        Vector256.Create<double>(coefficient[i..]),
                        Vector256.Create<double>(passed.AsSpan(i))
                    )
                ).CopyTo(passed.AsSpan(i));
        }
        return passed;
    }

    private Span<double> Term(double[] series, int k) => series.AsSpan(k * width, width);

    /// <summary>target ← target + sign · (coefficient k of the product of two series).</summary>
    private void AddProduct(double[] a, double[] b, int k, double sign, Span<double> target)
    {
        // Nearly all of the time of a flow on few samples is spent here: unchecked loads, and sums that do not wait for
        // each other.
        ref var one = ref MemoryMarshal.GetArrayDataReference(a);
        ref var other = ref MemoryMarshal.GetArrayDataReference(b);
        nint stride = width;
        nint i = 0;
        for (; i <= stride - 2 * Vector512<double>.Count; i += 2 * Vector512<double>.Count)
        {
            var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
            for (nint x = i, y = k * stride + i; y >= 0; x += stride, y -= stride)
            {
                ref var left = ref Unsafe.Add(ref one, x);
                ref var right = ref Unsafe.Add(ref other, y);
                low = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref left),
                    Vector512.LoadUnsafe(ref right),
                    low
                );
                high = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref left, (nuint)Vector512<double>.Count),
                    Vector512.LoadUnsafe(ref right, (nuint)Vector512<double>.Count),
                    high
                );
            }
            var here = target[(int)i..];
            AddTo(here, sign, low);
            AddTo(here[Vector512<double>.Count..], sign, high);
        }
        for (; i < stride; i += Vector256<double>.Count)
        {
            var sum = Vector256<double>.Zero;
            for (nint x = i, y = k * stride + i; y >= 0; x += stride, y -= stride)
                sum = Vector256.FusedMultiplyAdd(
                    Vector256.LoadUnsafe(ref Unsafe.Add(ref one, x)),
                    Vector256.LoadUnsafe(ref Unsafe.Add(ref other, y)),
                    sum
                );
            var here = target[(int)i..];
            Vector256
                .FusedMultiplyAdd(Vector256.Create(sign), sum, Vector256.Create<double>(here))
                .CopyTo(here);
        }
    }

    private static void AddTo(Span<double> target, double sign, Vector512<double> sum) =>
        Vector512
            .FusedMultiplyAdd(Vector512.Create(sign), sum, Vector512.Create<double>(target))
            .CopyTo(target);

    private static void Divide(Span<double> target, double divisor)
    {
        for (var i = 0; i < target.Length; i += Vector256<double>.Count)
            (Vector256.Create<double>(target[i..]) / divisor).CopyTo(target[i..]);
    }
}
