using BenchmarkDotNet.Attributes;
using ImplicitBias.Numerics;

namespace ImplicitBias.Bench;

/// <summary>One iteration of each kind of method on 1000×100; nothing may be allocated.</summary>
[MemoryDiagnoser]
public class MethodBenchmarks
{
    private const int Rows = 1000;
    private readonly Descent<HeavyBall> heavyBall = Of(new HeavyBall(1e-3, 0.9));
    private readonly Descent<NesterovMomentum> nesterov = Of(new NesterovMomentum(1e-3, 0.9));
    private readonly Descent<NormalizedStep> normalized = Of(new NormalizedStep(1e-3, 0.5));
    private readonly Descent<Adam> adam = Of(new Adam(1e-3, 0.9, 0.999, 1e-8));
    private readonly Descent<FixedStep> batches = Of(
        new FixedStep(1e-3),
        new Batches(Sampling.WithoutReplacement, 32, 1)
    );

    /// <summary>Heavy ball.</summary>
    [Benchmark]
    public void HeavyBall() => heavyBall.Step();

    /// <summary>Nesterov's momentum.</summary>
    [Benchmark]
    public void Nesterov() => nesterov.Step();

    /// <summary>A gradient of log L: two passes.</summary>
    [Benchmark]
    public void Normalized() => normalized.Step();

    /// <summary>Adam.</summary>
    [Benchmark]
    public void Adam() => adam.Step();

    /// <summary>Stochastic, 32 rows a step.</summary>
    [Benchmark]
    public void Stochastic() => batches.Step();

    private static Descent<TMethod> Of<TMethod>(TMethod method, Batches? batches = null)
        where TMethod : struct, IDescentMethod<TMethod> =>
        new(
            new LinearModel(SampleRows.Make(Rows, 100)),
            new LogisticLoss(),
            method,
            new double[100],
            batches
        );
}
