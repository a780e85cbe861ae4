using System.Text.Json;

namespace OrleansDiffusion.Api.Requests;

/// <summary>Fields that are arrays.</summary>
internal sealed partial class JsonForm
{
    /// <summary>A list of objects; their problems are told under "name[0].field". What is no object is left out.</summary>
    public IReadOnlyList<JsonForm> Objects(string name)
    {
        List<JsonForm> forms = [];
        foreach (var (place, value) in Items(name))
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                Wrong(place, "an object", value);
                continue;
            }

            forms.Add(new JsonForm(value));
            _inside.Add((place, forms[^1]));
        }

        return forms;
    }

    /// <summary>A list of texts; null when it is absent, or when anything about it is wrong.</summary>
    public IReadOnlyList<string>? List(string name)
    {
        var problemCount = _problems.Count;
        List<string> texts = [];
        foreach (var (place, value) in Items(name))
        {
            if (value.ValueKind != JsonValueKind.String) Wrong(place, "text", value);
            else if ((JsonText.Read(value, out var problem) ?? Wrong(place, problem)) is { } text) texts.Add(text);
        }

        return Has(name) && _problems.Count == problemCount ? texts : null;
    }

    /// <summary>What is in a list, each with its place: "name[0]".</summary>
    private IEnumerable<(string Place, JsonElement Value)> Items(string name)
    {
        if (Find(name) is not { } list) return [];
        if (list.ValueKind == JsonValueKind.Array) return list.EnumerateArray().Select((value, i) => ($"{name}[{i}]", value));
        Wrong(name, "an array", list);
        return [];
    }
}
