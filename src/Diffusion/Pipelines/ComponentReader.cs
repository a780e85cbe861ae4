using System.Text.Json;
using System.Text.Unicode;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// Reads one component's config.json, noting every problem instead of stopping at the first. An absent file gives every
/// default.
/// </summary>
internal sealed class ComponentReader
{
    private readonly string _file;
    private readonly List<ModelProblem> _problems;
    private readonly Dictionary<string, JsonElement> _values = [];

    public ComponentReader(string folder, string file, List<ModelProblem> problems)
    {
        (_file, _problems) = (file, problems);
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) return;
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (!Utf8.IsValid(bytes)) throw new JsonException("It is not UTF-8 text."); // Else the first look at a text would throw.
            using var document = JsonDocument.Parse(bytes);
            foreach (var property in document.RootElement.EnumerateObject()) _values[property.Name] = property.Value.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(new ModelProblem(file, $"Cannot be read as a JSON object: {error.Message}"));
        }
    }

    public string? Text(string key) => Value(key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public int Whole(string key, int absent, int max) => MaybeWhole(key, max) ?? absent;

    public int? MaybeWhole(string key, int max)
    {
        if (Value(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= max) return number;
        return Wrong<int?>(key, $"Must be a whole number within 1..{max}.", null);
    }

    public float Number(string key, float absent)
    {
        if (Value(key) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number)) return number;
        return Wrong(key, "Must be a number.", absent);
    }

    /// <summary>How many entries a list has.</summary>
    public int Length(string key, int absent, int max)
    {
        if (Value(key) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 1 && value.GetArrayLength() <= max)
        {
            return value.GetArrayLength();
        }

        return Wrong(key, $"Must be a list of 1..{max} entries.", absent);
    }

    /// <summary>A side, where some files give height and width.</summary>
    public int Side(string key, int absent, int max)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.Array } pair) return Whole(key, absent, max);
        return pair.GetArrayLength() > 0 && pair[0].TryGetInt32(out var side) && side >= 1 && side <= max
            ? side
            : Wrong(key, $"Must be whole numbers within 1..{max}.", absent);
    }

    private JsonElement? Value(string key) =>
        _values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private T Wrong<T>(string key, string message, T instead)
    {
        _problems.Add(new ModelProblem($"{_file}: {key}", message));
        return instead;
    }
}
