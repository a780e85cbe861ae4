using System.Runtime.InteropServices;

namespace OrleansDiffusion.Weights;

/// <summary>Names in folders: made durable, and given to a file a second time.</summary>
public static partial class DurableNames
{
    /// <summary>Makes the names in a folder durable. Windows journals them itself and cannot be asked.</summary>
    /// <exception cref="IOException">The folder is not there, or the disk refuses.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var file = Open(folder, ReadOnly);
        if (file < 0) throw Failed("open", folder);
        try
        {
            if (Fsync(file) != 0) throw Failed("sync", folder);
        }
        finally
        {
            _ = Close(file);
        }
    }

    /// <summary>A second name of the same file; a symbolic link where the file system has no hard ones.</summary>
    internal static void Link(string file, string name)
    {
        if (!OperatingSystem.IsWindows() && HardLink(file, name) == 0) return;
        if (!File.Exists(name)) File.CreateSymbolicLink(name, file);
    }

    private static IOException Failed(string what, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"Cannot {what} the folder {path}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    private const int ReadOnly = 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
