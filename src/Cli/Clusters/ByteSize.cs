using System.Globalization;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A number of bytes as people write it: 20GiB, 1.5TiB, 500MB or 1048576.</summary>
internal static class ByteSize
{
    private const double Min = 1L << 20;
    private const double Max = 1L << 50;

    private static readonly (string Suffix, double Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <returns>Null for what is no size, or none between 1 MiB and 1 PiB.</returns>
    public static long? Parse(string text)
    {
        var (suffix, unit) = Units.First(unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(text[..^suffix.Length].Trim(), plain, CultureInfo.InvariantCulture, out var number)) return null;
        var bytes = number * unit;
        return bytes is >= Min and <= Max ? (long)bytes : null;
    }
}
