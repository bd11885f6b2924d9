using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>A sum that carries its own rounding (W. Kahan 1965), in eight lanes and then across them.</summary>
/// <remarks>The error is a few ulp of Σ|termᵢ|, however many terms.</remarks>
internal struct CompensatedSum
{
    private Vector512<double> lanes;
    private Vector512<double> lanesLost;
    private double sum;
    private double lost;

    /// <summary>Adds eight terms, one to each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Vector512<double> terms)
    {
        terms -= lanesLost;
        var next = lanes + terms;
        lanesLost = (next - lanes) - terms;
        lanes = next;
    }

    /// <summary>Adds a term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(double term)
    {
        term -= lost;
        var next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }

    /// <summary>The sum so far. What the lanes have lost themselves is below an ulp of them.</summary>
    internal readonly double Total
    {
        get
        {
            if (lost == 0 && lanes == Vector512<double>.Zero)
                return sum;
            var total = this;
            for (var lane = 0; lane < Vector512<double>.Count; lane++)
                total.Add(lanes[lane]);
            return total.sum;
        }
    }
}
