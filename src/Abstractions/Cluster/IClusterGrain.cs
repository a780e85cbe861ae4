using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>The cluster's inventory of silos and devices, rebuilt from heartbeats; grants device memory to pools.</summary>
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>A silo says that it lives, what it has, and what was called on it. Sent every few seconds and after every change.</summary>
    /// <returns>The weights that it shall hold ahead; null when nothing was decided about them.</returns>
    Task<WeightsOrders?> Heartbeat(SiloStatus silo, IReadOnlyList<GrainCallCounts> calls);

    /// <summary>Reserves room for a replica on a device, or says why there is none. Asking again gives the same place.</summary>
    Task<DeviceGrant> Reserve(DeviceRequest request);

    /// <summary>Gives the room back: the replica is gone, or was never loaded.</summary>
    Task Release(string replicaId);

    /// <summary>Gives the room back that was granted to the model's replicas and that none of them has taken: the pool that asked is gone.</summary>
    Task ReleaseUntaken(string model);

    /// <summary>Starts to wake every pool and to resume every unfinished job of the store; answers at once.</summary>
    Task Sweep();

    [AlwaysInterleave]
    Task<ClusterView> View();

    /// <summary>Activations, calls and latency per grain type.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<GrainTypeStatistics>> GrainStatistics();
}

/// <param name="ReplicaId">Who shall live there.</param>
/// <param name="Model">What it will load: at most one replica of a model is put on a device.</param>
/// <param name="MemoryBytes">Device memory that it needs.</param>
/// <param name="Needs">What else the device must be; null is any.</param>
/// <param name="IsForDemand">A job waits for it: idle replicas of other models may have to leave.</param>
/// <param name="Worth">What it is worth to its pool: a standby takes only the room of what is worth less.</param>
[GenerateSerializer]
public sealed record DeviceRequest(
    [property: Id(0)] string ReplicaId,
    [property: Id(1)] string Model,
    [property: Id(2)] long MemoryBytes,
    [property: Id(3)] DeviceNeeds? Needs,
    [property: Id(4)] bool IsForDemand = false,
    [property: Id(5)] double Worth = 0,
    [property: Id(6)] MeasuredMemory? Measured = null);

/// <summary>A place on a device, or the reason why there is none.</summary>
[GenerateSerializer]
public sealed record DeviceGrant(
    [property: Id(0)] string? SiloId, [property: Id(1)] string? DeviceId, [property: Id(2)] string? RefusedBecause, [property: Id(3)] long MemoryBytes = 0);

/// <param name="Silos">As their last heartbeats told.</param>
/// <param name="At">When.</param>
/// <param name="Weights">The third depth of standby, of every model whose import some silo has; null from a cluster that does not know it.</param>
[GenerateSerializer]
public sealed record ClusterView(
    [property: Id(0)] IReadOnlyList<SiloStatus> Silos,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] IReadOnlyList<WeightsStandbyView>? Weights = null);

/// <summary>A model's weights on silos that have no replica of it.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Import">Its import: VERSION-cpu.</param>
/// <param name="Target">How many such silos shall hold them.</param>
/// <param name="DiskCount">How many have all of them on their disks.</param>
/// <param name="MemoryCount">How many of these in memory, too.</param>
/// <param name="Bytes">What they take in each.</param>
[GenerateSerializer, Immutable]
public sealed record WeightsStandbyView(
    [property: Id(0)] string Model,
    [property: Id(1)] string Import,
    [property: Id(2)] int Target,
    [property: Id(3)] int DiskCount,
    [property: Id(4)] int MemoryCount,
    [property: Id(5)] long Bytes);

/// <summary>Calls of one grain type on one silo since it started.</summary>
/// <param name="GrainType">The grain's name without suffix: Job, Scheduler...</param>
/// <param name="Calls">How many ended.</param>
/// <param name="Failures">How many of them threw.</param>
/// <param name="SecondsTotal">Time that they took together, waiting for other grains included.</param>
/// <param name="LatestByLatency">The last minute's calls by latency, in the buckets of LatencyBuckets (Grains).</param>
[GenerateSerializer, Immutable]
public sealed record GrainCallCounts(
    [property: Id(0)] string GrainType,
    [property: Id(1)] long Calls,
    [property: Id(2)] long Failures,
    [property: Id(3)] double SecondsTotal,
    [property: Id(4)] int[] LatestByLatency);

/// <param name="GrainType">The grain's name without suffix: Job, Scheduler...</param>
/// <param name="Activations">Alive now, in the whole cluster.</param>
/// <param name="Calls">Since the silos started.</param>
/// <param name="Failures">Calls that threw.</param>
/// <param name="LatencyMeanMilliseconds">Mean time of a call.</param>
/// <param name="LatencyP99Milliseconds">99th percentile of the last calls.</param>
[GenerateSerializer]
public sealed record GrainTypeStatistics(
    [property: Id(0)] string GrainType,
    [property: Id(1)] int Activations,
    [property: Id(2)] long Calls,
    [property: Id(3)] long Failures,
    [property: Id(4)] double LatencyMeanMilliseconds,
    [property: Id(5)] double LatencyP99Milliseconds);
