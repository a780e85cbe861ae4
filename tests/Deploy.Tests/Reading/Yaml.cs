using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>YAML as the JSON that it stands for, anchors and merged keys resolved.</summary>
internal static class Yaml
{
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    /// <exception cref="YamlException">It is no YAML, or a key stands there twice.</exception>
    public static IReadOnlyList<JsonNode> Documents(string path)
    {
        using var text = new StringReader(Checkout.Text(path));
        var parser = new MergingParser(new Parser(text));
        parser.Consume<StreamStart>();
        var documents = new List<JsonNode>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (ToJson(Deserializer.Deserialize(parser)) is { } document) documents.Add(document);
        }

        return documents;
    }

    public static JsonNode Document(string path) => Assert.Single(Documents(path));

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        IDictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create((string)pair.Key, ToJson(pair.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(ToJson)]),
        _ => JsonSerializer.SerializeToNode(value, value.GetType()),
    };
}
