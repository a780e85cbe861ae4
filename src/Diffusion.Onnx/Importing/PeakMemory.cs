using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The process's resident memory and its peak, as Linux tells them (proc(5), status and clear_refs).</summary>
internal static partial class PeakMemory
{
    private const string StatusPath = "/proc/self/status";
    private const string ClearPath = "/proc/self/clear_refs";
    private const string RestartPeak = "5";

    /// <summary>Lets the peak begin anew, after what is free was given back: memory that is used again would not be seen.</summary>
    /// <returns>Bytes resident now; null where the system does not tell.</returns>
    public static long? Restart()
    {
        if (!File.Exists(ClearPath)) return null;
        Trim();
        try
        {
            File.WriteAllText(ClearPath, RestartPeak);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // A sandbox without it.
        }

        return Line("VmRSS:");
    }

    /// <summary>Bytes at the highest since then; null where the system does not tell.</summary>
    public static long? Read() => Line("VmHWM:");

    private static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not the GNU library; others keep little.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint padBytes);

    private static long? Line(string name)
    {
        if (!File.Exists(StatusPath)) return null;
        var line = File.ReadLines(StatusPath).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var text = line?[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : null;
    }
}
