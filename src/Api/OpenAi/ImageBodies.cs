using System.Text.Json.Serialization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>A request in OpenAI's shape. Every optional field may be null.</summary>
internal sealed record ImageRequestBody
{
    public required string Prompt { get; init; }

    /// <summary>Absent: the cluster's first one.</summary>
    public string? Model { get; init; }

    /// <summary>Number of pictures, 1..10.</summary>
    public int? N { get; init; }

    /// <summary>WIDTHxHEIGHT or auto, the model's own.</summary>
    public string? Size { get; init; }

    /// <summary>url or b64_json; absent: both.</summary>
    public string? ResponseFormat { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string? OutputFormat { get; init; }

    /// <summary>0..100, for jpeg and webp; 100 when absent.</summary>
    public int? OutputCompression { get; init; }

    /// <summary>Server-sent events instead of one answer.</summary>
    public bool? Stream { get; init; }

    /// <summary>0..3 previews of each picture, with stream.</summary>
    public int? PartialImages { get; init; }

    /// <summary>auto, low, medium, high, standard or hd; has no effect.</summary>
    public string? Quality { get; init; }

    /// <summary>vivid or natural; has no effect.</summary>
    public string? Style { get; init; }

    /// <summary>auto or opaque; transparent is refused.</summary>
    public string? Background { get; init; }

    /// <summary>auto or low; has no effect.</summary>
    public string? Moderation { get; init; }

    /// <summary>Has no effect.</summary>
    public string? User { get; init; }

    /// <summary>Extension: what the pictures should not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Extension: 0..4294967295; picture k has seed + k.</summary>
    public long? Seed { get; init; }

    /// <summary>Extension; num_inference_steps means the same.</summary>
    public int? Steps { get; init; }

    /// <summary>Extension; guidance_scale means the same.</summary>
    public double? Guidance { get; init; }

    /// <summary>Extension: a sampler of the model.</summary>
    public string? Sampler { get; init; }
}

/// <summary>Finished pictures in OpenAI's shape.</summary>
internal sealed record ImagesBody
{
    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public required IReadOnlyList<ImageBody> Data { get; init; }

    /// <summary>Always opaque.</summary>
    public string Background { get; init; } = ImageWords.Opaque;

    public required string OutputFormat { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Quality { get; init; }

    /// <summary>WIDTHxHEIGHT.</summary>
    public required string Size { get; init; }

    public required ImageUsage Usage { get; init; }
}

/// <param name="Url">Where to fetch it; needs the same API key.</param>
/// <param name="B64Json">The file, base64.</param>
/// <param name="Seed">Extension: of this very picture.</param>
internal sealed record ImageBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? B64Json,
    long Seed);

/// <summary>An event of a stream in OpenAI's shape.</summary>
internal sealed record ImageEventBody
{
    /// <summary>image_generation.partial_image or image_generation.completed.</summary>
    public required string Type { get; init; }

    /// <summary>The file, base64; a preview is a small PNG.</summary>
    public required byte[] B64Json { get; init; }

    /// <summary>0-based among the previews of its picture; only of a preview.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PartialImageIndex { get; init; }

    /// <summary>Extension: which picture it is, where there are several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ImageIndex { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Of the finished picture.</summary>
    public required string Size { get; init; }

    public required string Quality { get; init; }

    public string Background { get; init; } = ImageWords.Opaque;

    public required string OutputFormat { get; init; }

    /// <summary>Only of a finished picture.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageUsage? Usage { get; init; }
}

internal static class ImageWords
{
    public const string Opaque = "opaque";

    public const string Partial = "image_generation.partial_image";

    public const string Completed = "image_generation.completed";

    public static string SizeOf(GenerationSpec spec) => $"{spec.Width}x{spec.Height}";
}
