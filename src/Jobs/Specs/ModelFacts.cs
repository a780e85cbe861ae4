namespace OrleansDiffusion.Jobs;

/// <summary>What must be known of a model to judge a request, read from its own configuration when it is added.</summary>
public sealed record ModelFacts
{
    /// <summary>sd, lcm, sdxl...</summary>
    public required string Family { get; init; }

    /// <summary>A side must be a multiple of this many pixels.</summary>
    public required int SideMultiple { get; init; }

    public required int SideMin { get; init; }

    public required int SideMax { get; init; }

    public required int DefaultWidth { get; init; }

    public required int DefaultHeight { get; init; }

    public required int DefaultSteps { get; init; }

    public required double DefaultGuidance { get; init; }

    public required string DefaultSampler { get; init; }

    /// <summary>Names of the samplers that work with this model.</summary>
    public required IReadOnlyList<string> Samplers { get; init; }

    /// <summary>Where a sampler takes fewer steps than the general limit: how many at most. Empty when none does.</summary>
    public IReadOnlyDictionary<string, int> StepsMaxOfSampler { get; init; } = new Dictionary<string, int>();

    /// <summary>Tokens of a prompt, start and end included.</summary>
    public required int PromptTokenCountMax { get; init; }
}

/// <summary>A model as the catalog knows it.</summary>
public sealed record ModelEntry
{
    /// <summary>What callers write; 1-64 characters of a-z 0-9 . _ -</summary>
    public required string Name { get; init; }

    /// <summary>Digest of the manifest.</summary>
    public required string Version { get; init; }

    /// <summary>Absolute folder on the silos' disks.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the folder was fetched from, and is fetched from again when it is gone; null for a folder that somebody put there.</summary>
    public string? Url { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Device memory that a replica needs, weights and working memory, as estimated from the model's shapes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What this version was seen to need; null while it is not imported anywhere.</summary>
    public MeasuredMemory? Measured { get; init; }

    public required ModelFacts Facts { get; init; }

    public PoolPolicy Policy { get; init; } = new();

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>What a replica on that kind of device needs: measured, or else estimated.</summary>
    public long MemoryOn(string provider) => MeasuredMemory.Or(MemoryBytes, Measured, provider);
}
