using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansDiffusion.Images;

/// <summary>Finds and starts libvips, once per process.</summary>
internal static class VipsLibrary
{
    /// <summary>Names of our own copy, beside the program, and of the system's, in the order in which they are tried.</summary>
    private static readonly string[] FileNames =
        OperatingSystem.IsWindows() ? ["libvips.dll", "libvips-42.dll"]
        : OperatingSystem.IsMacOS() ? ["libvips.dylib", "libvips.42.dylib"]
        : ["libvips.so", "libvips.so.42"];

    private static readonly Lazy<bool> Started = new(Start);

    /// <exception cref="PlatformNotSupportedException">There is no libvips for this machine; the message says what to do.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    /// <summary>
    /// Why the last call failed. The library keeps one log for the process, so at worst a line of another thread's failure
    /// is in it too.
    /// </summary>
    public static string TakeErrors()
    {
        var text = VipsNative.TakeErrors();
        try
        {
            const StringSplitOptions tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            var lines = (Marshal.PtrToStringUTF8(text) ?? "").Split('\n', tidy);
            return lines.Length > 0 ? string.Join("; ", lines.Distinct()) : "The picture cannot be read; libvips gives no reason.";
        }
        finally
        {
            VipsNative.Free(text);
        }
    }

    private static unsafe bool Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsNative).Assembly, Resolve);
        try
        {
            if (VipsNative.Initialize("OrleansDiffusion") != 0) throw new PlatformNotSupportedException($"libvips did not start: {TakeErrors()}");
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new PlatformNotSupportedException(
                $"Pictures are written and read with libvips 8.13 or newer, which was not found for {RuntimeInformation.RuntimeIdentifier}. "
                + $"Install it (Debian: apt-get install libvips42, macOS: brew install vips) or put {FileNames[0]} beside the program.",
                exception);
        }

        // One picture is small and many may be on their way: a thread each would only take cores from the devices.
        VipsNative.SetThreadCount(1);
        VipsNative.BlockUntrusted(1);
        // Bad uploads are the callers' mistakes and reach them as exceptions; they are no lines for our stderr.
        VipsNative.OnLog(VipsNative.LogDomain, VipsNative.WarningLevels, &Ignore, 0);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void Ignore(byte* domain, int level, byte* message, nint data)
    {
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != VipsNative.Library) return 0;
        foreach (var file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle)) return handle;
        }

        return 0;
    }
}
