using System.Text.Json;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>The REST API's way to write JSON: snake_case names, ISO 8601 times.</summary>
internal static class Wire
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Write(object value) => JsonSerializer.Serialize(value, Json);
}
