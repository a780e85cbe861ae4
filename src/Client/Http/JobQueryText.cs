using System.Globalization;
using System.Text.Json;

namespace OrleansDiffusion.Client.Http;

/// <summary>A filter as a query string.</summary>
internal static class JobQueryText
{
    public static string Of(JobFilter filter)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"?limit={filter.CountMax}");
        if (filter.Status is { } status) text += $"&status={JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString())}";
        if (filter.Model is { } model) text += $"&model={Uri.EscapeDataString(model)}";
        if (filter.Cursor is { } cursor) text += $"&cursor={Uri.EscapeDataString(cursor)}";
        return text;
    }
}
