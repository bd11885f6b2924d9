using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ImplicitBias.Numerics;
using ImplicitBias.Numerics.Reference;

namespace ImplicitBias.Bench;

/// <summary>
/// Our side of <c>bench/peers</c>: commands on standard input, one answer a line. Times are CPU seconds of this thread, so
/// that a busy machine and waiting for the peers do not count.
/// </summary>
/// <remarks>
/// <c>data FILE N D</c>: signed inputs, raw doubles row by row. <c>sparse FILE N D K</c>: the same with K entries a row, first
/// their columns as 32-bit integers, then their values. <c>gradient STEPS</c>: seconds per step of gradient descent on the
/// logistic loss, step 1/N, on one thread, then w. <c>elapsed STEPS THREADS</c>: the same by the clock on so many threads.
/// <c>flow LOGT</c>: seconds of one flow from 0 to log t, its error estimate, w.
/// <c>margin</c>: seconds of one max-margin solve, w.
/// </remarks>
internal static partial class PeerServer
{
    /// <summary>As `check` runs its cases.</summary>
    private static readonly Accuracy FlowAccuracy = new(1e-14, 1e-11);

    internal static void Run(TextReader commands, TextWriter answers)
    {
        var rows = new double[1, 1];
        SparseRows? sparse = null;
        var descents = new Dictionary<int, Descent<FixedStep>>();
        while (commands.ReadLine()?.Split(' ') is { } command)
        {
            switch (command)
            {
                case ["data", var file, var n, var d]:
                    rows = new double[Integer(n), Integer(d)];
                    var cells = MemoryMarshal.CreateSpan(ref rows[0, 0], rows.Length);
                    using (var stream = File.OpenRead(file))
                        stream.ReadExactly(MemoryMarshal.AsBytes(cells));
                    (sparse, descents) = (null, []);
                    answers.WriteLine("ok");
                    break;
                case ["sparse", var file, var n, var d, var perRow]:
                    var entries = Integer(n) * Integer(perRow);
                    var (columns, values) = (new int[entries], new double[entries]);
                    using (var stream = File.OpenRead(file))
                    {
                        stream.ReadExactly(MemoryMarshal.AsBytes(columns.AsSpan()));
                        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                    }
                    var starts = Enumerable
                        .Range(0, Integer(n) + 1)
                        .Select(i => i * Integer(perRow))
                        .ToArray();
                    (sparse, descents) = (new SparseRows(Integer(d), starts, columns, values), []);
                    answers.WriteLine("ok");
                    break;
                case ["gradient", var steps]:
                    var count = long.Parse(steps, CultureInfo.InvariantCulture);
                    var descent = On(1);
                    var start = CpuSeconds();
                    descent.Advance(descent.Iteration + count);
                    Answer(answers, (CpuSeconds() - start) / count, descent.Parameters);
                    break;
                case ["elapsed", var steps, var threads]:
                    count = long.Parse(steps, CultureInfo.InvariantCulture);
                    descent = On(Integer(threads));
                    var since = Stopwatch.GetTimestamp();
                    descent.Advance(descent.Iteration + count);
                    Answer(answers, Stopwatch.GetElapsedTime(since).TotalSeconds / count, descent.Parameters);
                    break;
                case ["flow", var logTime]:
                    var until = double.Parse(logTime, CultureInfo.InvariantCulture);
                    start = CpuSeconds();
                    var flow = new GradientFlow(new LinearModel(rows), new LogisticLoss());
                    var end = flow.Run(new double[rows.GetLength(1)], [until], FlowAccuracy);
                    var seconds = CpuSeconds() - start;
                    var last = end.Snapshots[^1];
                    Answer(answers, seconds, [last.ErrorEstimate, .. last.Parameters]);
                    break;
                case ["margin"]:
                    start = CpuSeconds();
                    var solution = MaxMargin.Approximate(rows);
                    var solved = (MaxMarginResult.Solved)solution;
                    Answer(answers, CpuSeconds() - start, solved.WeightsDouble);
                    break;
                default:
                    answers.WriteLine($"unknown command {string.Join(' ', command)}");
                    break;
            }
            answers.Flush();
        }

        Descent<FixedStep> On(int threads)
        {
            if (!descents.TryGetValue(threads, out var descent))
            {
                IModel model = sparse is null
                    ? new LinearModel(rows) { Threads = threads }
                    : new SparseLinearModel(sparse) { Threads = threads };
                var step = new FixedStep(1.0 / model.SampleCount);
                descent = new(model, new LogisticLoss(), step, new double[model.ParameterCount]);
                descents.Add(threads, descent);
            }
            return descent;
        }
    }

    private static void Answer(TextWriter answers, double seconds, ReadOnlySpan<double> values)
    {
        answers.Write(seconds.ToString("R", CultureInfo.InvariantCulture));
        foreach (var value in values)
            answers.Write(" " + value.ToString("R", CultureInfo.InvariantCulture));
        answers.WriteLine();
    }

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>CPU time of this thread; where the system has no such clock, elapsed time.</summary>
    private static double CpuSeconds()
    {
        const int threadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux
        if (!OperatingSystem.IsLinux() || clock_gettime(threadCpuTime, out var time) != 0)
            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        return time.Seconds + 1e-9 * time.Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpecification time);
}
