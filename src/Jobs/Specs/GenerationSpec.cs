namespace OrleansDiffusion.Jobs;

/// <summary>A request with every choice made: the same spec gives the same pictures, wherever and however it runs.</summary>
public sealed record GenerationSpec
{
    public required string Model { get; init; }

    /// <summary>Digest of the model's manifest, so that a replaced model never changes an accepted job.</summary>
    public required string ModelVersion { get; init; }

    public required string Prompt { get; init; }

    public string? NegativePrompt { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required int Steps { get; init; }

    public required double Guidance { get; init; }

    public required long Seed { get; init; }

    public required int Count { get; init; }

    public required string Sampler { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public required string Format { get; init; }

    public required int QualityPercent { get; init; }

    public int PreviewCount { get; init; }

    public int Priority { get; init; }

    /// <summary>After the job's acceptance; null is none.</summary>
    public double? DeadlineSeconds { get; init; }

    public string ContentType => $"image/{Format}";

    /// <summary>Picture k has its own generator. Seeds wrap at 2^32, as torch's mt19937 sees only 32 bits.</summary>
    public long SeedOf(int index) => (Seed + index) & 0xffffffff;
}
