using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// The modified equation of the explicit Euler method (Hairer, Lubich and Wanner, Geometric Numerical Integration,
/// section IX.1) to second order, w' = f - f'f/2 + f'f'f/3 + f''(f,f)/12 with f = -η∇L: the flow that gradient descent on a
/// linear model follows between its iterations. Every term is a combination of rows, so it changes the weights Eᵢ
/// of a <see cref="CoMovingFlow"/> only; the terms are smaller than f by ε = 1/T and 1/T², T the number of iterations.
/// </summary>
internal sealed class ModifiedEquation(SampleColumns rows)
{
    /// <summary>Beyond this log T a correction by 1/T is below rounding.</summary>
    internal const double Uncorrected = 45;

    private readonly double[] images = new double[rows.PaddedCount];
    private readonly double[] sums = new double[rows.ColumnCount];

    /// <summary>
    /// correction ← ½ε D u + ε² (D Zv/3 + D (2p - 1) u²/12) with D = Eᵢ pᵢ, u = Z Σ Eᵢ zᵢ and v = Σ Dᵢ uᵢ zᵢ: the terms -f'f/2,
    /// f'f'f/3 and f''(f,f)/12 as weights of rows.
    /// </summary>
    internal void Correct(double[] weights, double[] certainties, double logTime, double[] correction)
    {
        var first = Vector512.Create(Math.Exp(-logTime));
        var second = first * first;
        rows.Project(weights, sums);
        rows.Map(sums, images); // u
        for (var i = 0; i < images.Length; i += SampleColumns.Lane)
            (Curvature(i) * Vector512.Create(images, i)).CopyTo(correction, i);
        rows.Project(correction, sums);
        for (var i = 0; i < images.Length; i += SampleColumns.Lane)
        {
            var u = Vector512.Create(images, i);
            var doubtful = Vector512.Create(certainties, i) * 2 - Vector512<double>.One;
            var bend = Curvature(i) * doubtful * u * u / 12 + Curvature(i) * rows.Image(sums, i) / 3;
            (first / 2 * Vector512.Create(correction, i) + second * bend).CopyTo(correction, i);
        }
        Vector512<double> Curvature(int i) => Vector512.Create(weights, i) * Vector512.Create(certainties, i);
    }
}
