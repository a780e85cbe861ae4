namespace OrleansDiffusion.Jobs;

/// <summary>The life of a replica: a model on its way onto a device, on it, and off again.</summary>
public enum ReplicaPhase
{
    Provisioning,
    Fetching,
    Loading,
    Warming,
    Ready,
    Draining,
    Stopped,
}

/// <summary>A replica as its pool and its owner see it.</summary>
public sealed record ReplicaStatus
{
    /// <summary>model@version/ordinal.</summary>
    public required string ReplicaId { get; init; }

    public required string Model { get; init; }

    public required string SiloId { get; init; }

    public required string DeviceId { get; init; }

    public required ReplicaPhase Phase { get; init; }

    /// <summary>0..1 within the whole way to Ready.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing, or why it stopped.</summary>
    public string? Message { get; init; }

    public IReadOnlyList<string> ActiveJobs { get; init; } = [];

    /// <summary>Jobs that it could take right now.</summary>
    public int FreeSlots { get; init; }

    /// <summary>Measured seconds per step and megapixel of one sample, smoothed; null before the first picture.</summary>
    public double? StepSecondsPerMegapixel { get; init; }

    /// <summary>Seconds from the order to Ready; null until then.</summary>
    public double? LoadSeconds { get; init; }

    /// <summary>Where the load's time went.</summary>
    public IReadOnlyList<PhaseTime> LoadPhases { get; init; } = [];

    /// <summary>What the load fetched from where; null where all of the model lay here as files.</summary>
    public LoadedWeights? LoadedWeights { get; init; }

    /// <summary>Device memory that is reserved for it.</summary>
    public long MemoryBytes { get; init; }

    public required DateTimeOffset Since { get; init; }
}
