using OrleansDiffusion.Diffusion.Noise;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// Everything that decides one picture. The same spec on the same model gives the same picture: alone, in a batch, or
/// resumed.
/// </summary>
public sealed record SampleSpec
{
    public required string Prompt { get; init; }

    /// <summary>What to move away from; used when <see cref="Guidance"/> is above 1.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Pixels; a multiple of <see cref="ModelConfig.SizeMultiple"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels; a multiple of <see cref="ModelConfig.SizeMultiple"/>.</summary>
    public required int Height { get; init; }

    public required int Steps { get; init; }

    /// <summary>
    /// How strongly the prompt pulls, 7.5 for Stable Diffusion; 1 or less runs the network once per step instead of twice.
    /// </summary>
    public required double Guidance { get; init; }

    /// <summary>How far guided predictions are brought back to the spread of unguided ones, 0 (not, the default) to 1.</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>The job's seed; see <see cref="ImageIndex"/>.</summary>
    public required long Seed { get; init; }

    /// <summary>Which of the job's pictures this is: picture k has a generator of its own, seeded with Seed + k.</summary>
    public int ImageIndex { get; init; }

    /// <summary>A name of <see cref="Samplers.Samplers"/>, or null for the model's own.</summary>
    public string? Sampler { get; init; }

    /// <summary>One of <see cref="NoiseSources.Kinds"/>.</summary>
    public string Noise { get; init; } = NoiseSources.Default;

    /// <summary>DDIM: how much of the noise is fresh at each step, 0 (the default) to 1.</summary>
    public double Eta { get; init; }
}
