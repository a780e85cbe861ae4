using System.Text.Json;
using System.Text.Unicode;

namespace OrleansDiffusion.Weights;

/// <summary>A configuration file: a JSON object, or a problem.</summary>
internal sealed class JsonFile
{
    /// <summary>A vocabulary of 50,000 words has one megabyte; nothing here needs a hundred.</summary>
    private const int BytesMax = 100 << 20;

    private readonly JsonElement _root;

    private JsonFile(JsonElement root) => _root = root;

    public IEnumerable<JsonProperty> Properties => _root.EnumerateObject();

    /// <returns>Null if the file is absent (no problem here) or cannot be read (a problem).</returns>
    public static JsonFile? Read(string file, FolderFindings findings)
    {
        if (!findings.Has(file)) return null;
        try
        {
            using var document = JsonDocument.Parse(ReadUtf8(findings.Path(file)));
            var root = document.RootElement.Clone();
            if (root.ValueKind == JsonValueKind.Object) return new JsonFile(root);
            findings.Problem(file, $"It holds a JSON {root.ValueKind.ToString().ToLowerInvariant()} where an object belongs.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            findings.Problem(file, $"It cannot be read as JSON: {exception.Message}");
        }

        return null;
    }

    public bool Has(string key) => _root.TryGetProperty(key, out _);

    public string? Text(string key) => Find(key, JsonValueKind.String)?.GetString();

    public int? Whole(string key) => Find(key, JsonValueKind.Number) is { } number && number.TryGetInt32(out var value) ? value : null;

    public bool Flag(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The whole numbers of a list, or the one number that stands alone; empty if it is something else.</summary>
    public IReadOnlyList<int> Wholes(string key)
    {
        if (Whole(key) is { } single) return [single];
        var numbers = Items(key).Where(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _));
        return [.. numbers.Select(item => item.GetInt32())];
    }

    /// <summary>The texts of a list; empty if it is something else.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    /// <summary>A text, or the `content` of an object: tokenizers write special tokens either way.</summary>
    public string? Token(string key)
    {
        if (Find(key, JsonValueKind.Object) is not { } token) return Text(key);
        return token.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString() : null;
    }

    /// <summary>Whether the value is a pair of nulls: a component that the model does without.</summary>
    public bool IsLeftOut(string key) =>
        Find(key, JsonValueKind.Array) is not null && Items(key).All(item => item.ValueKind == JsonValueKind.Null);

    private JsonElement[] Items(string key) => Find(key, JsonValueKind.Array) is { } list ? [.. list.EnumerateArray()] : [];

    /// <summary>Invalid UTF-8 would otherwise come up later, at whichever text is looked at first.</summary>
    private static ReadOnlyMemory<byte> ReadUtf8(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > BytesMax) throw new InvalidDataException($"It has {length} bytes, more than {BytesMax}.");
        var bytes = File.ReadAllBytes(path);
        if (!Utf8.IsValid(bytes)) throw new InvalidDataException("It is not UTF-8 text.");
        return bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsMemory(ByteOrderMark.Length) : bytes;
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private JsonElement? Find(string key, JsonValueKind kind) =>
        _root.TryGetProperty(key, out var value) && value.ValueKind == kind ? value : null;
}
