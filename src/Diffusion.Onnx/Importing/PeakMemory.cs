using System.Globalization;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>The process's resident memory and its peak, as Linux tells them (proc(5), status and clear_refs).</summary>
internal static class PeakMemory
{
    private const string StatusPath = "/proc/self/status";
    private const string ClearPath = "/proc/self/clear_refs";
    private const string RestartPeak = "5";

    /// <summary>Lets the peak begin anew.</summary>
    /// <returns>Bytes resident now; null where the system does not tell.</returns>
    public static long? Restart()
    {
        if (!File.Exists(ClearPath)) return null;
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

    private static long? Line(string name)
    {
        if (!File.Exists(StatusPath)) return null;
        var line = File.ReadLines(StatusPath).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var text = line?[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : null;
    }
}
