using BenchmarkDotNet.Attributes;
using ImplicitBias.Numerics;

namespace ImplicitBias.Bench;

/// <summary>One full-batch step of gradient descent on the logistic loss; nothing may be allocated.</summary>
[MemoryDiagnoser]
public class GradientBenchmarks
{
    private Descent<FixedStep> descent = null!;

    /// <summary>n×d.</summary>
    [Params("20x2", "150x4", "1000x100", "1000x1000", "20000x200", "200000x50")]
    public string Size { get; set; } = "";

    /// <summary>Threads; they are used where the data outgrow the cache.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var size = Size.Split('x').Select(int.Parse).ToArray();
        var model = new LinearModel(SampleRows.Make(size[0], size[1])) { Threads = Threads };
        descent = new(model, new LogisticLoss(), new FixedStep(1.0 / size[0]), new double[size[1]]);
    }

    /// <summary>One iteration.</summary>
    [Benchmark]
    public void Step() => descent.Step();
}
