using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansDiffusion.Weights;

/// <summary>The canonical text of a manifest: one line, fields in this order, files by path.</summary>
internal static class ChunkManifestJson
{
    private const string Format = "od-chunks-1";

    /// <summary>A model of 1 TiB in chunks of 8 MiB has 9 MB.</summary>
    private const int BytesMax = 64 << 20;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static byte[] Write(ChunkManifest manifest) =>
        JsonSerializer.SerializeToUtf8Bytes(new Text(Format, manifest.ChunkBytes, manifest.Files), Strict);

    /// <exception cref="WeightsException">It cannot be read, or contradicts itself.</exception>
    public static ChunkManifest Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > BytesMax) throw Invalid($"it has {json.Length} bytes, more than {BytesMax}.");
        try
        {
            var text = JsonSerializer.Deserialize<Text>(json.Span, Strict) ?? throw Invalid("it is null.");
            if (text.Format != Format) throw Invalid($"its format is '{text.Format}', not '{Format}'.");
            if (text.Files.Any(file => file?.Chunks.Contains(null!) != false)) throw Invalid("a list in it holds null.");
            return new ChunkManifest(text.ChunkBytes, text.Files);
        }
        catch (JsonException error)
        {
            throw Invalid(error.Message, error);
        }
    }

    private static WeightsException Invalid(string why, Exception? inner = null) =>
        new(WeightsError.ManifestInvalid, $"The manifest cannot be read: {why}", inner);

    private sealed record Text(string Format, int ChunkBytes, IReadOnlyList<ChunkedFile> Files);
}
