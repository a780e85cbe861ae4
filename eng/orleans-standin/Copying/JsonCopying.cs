using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Serialization;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Types that the application hands to System.Text.Json go through it and back.</summary>
internal sealed class JsonCopying(IEnumerable<JsonSelector> selectors, JsonCodecOptions? options)
{
    private readonly JsonSelector[] _selectors = [.. selectors];

    public CopyPlan? Find(Type type)
    {
        if (_selectors.Length == 0)
        {
            return null;
        }

        if (type == typeof(JsonElement) || type == typeof(JsonDocument))
        {
            return SharedPlan.Instance;
        }

        var isSelected = typeof(JsonNode).IsAssignableFrom(type)
            || (!type.IsAbstract && !IsFrameworkType(type) && Array.Exists(_selectors, s => s.Selects(type)));
        return isSelected ? new JsonPlan(type, options?.SerializerOptions ?? JsonSerializerOptions.Default) : null;
    }

    private static bool IsFrameworkType(Type type) =>
        type.Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    private sealed class JsonPlan(Type type, JsonSerializerOptions options) : CopyPlan
    {
        public override object Copy(object value, CopyContext context) =>
            JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type, options), type, options)!;
    }
}

/// <summary>A predicate that an <c>AddJsonSerializer</c> was given.</summary>
internal sealed record JsonSelector(Func<Type, bool> Selects);
