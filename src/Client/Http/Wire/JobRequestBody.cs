using System.Text.Json.Serialization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A request for pictures. Whatever is absent or null takes the model's own default.</summary>
public sealed record JobRequestBody
{
    /// <summary>Name of a model; absent: the cluster's first one.</summary>
    public string? Model { get; init; }

    public required string? Prompt { get; init; }

    /// <summary>What the pictures should not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Pixels; a multiple of what the model needs.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels; a multiple of what the model needs.</summary>
    public int? Height { get; init; }

    /// <summary>"WxH", instead of width and height.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Size { get; init; }

    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale; 1 or less means none.</summary>
    public double? Guidance { get; init; }

    /// <summary>0..4294967295; picture k of a job has seed + k. Absent: chosen for you and reported.</summary>
    public long? Seed { get; init; }

    /// <summary>Number of pictures.</summary>
    public int? Count { get; init; }

    public string? Sampler { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string? Format { get; init; }

    /// <summary>1..100, for jpeg and webp.</summary>
    public int? Quality { get; init; }

    /// <summary>How many previews of each picture to send to watchers, at most.</summary>
    public int? Previews { get; init; }

    /// <summary>-10..10; higher goes first among the same tenant's jobs.</summary>
    public int? Priority { get; init; }

    /// <summary>The pictures are of use for so many seconds; refused when that cannot be done. Absent: whenever they come.</summary>
    public double? DeadlineSeconds { get; init; }

    public static JobRequestBody From(GenerationRequest request) => new()
    {
        Model = request.Model,
        Prompt = request.Prompt,
        NegativePrompt = request.NegativePrompt,
        Width = request.Width,
        Height = request.Height,
        Steps = request.Steps,
        Guidance = request.Guidance,
        Seed = request.Seed,
        Count = request.Count,
        Sampler = request.Sampler,
        Format = request.Format,
        Quality = request.QualityPercent,
        Previews = request.PreviewCount,
        Priority = request.Priority,
        DeadlineSeconds = request.DeadlineSeconds,
    };
}
