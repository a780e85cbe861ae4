using OrleansDiffusion.Diffusion.Samplers;

namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// What a model folder in the Diffusers layout says about itself; see <see cref="ModelFolder.Read"/>. Nothing here was
/// assumed that the folder could tell.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Where the model lies on disk.</summary>
    public required string Folder { get; init; }

    /// <summary>`_class_name` of model_index.json.</summary>
    public required string PipelineClass { get; init; }

    /// <summary>Pixels per latent along each side: 8 for Stable Diffusion.</summary>
    public required int VaeFactor { get; init; }

    /// <summary>Channels of a latent: 4 for Stable Diffusion.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>The decoder takes latent / scale + shift.</summary>
    public required float LatentScale { get; init; }

    /// <summary>See <see cref="LatentScale"/>.</summary>
    public required float LatentShift { get; init; }

    /// <summary>
    /// What a side must be a multiple of, in pixels: the VAE factor times 2 for every halving inside the UNet, so that
    /// each level of it meets its skip connection at the same size. Some models bear less; none needs more.
    /// </summary>
    public required int SizeMultiple { get; init; }

    /// <summary>The side that the model was trained with, in pixels.</summary>
    public required int DefaultSize { get; init; }

    /// <summary>
    /// Length of the guidance embedding that a consistency model takes instead of a second, negative run; null for all
    /// others.
    /// </summary>
    public required int? GuidanceEmbeddingLength { get; init; }

    /// <summary>The text encoder's own limit on tokens, where it says so.</summary>
    public required int? TextPositionsMax { get; init; }

    /// <summary>scheduler_config.json.</summary>
    public required SamplerConfig Scheduler { get; init; }

    public string TokenizerFolder => Path.Combine(Folder, ModelFolder.Tokenizer);

    /// <summary>The graph of one component: `text_encoder`, `unet`, `vae_decoder`...</summary>
    public string GraphPath(string component) => Path.Combine(Folder, component, ModelFolder.Graph);

    /// <summary>Runs the network on the negative prompt too and moves away from it.</summary>
    public bool UsesNegative(double guidance) => guidance > 1 && GuidanceEmbeddingLength is null;
}
