using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>What a job makes, with every choice made: sending the same again gives the same pictures.</summary>
public sealed record JobChoicesBody
{
    public required string Prompt { get; init; }

    public required string? NegativePrompt { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    public required int Steps { get; init; }

    /// <summary>Classifier-free guidance scale; 1 or less means none.</summary>
    public required double Guidance { get; init; }

    /// <summary>Of the first picture; picture k has seed + k, modulo 2^32.</summary>
    public required long Seed { get; init; }

    public required int Count { get; init; }

    public required string Sampler { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public required string Format { get; init; }

    /// <summary>1..100, for jpeg and webp.</summary>
    public required int Quality { get; init; }

    /// <summary>Previews per picture, at most.</summary>
    public required int Previews { get; init; }

    /// <summary>-10..10; higher goes first among the same tenant's jobs.</summary>
    public required int Priority { get; init; }

    /// <summary>After the job's acceptance; null is none.</summary>
    public double? DeadlineSeconds { get; init; }

    public static JobChoicesBody From(GenerationSpec spec) => new()
    {
        Prompt = spec.Prompt,
        NegativePrompt = spec.NegativePrompt,
        Width = spec.Width,
        Height = spec.Height,
        Steps = spec.Steps,
        Guidance = spec.Guidance,
        Seed = spec.Seed,
        Count = spec.Count,
        Sampler = spec.Sampler,
        Format = spec.Format,
        Quality = spec.QualityPercent,
        Previews = spec.PreviewCount,
        Priority = spec.Priority,
        DeadlineSeconds = spec.DeadlineSeconds,
    };

    public GenerationSpec ToSpec(string model, string modelVersion) => new()
    {
        Model = model,
        ModelVersion = modelVersion,
        Prompt = Prompt,
        NegativePrompt = NegativePrompt,
        Width = Width,
        Height = Height,
        Steps = Steps,
        Guidance = Guidance,
        Seed = Seed,
        Count = Count,
        Sampler = Sampler,
        Format = Format,
        QualityPercent = Quality,
        PreviewCount = Previews,
        Priority = Priority,
        DeadlineSeconds = DeadlineSeconds,
    };
}
