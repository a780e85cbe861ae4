using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>The pool of one model: its queue, its replicas, its standby. Keyed by model name.</summary>
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Puts a committed job into the fair queue; never waits for a replica, and never refuses for want of room.</summary>
    Task<EnqueueAnswer> Enqueue(QueuedJob job);

    /// <summary>Keeps a place for a job that is about to be committed, for a few seconds; or says why there is none.</summary>
    [AlwaysInterleave]
    Task<Refusal?> Admits(QueuedJob job);

    Task Withdraw(string jobId);

    /// <summary>A replica's phase, slots or measured speed changed.</summary>
    Task ReplicaChanged(ReplicaStatus status);

    /// <summary>A lease ended, whichever way.</summary>
    Task LeaseEnded(string replicaId, string jobId);

    /// <summary>A silo is gone: its replicas are too, and their jobs go back to the head of the queue.</summary>
    Task SiloLost(string siloId);

    /// <summary>A job of this model lost its device in every attempt: the model is left alone for a while.</summary>
    Task Poisoned(string reason);

    /// <summary>Its replicas for whoever needs their room.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<ReplicaOffer>> Offers();

    /// <summary>Gives up an idle replica, for a model that needs its room more. False when it is not idle any more.</summary>
    Task<bool> Yield(string replicaId, string toModel);

    /// <summary>Room that was asked for in vain may be there now.</summary>
    Task RoomMade();

    Task SetPolicy(PoolPolicy policy);

    /// <summary>Activates the pool, so that it brings its standby up.</summary>
    Task Wake();

    /// <summary>Unloads every replica; the model was removed.</summary>
    Task Close();

    [AlwaysInterleave]
    Task<PoolView> View();
}

/// <summary>A job as its queue sees it.</summary>
/// <param name="JobId">Which job.</param>
/// <param name="TenantId">Whose turn it uses up.</param>
/// <param name="Weight">The tenant's share; 1 is normal.</param>
/// <param name="Priority">Orders one tenant's own jobs; higher first.</param>
/// <param name="CostSeconds">Predicted device-seconds.</param>
/// <param name="AtHead">It held a lease before and goes first.</param>
/// <param name="Deadline">When its pictures are of no use any more; null is never.</param>
/// <param name="Width">Of its pictures, in pixels; 0 when nobody shall learn from it.</param>
/// <param name="Height">Of its pictures, in pixels.</param>
[GenerateSerializer, Immutable]
public sealed record QueuedJob(
    [property: Id(0)] string JobId,
    [property: Id(1)] string TenantId,
    [property: Id(2)] double Weight,
    [property: Id(3)] int Priority,
    [property: Id(4)] double CostSeconds,
    [property: Id(5)] bool AtHead,
    [property: Id(6)] DateTimeOffset? Deadline = null,
    [property: Id(7)] int Width = 0,
    [property: Id(8)] int Height = 0);

[GenerateSerializer]
public sealed record EnqueueAnswer([property: Id(0)] QueuePlace? Place, [property: Id(1)] Refusal? Refused);

/// <summary>A pool as the dashboard and the operator see it.</summary>
[GenerateSerializer]
public sealed record PoolView
{
    [Id(0)]
    public required string Model { get; init; }

    [Id(1)]
    public required PoolPolicy Policy { get; init; }

    [Id(2)]
    public required int QueuedCount { get; init; }

    [Id(3)]
    public required int RunningCount { get; init; }

    /// <summary>Replicas that the policy wants now.</summary>
    [Id(4)]
    public required int DesiredCount { get; init; }

    /// <summary>Ready and idle.</summary>
    [Id(5)]
    public required int StandbyCount { get; init; }

    [Id(6)]
    public required int StandbyTarget { get; init; }

    /// <summary>Why the standby is below its target, or null.</summary>
    [Id(7)]
    public string? DeficitReason { get; init; }

    [Id(8)]
    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];

    /// <summary>Seconds since the pool's standby was last complete; 0 when it is.</summary>
    [Id(9)]
    public double DeficitSeconds { get; init; }

    /// <summary>Replicas that are wanted and found no room, on devices that could hold them if there were more of the kind.</summary>
    [Id(10)]
    public int LackedCount { get; init; }

    /// <summary>The last replicas that left for another model, newest first.</summary>
    [Id(11)]
    public IReadOnlyList<PoolEviction> Evictions { get; init; } = [];

    /// <summary>What weights held ahead are worth: P(one more replica is wanted within its load time) x load seconds.</summary>
    [Id(12)]
    public double WaitSparedSeconds { get; init; }
}

/// <summary>A replica that left because another model needed its room more.</summary>
[GenerateSerializer, Immutable]
public sealed record PoolEviction(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string ReplicaId, [property: Id(2)] string Device, [property: Id(3)] string ForModel);
