using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Client.Http;

/// <summary>The whole cluster at one moment.</summary>
public sealed record ClusterBody
{
    /// <summary>The actor runtime that carries it, with its version.</summary>
    public required string Engine { get; init; }

    /// <summary>Of this product.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<SiloBody> Silos { get; init; }

    public required IReadOnlyList<PoolBody> Pools { get; init; }

    public required IReadOnlyList<GrainTypeBody> Grains { get; init; }
}

/// <summary>All replicas of one model, with one policy and one queue.</summary>
public sealed record PoolBody
{
    public required string Model { get; init; }

    /// <summary>Jobs that wait.</summary>
    public required int Queued { get; init; }

    public required int Running { get; init; }

    /// <summary>Replicas that the policy wants now.</summary>
    public required int Desired { get; init; }

    /// <summary>Ready and idle.</summary>
    public required int Standby { get; init; }

    public required int StandbyTarget { get; init; }

    /// <summary>Why the standby is below its target, or null.</summary>
    public required string? DeficitReason { get; init; }

    /// <summary>Since when, in seconds; 0 when it is complete.</summary>
    public required double DeficitSeconds { get; init; }

    public required PoolPolicyBody Policy { get; init; }

    public required IReadOnlyList<ReplicaBody> Replicas { get; init; }

    /// <summary>The last replicas that left because another model needed their room more, newest first; twenty at most.</summary>
    public IReadOnlyList<EvictionBody> Evictions { get; init; } = [];

    /// <summary>The third depth of standby; null while no silo has the model's import.</summary>
    public WeightsStandbyBody? Weights { get; init; }

    public static PoolBody From(PoolView pool, WeightsStandbyView? weights) => new()
    {
        Model = pool.Model,
        Queued = pool.QueuedCount,
        Running = pool.RunningCount,
        Desired = pool.DesiredCount,
        Standby = pool.StandbyCount,
        StandbyTarget = pool.StandbyTarget,
        DeficitReason = pool.DeficitReason,
        DeficitSeconds = pool.DeficitSeconds,
        Policy = PoolPolicyBody.From(pool.Policy),
        Replicas = [.. pool.Replicas.Select(ReplicaBody.From)],
        Evictions = [.. pool.Evictions.Select(eviction => new EvictionBody(eviction.At, eviction.ReplicaId, eviction.Device, eviction.ForModel))],
        Weights = weights is null ? null : new(weights.Import, weights.Target, weights.DiskCount, weights.MemoryCount, weights.Bytes),
    };

    public PoolView ToView() => new()
    {
        Model = Model,
        Policy = Policy.ToPolicy(),
        QueuedCount = Queued,
        RunningCount = Running,
        DesiredCount = Desired,
        StandbyCount = Standby,
        StandbyTarget = StandbyTarget,
        DeficitReason = DeficitReason,
        DeficitSeconds = DeficitSeconds,
        Replicas = [.. Replicas.Select(r => r.ToStatus())],
        Evictions = [.. Evictions.Select(eviction => new PoolEviction(eviction.At, eviction.Replica, eviction.Device, eviction.ForModel))],
    };
}

/// <summary>A replica that left because another model needed its room more.</summary>
/// <param name="At">When it was sent away.</param>
/// <param name="Replica">model@version/ordinal.</param>
/// <param name="Device">Its silo and device: silo/cpu0.</param>
/// <param name="ForModel">Which model.</param>
public sealed record EvictionBody(DateTimeOffset At, string Replica, string Device, string ForModel);

/// <summary>A model's weights on silos that have no replica of it.</summary>
/// <param name="Import">Its import.</param>
/// <param name="Target">How many such silos shall hold them.</param>
/// <param name="OnDisk">How many have all of them on their disks.</param>
/// <param name="InMemory">How many of these in memory, too.</param>
/// <param name="Bytes">What they take in each.</param>
public sealed record WeightsStandbyBody(string Import, int Target, int OnDisk, int InMemory, long Bytes)
{
    public WeightsStandbyView ToView(string model) => new(model, Import, Target, OnDisk, InMemory, Bytes);
}

/// <summary>Statistics of one type of grain in the whole cluster.</summary>
/// <param name="Type">Its name without suffix: Job, Scheduler...</param>
/// <param name="Activations">Alive now.</param>
/// <param name="Calls">Since the silos started.</param>
/// <param name="Failures">Calls that threw.</param>
/// <param name="LatencyMeanMs">Mean time of a call, in milliseconds.</param>
/// <param name="LatencyP99Ms">99th percentile of the last calls, in milliseconds.</param>
public sealed record GrainTypeBody(
    string Type, int Activations, long Calls, long Failures, double LatencyMeanMs, double LatencyP99Ms)
{
    public static GrainTypeBody From(GrainTypeStatistics grain) => new(
        grain.GrainType, grain.Activations, grain.Calls, grain.Failures, grain.LatencyMeanMilliseconds, grain.LatencyP99Milliseconds);

    public GrainTypeStatistics ToStatistics() => new(Type, Activations, Calls, Failures, LatencyMeanMs, LatencyP99Ms);
}
