using System.Text.Json.Nodes;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>Short ways into a document; what is not there is null, or nothing.</summary>
internal static class JsonPaths
{
    /// <param name="node">Where to start.</param>
    /// <param name="path">Names of fields, separated by a slash, since fields such as nvidia.com/gpu are never on the way.</param>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('/').Aggregate(node, (current, name) => (current as JsonObject)?[name]);

    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static IEnumerable<JsonNode> Items(this JsonNode? node, string path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonNode>() : [];

    public static string[] Texts(this JsonNode? node, string path) => [.. node.Items(path).Select(item => item.ToString())];

    public static Dictionary<string, string> Map(this JsonNode? node, string path) =>
        node.At(path) is JsonObject map ? map.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "") : [];
}
