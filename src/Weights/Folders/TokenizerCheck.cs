using System.Text.Json;

namespace OrleansDiffusion.Weights;

/// <summary>Does a tokenizer fit together, and does it belong to its text encoder?</summary>
internal static class TokenizerCheck
{
    private const string StartToken = "<|startoftext|>";
    private const string EndToken = "<|endoftext|>";

    /// <summary>Embedding tables are sometimes padded to a multiple of this many rows.</summary>
    private const int PaddingRows = 128;

    public static void Run(TokenizerRole role, FolderFindings findings)
    {
        var folder = role.Tokenizer;
        var settings = findings.Json($"{folder}/tokenizer_config.json");
        var specials = findings.Json($"{folder}/special_tokens_map.json");
        if (IsSentencePiece(folder, settings, findings))
        {
            CheckSentencePiece(folder, findings);
            return;
        }

        string[] files = [$"{folder}/vocab.json", $"{folder}/merges.txt"];
        foreach (var file in files.Where(file => !findings.Has(file))) findings.Problem(file, "The file is missing.");
        if (ReadVocabulary($"{folder}/vocab.json", findings) is not { } vocabulary) return;
        CheckSpecials(folder, settings, specials, vocabulary, findings);
        CheckMerges($"{folder}/merges.txt", vocabulary, findings);
        CheckEncoder($"{folder}/vocab.json", role.Encoder, vocabulary.Count, findings);
    }

    /// <summary>T5's tokenizer, which has no merges.</summary>
    private static bool IsSentencePiece(string folder, JsonFile? settings, FolderFindings findings) =>
        settings?.Text("tokenizer_class") is "T5Tokenizer" or "T5TokenizerFast" || findings.Has($"{folder}/spiece.model");

    private static void CheckSentencePiece(string folder, FolderFindings findings)
    {
        var file = $"{folder}/tokenizer.json";
        if (!findings.Has(file)) findings.Problem(file, "The file is missing; a T5 tokenizer is read from it.");
        else if (findings.Json(file) is { } tokenizer && !tokenizer.Has("model")) findings.Problem($"{file}: model", "There is no vocabulary.");
    }

    private static Dictionary<string, int>? ReadVocabulary(string file, FolderFindings findings)
    {
        if (findings.Json(file) is not { } json) return null;
        var vocabulary = new Dictionary<string, int>();
        foreach (var word in json.Properties)
        {
            if (word.Value.ValueKind == JsonValueKind.Number && word.Value.TryGetInt32(out var id)) vocabulary[word.Name] = id;
        }

        var numbers = vocabulary.Values.ToHashSet();
        if (numbers.Count > 0 && numbers.Count == vocabulary.Count && numbers.Min() == 0 && numbers.Max() == numbers.Count - 1) return vocabulary;
        findings.Problem(
            file, $"It must map every token to its own number from 0 on; it has {vocabulary.Count} tokens and {numbers.Count} numbers.");
        return null;
    }

    private static void CheckSpecials(
        string folder, JsonFile? settings, JsonFile? specials, Dictionary<string, int> vocabulary, FolderFindings findings)
    {
        foreach (var (key, usual) in new[] { ("bos_token", StartToken), ("eos_token", EndToken) })
        {
            var token = specials?.Token(key) ?? settings?.Token(key) ?? usual;
            if (vocabulary.ContainsKey(token)) continue;
            findings.Problem($"{folder}/vocab.json", $"The special token '{token}' ({key}) is missing.");
        }
    }

    private static void CheckMerges(string file, Dictionary<string, int> vocabulary, FolderFindings findings)
    {
        if (!findings.Has(file)) return;
        var wrong = File.ReadLines(findings.Path(file))
            .Select((line, index) => (Text: line, Number: index + 1))
            .Where(line => line.Text.Length > 0 && !IsHeader(line.Text, line.Number) && !IsMerge(line.Text, vocabulary))
            .ToList();
        if (wrong.Count == 0) return;
        findings.Problem(file, $"{wrong.Count} merges do not fit vocab.json, the first in line {wrong[0].Number}: '{wrong[0].Text}'.");
    }

    private static bool IsHeader(string line, int number) => number == 1 && line.StartsWith("#version", StringComparison.Ordinal);

    private static bool IsMerge(string line, Dictionary<string, int> vocabulary)
    {
        var parts = line.Split(' ');
        return parts.Length == 2 && parts.Append(parts[0] + parts[1]).All(vocabulary.ContainsKey);
    }

    private static void CheckEncoder(string file, string encoder, int tokenCount, FolderFindings findings)
    {
        if (findings.Json($"{encoder}/{ModelLayout.ConfigFile}")?.Whole("vocab_size") is not { } rowCount) return;
        if (tokenCount <= rowCount && rowCount - tokenCount < PaddingRows) return;
        findings.Problem(
            file, $"It has {tokenCount} tokens and {encoder} was made for {rowCount} (vocab_size): this tokenizer belongs to another model.");
    }
}
