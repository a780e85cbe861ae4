using System.Runtime.InteropServices;

namespace OrleansDiffusion.Weights;

/// <summary>Has the operating system bring mapped pages into memory.</summary>
internal static unsafe partial class ResidentPages
{
    /// <summary>MADV_POPULATE_READ: as if every page were read. Linux 5.14 and later.</summary>
    private const int PopulateRead = 22;

    /// <summary>Reads the pages in, and keeps them there if the process may: without the right to, they stay until memory is short.</summary>
    /// <param name="first">Of whole pages.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="mayLock">Whether to try.</param>
    /// <returns>Whether they are kept.</returns>
    public static bool Bring(byte* first, nuint count, bool mayLock)
    {
        if (mayLock && !OperatingSystem.IsWindows() && Lock(first, count) == 0) return true;
        if (!OperatingSystem.IsLinux() || Advise(first, count, PopulateRead) != 0) Touch(first, count);
        return false;
    }

    private static void Touch(byte* first, nuint count)
    {
        for (nuint at = 0; at < count; at += (nuint)Environment.SystemPageSize) Volatile.Read(ref first[at]);
    }

    [LibraryImport("libc", EntryPoint = "mlock")]
    private static partial int Lock(byte* first, nuint count);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* first, nuint count, int advice);
}
