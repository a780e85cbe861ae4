using System.Runtime.InteropServices;

namespace OrleansDiffusion.Bench;

/// <summary>What the system keeps of a file in memory (posix_fadvise(2)).</summary>
internal static partial class PageCache
{
    private const int DoNotNeed = 4;
    private const int WarmPieceBytes = 8 << 20;

    /// <summary>Lets the system forget a file, so that the next read goes to the disk.</summary>
    /// <returns>False where that cannot be asked for.</returns>
    public static bool TryDrop(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file); // Pages that are not on the disk yet would stay.
        return Advise((int)file.DangerousGetHandle(), 0, 0, DoNotNeed) == 0;
    }

    /// <summary>Reads it once, so that it is in memory.</summary>
    public static long Read(string path, byte[] buffer)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read);
        var offset = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0;) offset += read;
        return offset;
    }

    /// <summary>
    /// Fills so many bytes of page cache and lets them go. A virtual machine may give memory that lies free back to its host
    /// within seconds; who takes it anew then pays for that, which is the machine's cost and not the measured one's.
    /// </summary>
    public static void Warm(string folder, long bytes)
    {
        var piece = new byte[WarmPieceBytes];
        var path = Path.Combine(folder, "warm");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        for (var offset = 0L; offset < bytes; offset += piece.Length) RandomAccess.Write(file, piece, offset);
    }

    /// <summary>Waits until the disk has done what it was asked for, so that what is measured next does not wait for it (sync(2)).</summary>
    public static void Settle()
    {
        if (!OperatingSystem.IsWindows()) Sync();
    }

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
