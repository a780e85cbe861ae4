namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>What a job may ask of a sampler beyond its model's configuration. Rules that know nothing of an option ignore it.</summary>
public sealed record SamplerOptions
{
    public static SamplerOptions Default { get; } = new();

    /// <summary>DDIM: how much of the noise is fresh at each step, 0 (none, the default) to 1 (as in DDPM).</summary>
    public double Eta { get; init; }

    /// <summary>
    /// Euler: total noise to add back over all steps (S_churn of Karras et al. 2022); 0 by default. More repairs detail and
    /// costs steps.
    /// </summary>
    public double Churn { get; init; }

    /// <summary>Euler: churn only at noise levels of at least this; 0 by default.</summary>
    public double ChurnSigmaMin { get; init; }

    /// <summary>Euler: churn only up to this noise level; unlimited by default.</summary>
    public double ChurnSigmaMax { get; init; } = double.PositiveInfinity;

    /// <summary>Euler: standard deviation of the added noise; 1 by default.</summary>
    public double ChurnNoise { get; init; } = 1;

    /// <summary>LCM: the part of the training schedule that image-to-image uses, 0 to 1 (all, the default).</summary>
    public double Strength { get; init; } = 1;
}
