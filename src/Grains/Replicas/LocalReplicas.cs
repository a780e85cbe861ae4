using System.Collections.Concurrent;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>The replicas that live in this silo, for its heartbeat.</summary>
internal sealed class LocalReplicas
{
    private readonly ConcurrentDictionary<string, ReplicaStatus> _byId = new(StringComparer.Ordinal);

    /// <summary>Completed by the next change of a phase; heartbeats tell that at once.</summary>
    private TaskCompletionSource _change = NewSource();

    public ReplicaStatus[] All => [.. _byId.Values.OrderBy(replica => replica.ReplicaId, StringComparer.Ordinal)];

    public WarmWeights Weights { get; } = new();

    public Task NextChange => Volatile.Read(ref _change).Task;

    public void Put(ReplicaStatus status)
    {
        var before = _byId.GetValueOrDefault(status.ReplicaId);
        if (status.Phase == ReplicaPhase.Stopped) _byId.TryRemove(status.ReplicaId, out _);
        else _byId[status.ReplicaId] = status;
        if (before?.Phase != status.Phase) Interlocked.Exchange(ref _change, NewSource()).TrySetResult();
    }

    /// <summary>Set in a turn, where nobody's code runs inline; so it needs no thread of the pool to tell those who wait.</summary>
    private static TaskCompletionSource NewSource() => new();
}
