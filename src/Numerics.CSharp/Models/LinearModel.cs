using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Numerics;

/// <summary>
/// The linear predictor with labels folded in: outputs are the margins f(w; xᵢ) = ⟨zᵢ, w⟩ of signed inputs
/// zᵢ = yᵢxᵢ. Parameters: w, length d. The derivative of Predict is Z at every w.
/// </summary>
/// <remarks>
/// Sums are taken in eight fixed lanes and fixed chunks, so a result depends neither on the machine's vector width nor
/// on the number of threads.
/// </remarks>
public sealed class LinearModel : ICurvedModel, IOnePassModel
{
    private readonly DenseRows rows; // Z

    /// <summary>The model on the rows of Z, which are copied.</summary>
    /// <param name="signedInputs">Z, n×d with n, d ≥ 1, finite.</param>
    /// <exception cref="ArgumentException">Z has no row or no column, or a cell is NaN or infinite.</exception>
    public LinearModel(double[,] signedInputs)
    {
        if (signedInputs.Length == 0)
            throw new ArgumentException(
                "Signed inputs need a row and a column; these are "
                    + $"{signedInputs.GetLength(0)}×{signedInputs.GetLength(1)}.",
                nameof(signedInputs)
            );
        var cells = MemoryMarshal.CreateReadOnlySpan(ref signedInputs[0, 0], signedInputs.Length);
        foreach (var cell in cells)
            if (!double.IsFinite(cell))
                throw new ArgumentException(
                    $"Signed inputs must be finite; found {cell}.",
                    nameof(signedInputs)
                );
        rows = new DenseRows(cells, signedInputs.GetLength(0), signedInputs.GetLength(1));
    }

    /// <summary>d, the length of w.</summary>
    public int ParameterCount => rows.Width;

    /// <summary>n, the number of rows of Z.</summary>
    public int SampleCount => rows.Count;

    /// <summary>
    /// The most threads one call uses, at least 1; by default as many as there are processors. Only data that outgrow the
    /// cache are shared between threads, and the results have the same bits for any number.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Row zᵢ = yᵢxᵢ of Z, length d, without a copy.</summary>
    public ReadOnlySpan<double> SignedInput(int sample) =>
        rows.Cells.Slice(checked(sample * ParameterCount), ParameterCount);

    /// <summary>Z row by row, length n·d, without a copy.</summary>
    public ReadOnlySpan<double> SignedInputs => rows.Cells;

    /// <summary>outputs ← Zw.</summary>
    public unsafe void Predict(ReadOnlySpan<double> parameters, Span<double> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, SampleCount);
        fixed (double* to = outputs)
            rows.Run(new Predicting(to), parameters, [], Threads);
    }

    /// <summary>gradient ← Zᵀv, whatever the parameters.</summary>
    public unsafe void Pullback(
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double> outputWeights,
        Span<double> gradient
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputWeights.Length, SampleCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, ParameterCount);
        fixed (double* weights = outputWeights)
            rows.Run(new Pulling(weights), parameters, gradient, Threads);
    }

    GradientPass IOnePassModel.Bind(ISlopedLoss loss) => loss.Bind(new Rows(rows, Threads));

    IBatchRows IOnePassModel.Gather(int capacity) => new GatheredRows(rows, capacity);

    private readonly struct Rows(DenseRows rows, int threads) : IRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWork>(TWork work, ReadOnlySpan<double> parameters, Span<double> sums)
            where TWork : struct, IRowWork => rows.Run(work, parameters, sums, threads);
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
            {
                var squaredNorm = 0.0;
                foreach (var cell in SignedInput(i))
                    squaredNorm += cell * cell;
                largest = Math.Max(largest, squaredNorm);
            }
            return largest;
        }
    }

    /// <summary>x·y.</summary>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        var j = 0;
        if (x.Length >= Vector512<double>.Count)
        {
            var lanes = Vector512<double>.Zero;
            for (; j <= x.Length - Vector512<double>.Count; j += Vector512<double>.Count)
                lanes += Vector512.Create(x[j..]) * Vector512.Create(y[j..]);
            sum = Vector512.Sum(lanes);
        }
        for (; j < x.Length; j++)
            sum += x[j] * y[j];
        return sum;
    }

    /// <summary>target ← target + factor·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddMultiple(double factor, ReadOnlySpan<double> x, Span<double> target)
    {
        var j = 0;
        for (; j <= x.Length - Vector512<double>.Count; j += Vector512<double>.Count)
            (Vector512.Create<double>(target[j..]) + factor * Vector512.Create(x[j..])).CopyTo(target[j..]);
        if (j <= x.Length - Vector256<double>.Count)
        {
            (Vector256.Create<double>(target[j..]) + factor * Vector256.Create(x[j..])).CopyTo(target[j..]);
            j += Vector256<double>.Count;
        }
        for (; j < x.Length; j++)
            target[j] += factor * x[j];
    }
}
