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
/// <c>data FILE N D</c>: signed inputs, raw doubles row by row. <c>gradient STEPS</c>: seconds per step of gradient descent
/// on the logistic loss, step 1/N, then w. <c>flow LOGT</c>: seconds of one flow from 0 to log t, its error estimate, w.
/// <c>margin</c>: seconds of one max-margin solve, w.
/// </remarks>
internal static partial class PeerServer
{
    /// <summary>As `check` runs its cases.</summary>
    private static readonly Accuracy FlowAccuracy = new(1e-14, 1e-11);

    internal static void Run(TextReader commands, TextWriter answers)
    {
        var rows = new double[1, 1];
        Descent<FixedStep>? descent = null;
        while (commands.ReadLine()?.Split(' ') is { } command)
        {
            switch (command)
            {
                case ["data", var file, var n, var d]:
                    rows = new double[Integer(n), Integer(d)];
                    var cells = MemoryMarshal.CreateSpan(ref rows[0, 0], rows.Length);
                    using (var stream = File.OpenRead(file))
                        stream.ReadExactly(MemoryMarshal.AsBytes(cells));
                    descent = null;
                    answers.WriteLine("ok");
                    break;
                case ["gradient", var steps]:
                    descent ??= new(
                        new LinearModel(rows) { Threads = 1 },
                        new LogisticLoss(),
                        new FixedStep(1.0 / rows.GetLength(0)),
                        new double[rows.GetLength(1)]
                    );
                    var count = long.Parse(steps, CultureInfo.InvariantCulture);
                    var start = CpuSeconds();
                    descent.Advance(descent.Iteration + count);
                    Answer(answers, (CpuSeconds() - start) / count, descent.Parameters);
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
            return System.Diagnostics.Stopwatch.GetTimestamp()
                / (double)System.Diagnostics.Stopwatch.Frequency;
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
