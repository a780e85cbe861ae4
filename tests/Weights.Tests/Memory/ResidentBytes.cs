using System.Runtime.InteropServices;

namespace OrleansDiffusion.Weights.Tests;

/// <summary>What the operating system says of a file's pages.</summary>
internal static unsafe partial class ResidentBytes
{
    private const int DontNeed = 4;

    /// <summary>Brings the file to the disk and out of memory.</summary>
    public static void Drop(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        Assert.Equal(0, Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed));
    }

    /// <summary>Pages of the file that are in memory, whoever brought them there, and all that it has.</summary>
    public static (int Resident, int All) Pages(string path)
    {
        using var file = File.OpenHandle(path);
        using var view = MappedBytes.Map(file);
        var pages = new byte[(RandomAccess.GetLength(file) + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
        fixed (byte* first = pages)
            Assert.Equal(0, InCore((byte*)view.DangerousGetHandle(), (nuint)RandomAccess.GetLength(file), first));
        return (pages.Count(page => (page & 1) != 0), pages.Length);
    }

    /// <summary>Bytes of the file's pages that this process has mapped and in memory.</summary>
    public static long Mapped(string path)
    {
        var lines = File.ReadAllLines("/proc/self/smaps");
        var starts = Enumerable.Range(0, lines.Length).Where(i => lines[i].EndsWith(path, StringComparison.Ordinal));
        return starts.Sum(start => long.Parse(lines.Skip(start).First(line => line.StartsWith("Rss:", StringComparison.Ordinal))[4..^2]) * 1024);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long count, int advice);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int InCore(byte* first, nuint count, byte* pages);
}
