using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Jobs;

/// <summary>What one request may ask for at most, whatever the model. Larger values serve bigger jobs and longer waits for others.</summary>
public sealed record GenerationLimits
{
    /// <summary>UTF-16 characters of a prompt. Default 4000.</summary>
    [Range(1, 1_000_000)]
    public int PromptCharactersMax { get; init; } = 4000;

    /// <summary>Denoising steps of a picture. Default 150.</summary>
    [Range(1, 100_000)]
    public int StepsMax { get; init; } = 150;

    /// <summary>Pictures of a job. Default 16.</summary>
    [Range(1, 10_000)]
    public int CountMax { get; init; } = 16;

    /// <summary>Width times height of a picture. Default 4194304, as of 2048x2048.</summary>
    [Range(64L, 1L << 32)]
    public long PixelCountMax { get; init; } = 2048 * 2048;

    /// <summary>Classifier-free guidance scale. Default 30.</summary>
    [Range(1.0, 1000.0)]
    public double GuidanceMax { get; init; } = 30;

    /// <summary>Previews of a picture. Default 50.</summary>
    [Range(0, 10_000)]
    public int PreviewCountMax { get; init; } = 50;

    /// <summary>Priorities go from minus this to this. Default 10.</summary>
    [Range(0, 1_000_000)]
    public int PriorityMax { get; init; } = 10;

    /// <summary>torch's mt19937 takes 32 bits of seed.</summary>
    public const long SeedMax = 0xffffffff;

    /// <summary>Of jpeg and webp when the request names none.</summary>
    public const int DefaultQualityPercent = 90;

    /// <summary>A week.</summary>
    public const int DeadlineSecondsMax = 7 * 24 * 3600;
}
