using System.Globalization;

namespace OrleansDiffusion.Api.Requests;

/// <summary>"512x768": width, then height, in pixels.</summary>
internal static class SizeText
{
    public static bool TryParse(string text, out int width, out int height)
    {
        (width, height) = (0, 0);
        return text.Split('x', 'X') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out height);
    }
}
