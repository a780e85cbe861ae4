namespace OrleansDiffusion.Jobs;

/// <summary>One GPU, or the CPU, of one silo.</summary>
public sealed record DeviceStatus
{
    public required string SiloId { get; init; }

    /// <summary>Unique within its silo: cpu0, cuda0...</summary>
    public required string DeviceId { get; init; }

    /// <summary>cpu or cuda.</summary>
    public required string Provider { get; init; }

    /// <summary>What it calls itself, such as the processor's name.</summary>
    public required string Name { get; init; }

    /// <summary>The budget: never exceeded by what is reserved on it.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Reserved by replicas.</summary>
    public long ReservedBytes { get; init; }

    public bool IsBusy { get; init; }

    /// <summary>Why it is not used until its silo is started again, such as that it hangs; null when nothing is known against it.</summary>
    public string? Problem { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public long FreeBytes => MemoryBytes - ReservedBytes;
}

/// <summary>A node of the cluster as its heartbeat tells it.</summary>
public sealed record SiloStatus
{
    public required string SiloId { get; init; }

    public required string HostName { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    public bool IsDraining { get; init; }

    /// <summary>Resident memory of the process.</summary>
    public long ProcessBytes { get; init; }

    public IReadOnlyList<DeviceStatus> Devices { get; init; } = [];

    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];

    /// <summary>Model versions whose weights it has read last, newest first: another replica of theirs loads sooner here.</summary>
    public IReadOnlyList<string> WarmVersions { get; init; } = [];

    /// <summary>What its weights cache holds; null of a silo without one.</summary>
    public SiloWeights? Weights { get; init; }
}
