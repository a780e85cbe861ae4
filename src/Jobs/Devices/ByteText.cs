using System.Globalization;

namespace OrleansDiffusion.Jobs;

/// <summary>Sizes as a person reads them, in powers of 1024.</summary>
public static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as "3.5 GiB"; at most one digit after the point.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }
}
