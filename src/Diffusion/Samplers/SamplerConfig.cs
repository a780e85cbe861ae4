using System.Text.Json;

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>
/// A model's scheduler_config.json. It was written for one scheduler class and is read by whichever sampler a job names:
/// each takes the keys that it knows and its own class's default for a key that is absent or null.
/// </summary>
public sealed class SamplerConfig
{
    private readonly Dictionary<string, JsonElement> _values;

    private SamplerConfig(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>A configuration that says nothing: every default.</summary>
    public static SamplerConfig Empty { get; } = new([]);

    /// <summary>The diffusers class that the file was written for, such as `EulerDiscreteScheduler`.</summary>
    public string? ClassName => Value("_class_name") is { ValueKind: JsonValueKind.String } name ? name.GetString() : null;

    /// <exception cref="SamplerException">Not a JSON object.</exception>
    public static SamplerConfig Parse(string json)
    {
        try
        {
            using var document = PythonJson.Parse(json);
            return From(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new SamplerException($"The scheduler configuration is not JSON: {error.Message}", error);
        }
    }

    /// <exception cref="SamplerException">Not a JSON object.</exception>
    public static SamplerConfig From(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new SamplerException("The scheduler configuration is not a JSON object.");
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject()) values[property.Name] = property.Value.Clone();
        return new SamplerConfig(values);
    }

    /// <summary>The same with some keys replaced.</summary>
    public SamplerConfig With(IEnumerable<KeyValuePair<string, object>> replacements)
    {
        var values = new Dictionary<string, JsonElement>(_values, StringComparer.Ordinal);
        foreach (var (key, value) in replacements) values[key] = JsonSerializer.SerializeToElement(value);
        return new SamplerConfig(values);
    }

    public bool Flag(string key, bool absent) => Value(key) is { } value ? Read(key, value, json => json.GetBoolean()) : absent;

    public int Whole(string key, int absent) => Value(key) is { } value ? Read(key, value, json => json.GetInt32()) : absent;

    public double Number(string key, double absent) => Number(key) ?? absent;

    public double? Number(string key) => Value(key) is { } value ? Read(key, value, PythonJson.Number) : null;

    public string Text(string key, string absent) => Value(key) is { } value ? Read(key, value, json => json.GetString()!) : absent;

    public double[]? Numbers(string key) =>
        Value(key) is { } value ? Read(key, value, json => json.EnumerateArray().Select(PythonJson.Number).ToArray()) : null;

    private JsonElement? Value(string key) =>
        _values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static T Read<T>(string key, JsonElement value, Func<JsonElement, T> read)
    {
        try
        {
            return read(value);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new SamplerException($"The scheduler configuration's {key} is {value}, which cannot be right.", error);
        }
    }
}
