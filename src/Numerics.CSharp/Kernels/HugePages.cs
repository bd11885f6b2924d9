using System.Runtime.InteropServices;

namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// Pages of 2 MiB for large data, where the system offers them on request: one entry of the address cache then reaches
/// over what 512 do else.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>A huge page, in doubles.</summary>
    internal const int Size = 1 << 18;

    /// <summary>MADV_HUGEPAGE of Linux.</summary>
    private const int HugePage = 14;

    /// <summary>Asks for huge pages where they fit inside this memory, best before it is touched. A hint.</summary>
    internal static void Advise(double* start, int length)
    {
        const nuint bytes = Size * sizeof(double);
        var first = ((nuint)start + bytes - 1) & ~(bytes - 1);
        var end = (nuint)(start + length) & ~(bytes - 1);
        if (OperatingSystem.IsLinux() && first < end)
            _ = madvise((void*)first, end - first, HugePage);
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);
}
