using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ImplicitBias.Numerics;

/// <summary>
/// The linear predictor with labels folded in: outputs are the margins f(w; xᵢ) = ⟨zᵢ, w⟩ of signed inputs
/// zᵢ = yᵢxᵢ. Parameters: w, length d. The derivative of Predict is Z at every w.
/// </summary>
/// <remarks>
/// Sums are taken in four fixed lanes, so a result does not depend on the machine's vector width.
/// </remarks>
public sealed class LinearModel : ICurvedModel
{
    private readonly double[] signedInputs; // Z, row-major

    /// <summary>The model on the rows of Z, which are copied.</summary>
    /// <param name="signedInputs">Z, n×d with n, d ≥ 1, finite.</param>
    /// <exception cref="ArgumentException">Z has no row or no column, or a cell is NaN or infinite.</exception>
    public LinearModel(double[,] signedInputs)
    {
        SampleCount = signedInputs.GetLength(0);
        ParameterCount = signedInputs.GetLength(1);
        if (signedInputs.Length == 0)
            throw new ArgumentException(
                $"Signed inputs need a row and a column; these are {SampleCount}×{ParameterCount}.",
                nameof(signedInputs)
            );
        this.signedInputs = MemoryMarshal.CreateSpan(ref signedInputs[0, 0], signedInputs.Length).ToArray();
        foreach (var cell in this.signedInputs)
            if (!double.IsFinite(cell))
                throw new ArgumentException(
                    $"Signed inputs must be finite; found {cell}.",
                    nameof(signedInputs)
                );
    }

    /// <summary>d, the length of w.</summary>
    public int ParameterCount { get; }

    /// <summary>n, the number of rows of Z.</summary>
    public int SampleCount { get; }

    /// <summary>Row zᵢ = yᵢxᵢ of Z, length d, without a copy.</summary>
    public ReadOnlySpan<double> SignedInput(int sample) =>
        signedInputs.AsSpan(checked(sample * ParameterCount), ParameterCount);

    /// <summary>Z row by row, length n·d, without a copy.</summary>
    public ReadOnlySpan<double> SignedInputs => signedInputs;

    /// <summary>outputs ← Zw.</summary>
    public void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, SampleCount);
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = Dot(SignedInput(i), parameters);
    }

    /// <summary>gradient ← Zᵀv, whatever the parameters.</summary>
    public void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        gradient.Clear();
        for (var i = 0; i < outputWeights.Length; i++)
            AddMultiple(outputWeights[i], SignedInput(i), gradient);
    }

    /// <summary>hessian ← Zᵀ diag(curvatures) Z, d×d row-major; the model itself does not curve.</summary>
    public void Hessian(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        ReadOnlySpan<double> curvatures,
        Span<double> hessian
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(curvatures.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hessian.Length, ParameterCount * ParameterCount);
        hessian.Clear();
        for (var i = 0; i < curvatures.Length; i++)
        {
            if (curvatures[i] == 0)
                continue; // late in a run all but the support vectors
            var row = SignedInput(i);
            for (var j = 0; j < row.Length; j++)
                AddMultiple(curvatures[i] * row[j], row, hessian.Slice(j * row.Length, row.Length));
        }
    }

    /// <summary>R² = maxᵢ ‖zᵢ‖², a bound on the largest eigenvalue of ∇²L/L where ℓ'' ≤ ℓ.</summary>
    public double SquaredRadius
    {
        get
        {
            var largest = 0.0;
            for (var i = 0; i < SampleCount; i++)
                largest = Math.Max(largest, Dot(SignedInput(i), SignedInput(i)));
            return largest;
        }
    }

    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        var j = 0;
        if (x.Length >= Vector256<double>.Count)
        {
            var lanes = Vector256<double>.Zero;
            for (; j <= x.Length - Vector256<double>.Count; j += Vector256<double>.Count)
                lanes += Vector256.Create(x[j..]) * Vector256.Create(y[j..]);
            sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        }
        for (; j < x.Length; j++)
            sum += x[j] * y[j];
        return sum;
    }

    /// <summary>target ← target + factor·x.</summary>
    internal static void AddMultiple(double factor, ReadOnlySpan<double> x, Span<double> target)
    {
        var j = 0;
        for (; j <= x.Length - Vector256<double>.Count; j += Vector256<double>.Count)
            (Vector256.Create<double>(target[j..]) + factor * Vector256.Create(x[j..])).CopyTo(target[j..]);
        for (; j < x.Length; j++)
            target[j] += factor * x[j];
    }
}
