namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>A sampler that a job can name.</summary>
public sealed record SamplerInfo
{
    private readonly Func<SamplerConfig, int, SamplerOptions, ISampler> _factory;

    internal SamplerInfo(
        string name, IReadOnlyList<string> aliases, string description, Func<SamplerConfig, int, SamplerOptions, ISampler> factory) =>
        (Name, Aliases, Description, _factory) = (name, aliases, description, factory);

    /// <summary>What users write and what metadata records.</summary>
    public string Name { get; }

    /// <summary>Other front ends' names for it; matched without regard to case.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>One line for a list.</summary>
    public string Description { get; }

    /// <summary>What the name says about the configuration, whatever the model's file says.</summary>
    internal IReadOnlyDictionary<string, object> Settings { get; init; } = new Dictionary<string, object>();

    /// <summary>Where the bound on steps is found.</summary>
    internal Func<SamplerConfig, int> Bound { get; init; } = config => config.Whole("num_train_timesteps", 1000);

    /// <param name="config">The model's scheduler configuration, written for whichever class.</param>
    /// <param name="steps">Steps of the job; some rules call the network more often.</param>
    /// <param name="options">What the job asks for beyond that.</param>
    /// <exception cref="SamplerException">The configuration or the number of steps makes no schedule.</exception>
    public ISampler Create(SamplerConfig config, int steps, SamplerOptions? options = null) =>
        _factory(config.With(Settings), steps, options ?? SamplerOptions.Default);

    /// <summary>The most steps that a job may ask for with this model.</summary>
    public int StepsMax(SamplerConfig config) => Bound(config);
}
