using System.Runtime.InteropServices;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>A folder that appears as a whole or not at all, also when the power fails in the middle.</summary>
internal static partial class SyncedFolder
{
    private const int ReadOnly = 0;

    /// <summary>Makes every byte and every name in <paramref name="made"/> durable, then gives it its final name.</summary>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public static void Publish(string made, string target)
    {
        foreach (var file in Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (var folder in Directory.EnumerateDirectories(made, "*", SearchOption.AllDirectories)) Sync(folder);
        Sync(made);
        Directory.Move(made, target);
        Sync(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }

    /// <summary>Windows journals names itself and cannot be asked.</summary>
    private static void Sync(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Open(path, ReadOnly);
        if (folder < 0) throw Failed("open", path);
        try
        {
            if (Fsync(folder) != 0) throw Failed("sync", path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Failed(string what, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"Cannot {what} the folder {path}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
