using System.Runtime.InteropServices;

namespace OrleansDiffusion.Weights;

/// <summary>Gives a file another name, which no runtime offers for hard links.</summary>
internal static partial class SecondName
{
    /// <summary>A second name of the same file; a symbolic link where the file system has no hard ones.</summary>
    public static void Link(string file, string name)
    {
        if (!OperatingSystem.IsWindows() && HardLink(file, name) == 0) return;
        if (!File.Exists(name)) File.CreateSymbolicLink(name, file);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string from, string to);
}
