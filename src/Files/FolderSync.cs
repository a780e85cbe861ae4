using System.Runtime.InteropServices;

namespace OrleansDiffusion.Files;

/// <summary>A new name in a folder survives a power loss once the folder itself was synced.</summary>
public static partial class FolderSync
{
    private const int ReadOnly = 0;

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

    /// <summary>Gives a folder whose files are on the disk its final name, once every name in it is durable too.</summary>
    /// <exception cref="IOException">There is one of that name, or the disk refuses.</exception>
    public static void Publish(string made, string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(made, "*", SearchOption.AllDirectories)) Sync(folder);
        Sync(made);
        Directory.Move(made, target);
        Sync(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }

    private static IOException Failed(string what, string folder)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"Cannot {what} the folder {folder}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
