using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using ImplicitBias.Numerics.Kernels;

namespace ImplicitBias.Bench;

/// <summary>2048 exponentials in the nearest cache, ours and the library's.</summary>
[MemoryDiagnoser]
public class ElementaryBenchmarks
{
    private const int Count = 2048;
    private readonly double[] arguments = [.. Enumerable.Range(0, Count).Select(i => -30 + 60.0 * i / Count)];
    private readonly double[] results = new double[Count];

    /// <summary>Ours.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Exp()
    {
        for (var i = 0; i < Count; i += 8)
            Elementary.Exp(Vector512.Create(arguments.AsSpan(i))).CopyTo(results.AsSpan(i));
    }

    /// <summary>The base class library's.</summary>
    [Benchmark(OperationsPerInvoke = Count, Baseline = true)]
    public void LibraryExp()
    {
        for (var i = 0; i < Count; i += 8)
            Vector512.Exp(Vector512.Create(arguments.AsSpan(i))).CopyTo(results.AsSpan(i));
    }

    /// <summary>Ours.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Log1p()
    {
        for (var i = 0; i < Count; i += 8)
            Elementary.Log1p(Vector512.Abs(Vector512.Create(arguments.AsSpan(i)))).CopyTo(results.AsSpan(i));
    }
}
