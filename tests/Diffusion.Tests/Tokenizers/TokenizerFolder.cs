using System.Text.Json;
using OrleansDiffusion.Diffusion.Tokenizers;

namespace OrleansDiffusion.Diffusion.Tests.Tokenizers;

/// <summary>Tokenizer folders made for a test and removed after loading.</summary>
internal static class TokenizerFolder
{
    /// <summary>OpenAI's vocabulary from the golden folder, with a chosen padding token.</summary>
    public static ClipTokenizer LoadClip(string padToken) => Load(
        File.ReadAllText(GoldenFolder.Path("clip_vocab.json")),
        File.ReadAllText(GoldenFolder.Path("clip_merges.txt")),
        new { model_max_length = 77 },
        new { pad_token = padToken });

    public static ClipTokenizer Load(string vocabulary, string merges, object? settings, object? specials, int? positionsMax = null)
    {
        var folder = Directory.CreateTempSubdirectory("od-tokenizer-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "vocab.json"), vocabulary);
            File.WriteAllText(Path.Combine(folder, "merges.txt"), merges);
            if (settings is not null) File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(settings));
            if (specials is not null) File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), JsonSerializer.Serialize(specials));
            return ClipTokenizer.Load(folder, positionsMax);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
