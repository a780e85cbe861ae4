using System.Text.Json;

namespace OrleansDiffusion.Diffusion.Tokenizers;

/// <summary>The four files of a CLIP tokenizer folder, as plain values.</summary>
internal sealed record ClipTokenizerFiles(
    IReadOnlyDictionary<string, int> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    string StartToken,
    string EndToken,
    string PadToken,
    int? TokensMax)
{
    /// <summary>No real vocabulary comes near; a broken one must not ask for gigabytes.</summary>
    private const int IdsMax = 10_000_000;

    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says.</exception>
    public static ClipTokenizerFiles Read(string folder)
    {
        try
        {
            using var vocabulary = Parse(folder, "vocab.json");
            using var settings = ParseIfThere(folder, "tokenizer_config.json");
            using var specials = ParseIfThere(folder, "special_tokens_map.json");

            // The map wins where both name a token: Stable Diffusion 2 pads with "!" there and with the end token in the other.
            string? Token(string key) => TokenText(specials, key) ?? TokenText(settings, key);
            var end = Token("eos_token") ?? "<|endoftext|>";
            return new ClipTokenizerFiles(
                ReadVocabulary(vocabulary.RootElement),
                ReadMerges(Path.Combine(folder, "merges.txt")),
                Token("bos_token") ?? "<|startoftext|>",
                end,
                Token("pad_token") ?? end,
                ReadLimit(settings));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The tokenizer in {folder} cannot be read: {error.Message}", error);
        }
    }

    private static JsonDocument Parse(string folder, string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name)));

    private static JsonDocument? ParseIfThere(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? Parse(folder, name) : null;

    private static Dictionary<string, int> ReadVocabulary(JsonElement root)
    {
        var vocabulary = root.EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32(), StringComparer.Ordinal);
        if (vocabulary.Values.Any(id => id is < 0 or >= IdsMax)) throw new FormatException($"a token id is not within 0..{IdsMax - 1}.");
        return vocabulary;
    }

    private static List<(string Left, string Right)> ReadMerges(string path)
    {
        var merges = new List<(string, string)>();
        foreach (var line in File.ReadLines(path))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var header = merges.Count == 0 && line.StartsWith("#version", StringComparison.Ordinal);
            if (space > 0 && !header) merges.Add((line[..space], line[(space + 1)..]));
        }

        return merges;
    }

    /// <summary>Written as plain text or as an object with a `content`.</summary>
    private static string? TokenText(JsonDocument? file, string key)
    {
        if (file is null || !file.RootElement.TryGetProperty(key, out var token)) return null;
        return token.ValueKind switch
        {
            JsonValueKind.String => token.GetString(),
            JsonValueKind.Object => token.GetProperty("content").GetString(),
            _ => null,
        };
    }

    /// <summary>Absent limits are written as 1e30, which says nothing.</summary>
    private static int? ReadLimit(JsonDocument? settings) =>
        settings is not null && settings.RootElement.TryGetProperty("model_max_length", out var limit)
        && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var tokensMax)
            ? tokensMax
            : null;
}
