using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ImplicitBias.Numerics;

/// <summary>Tells models and losses apart by what they compute.</summary>
internal static class Fingerprint
{
    /// <summary>
    /// SHA-256, shortened to 16 hexadecimal digits, of a start and of the outputs and the log-loss at one arbitrary θ: the
    /// same data, model and start give the same; what is changed by more than rounding, another.
    /// </summary>
    internal static string Of(IModel model, ILoss loss, ReadOnlySpan<double> start)
    {
        var parameters = new double[model.ParameterCount];
        for (var j = 0; j < parameters.Length; j++)
            parameters[j] = Math.ScaleB(Philox.Block((ulong)j, 0, 0).Low, -64) + 0.5;
        var values = new double[1 + model.SampleCount + start.Length];
        var outputs = values.AsSpan(1, model.SampleCount);
        model.Predict(parameters, outputs);
        values[0] = loss.LogValue(outputs);
        start.CopyTo(values.AsSpan(1 + model.SampleCount));
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())))[..16];
    }
}
