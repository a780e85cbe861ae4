using System.Text.Json;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>
/// The fields of a JSON object, read one by one. Nothing throws: what is wrong is collected, so that a caller learns all
/// of it at once. Null counts as absent. Fields that nobody asked for are reported by <see cref="Finish"/>.
/// </summary>
internal sealed partial class JsonForm
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly List<FieldProblem> _problems = [];
    private readonly List<(string Name, JsonForm Form)> _inside = [];
    private bool _hasOtherProblems;

    public JsonForm(JsonElement body)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (JsonText.NameOf(property) is not { } name) Reject("(body)", "has a field whose name is not valid Unicode text.");
            else if (!_fields.TryAdd(name, property.Value)) Reject(FieldNames.Shortened(name), "is there twice.");
        }
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) return Wrong(name, "text", value);
        return JsonText.Read(value, out var problem) ?? Wrong(name, problem);
    }

    /// <summary>Text that is one of <paramref name="choices"/>, without regard to case.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Text(name) is not { } text) return null;
        foreach (var choice in choices)
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase)) return choice;
        return Wrong(name, $"must be one of {string.Join(", ", choices)}, not \"{FieldNames.Shortened(text)}\".");
    }

    public int? Integer(string name)
    {
        if (LongInteger(name) is not { } value) return null;
        if (value is >= int.MinValue and <= int.MaxValue) return (int)value;
        Reject(name, $"must be a whole number of at most 32 bits, not {value}.");
        return null;
    }

    public long? LongInteger(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var whole)) return whole;
            // 25.0 and 2.5e1 are whole numbers too; beyond 2^53 a double cannot tell.
            if (value.TryGetDouble(out var real) && Math.Abs(real) <= 1L << 53 && real == Math.Truncate(real)) return (long)real;
            Reject(name, $"must be a whole number, not {FieldNames.Shortened(value.GetRawText())}.");
            return null;
        }

        Wrong(name, "a whole number", value);
        return null;
    }

    public double? Number(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetDouble(out var number) && double.IsFinite(number)) return number;
            Reject(name, $"is too large: {FieldNames.Shortened(value.GetRawText())}.");
            return null;
        }

        Wrong(name, "a number", value);
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(name, "true or false", value);
        return null;
    }

    /// <summary>An object inside this one; its problems are told under "name.field".</summary>
    public JsonForm? Object(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(name, "an object", value);
            return null;
        }

        var form = new JsonForm(value);
        _inside.Add((name, form));
        return form;
    }

    /// <summary>Every field that there is, whatever its name, as text.</summary>
    public Dictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in _fields.Keys)
            if (Text(name) is { } text) texts.Add(name, text);
        return texts;
    }

    /// <summary>Which of several names for the same thing the caller used; a second one is a problem.</summary>
    public string NameUsed(params ReadOnlySpan<string> names)
    {
        string? used = null;
        foreach (var name in names)
        {
            if (Find(name) is null) continue;
            if (used is null) used = name;
            else Reject(name, $"means the same as {used}; give one of them.");
        }

        return used ?? names[0];
    }

    public bool Has(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Reject(string name, string message)
    {
        _problems.Add(new FieldProblem(name, message));
        _hasOtherProblems = true;
    }

    /// <summary>Everything that was wrong, unknown fields included; empty when the form is fine.</summary>
    public FormProblems Finish()
    {
        var unknown = FieldNames.Unknown(_fields.Keys, _known);
        var inside = _inside.Select(inner => (inner.Name, Problems: inner.Form.Finish())).ToList();
        var ofInside = inside.SelectMany(inner => inner.Problems.All.Select(problem => problem with { Field = $"{inner.Name}.{problem.Field}" }));
        var areUnknown = !_hasOtherProblems && inside.TrueForAll(inner => inner.Problems.AreAllUnknownFields);
        return new FormProblems([.. _problems, .. ofInside, .. unknown], areUnknown);
    }

    private JsonElement? Find(string name)
    {
        if (!_known.Contains(name)) _known.Add(name);
        return Has(name) ? _fields[name] : null;
    }

    private string? Wrong(string name, string wanted, JsonElement value) => Wrong(name, $"must be {wanted}, not {JsonWords.Of(value.ValueKind)}.");

    private string? Wrong(string name, string message)
    {
        Reject(name, message);
        return null;
    }
}

/// <param name="All">In the order in which they were found.</param>
/// <param name="AreAllUnknownFields">Nothing else is wrong than names.</param>
internal sealed record FormProblems(IReadOnlyList<FieldProblem> All, bool AreAllUnknownFields);
