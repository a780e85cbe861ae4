namespace OrleansDiffusion.Jobs;

/// <summary>What a caller asks for. Whatever is null takes the model's own default.</summary>
public sealed record GenerationRequest
{
    public string? Model { get; init; }

    public string? Prompt { get; init; }

    public string? NegativePrompt { get; init; }

    /// <summary>Pixels; a multiple of what the model needs.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }

    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale; 1 or less means none.</summary>
    public double? Guidance { get; init; }

    /// <summary>0..4294967295; picture k of a job uses seed + k. Null: chosen for you and reported.</summary>
    public long? Seed { get; init; }

    /// <summary>Number of pictures.</summary>
    public int? Count { get; init; }

    public string? Sampler { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string? Format { get; init; }

    /// <summary>1..100 for jpeg and webp.</summary>
    public int? QualityPercent { get; init; }

    /// <summary>How many previews per picture to send to watchers, at most; 0 for none.</summary>
    public int? PreviewCount { get; init; }

    /// <summary>-10..10; higher goes first among the same tenant's jobs.</summary>
    public int? Priority { get; init; }

    /// <summary>The pictures are of use for so many seconds after the request. Refused when that cannot be done. Null: whenever they come.</summary>
    public double? DeadlineSeconds { get; init; }
}
