using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What a pool's replicas are worth to it, and who had to leave for another pool.</summary>
internal sealed partial class Pool
{
    private const int EvictionCountMax = 20;

    private readonly List<PoolEviction> _evictions = [];

    /// <summary>What whoever needs the room of its replicas may know: which are idle beyond what is promised, and what each is worth.</summary>
    public IReadOnlyList<ReplicaOffer> Offers()
    {
        var surplusCount = Plan(asIfRoom: true).SurplusCount;
        var idle = _replicas.Values.Where(IsIdle).OrderBy(replica => replica.IdleSince).ThenBy(replica => replica.Id, StringComparer.Ordinal).ToList();
        var busyCount = _replicas.Values.Count(replica => replica.Leases.Count > 0);
        return
        [
            .. idle.Select((replica, index) => new ReplicaOffer(
                replica.Id,
                index < surplusCount ? ReplicaUse.Surplus : ReplicaUse.Standby,
                Worth(replica.Status.MemoryBytes, (Now - replica.IdleSince!.Value).TotalSeconds, busyCount + idle.Count - index))),
            .. _replicas.Values.Where(replica => !IsIdle(replica))
                .Select(replica => new ReplicaOffer(replica.Id, replica.Leases.Count > 0 ? ReplicaUse.Busy : ReplicaUse.Reserved, 0)),
        ];
    }

    /// <summary>What one replica more would be worth.</summary>
    public double WorthOfNext(long memoryBytes) => Worth(
        memoryBytes, _history.RestSeconds(ArrivalHistory.SecondsOf(Now)) ?? 0, 1 + _replicas.Values.Count(replica => !replica.IsRetiring));

    /// <summary>What it is worth that one replica more would load sooner, whatever it takes to have it so.</summary>
    private double WaitSparedSeconds()
    {
        var level = 1 + _replicas.Values.Count(replica => !replica.IsRetiring);
        return Worth(1, _history.RestSeconds(ArrivalHistory.SecondsOf(Now), level) ?? 0, level);
    }

    /// <summary>The replica, if it can leave for that model right now; from then on it is remembered as having done so.</summary>
    public PooledReplica? TakeYielded(string replicaId, string toModel)
    {
        if (Find(replicaId) is not { } replica || !IsIdle(replica)) return null;
        _evictions.Insert(0, new(Now, replicaId, $"{replica.Status.SiloId}/{replica.Status.DeviceId}", toModel));
        if (_evictions.Count > EvictionCountMax) _evictions.RemoveAt(EvictionCountMax);
        return replica;
    }

    private double Worth(long memoryBytes, double idleSeconds, int level) => ResidencyPolicy.Instance.Worth(new ResidentReplica(
        "", memoryBytes, _loadSeconds ?? WarmPoolPolicy.DefaultLoadSeconds, ReplicaUse.Surplus, idleSeconds, _history.Gaps(level)));

    private static bool IsIdle(PooledReplica replica) =>
        replica is { IsRetiring: false, Status.Phase: ReplicaPhase.Ready, Leases.Count: 0, IdleSince: not null };

    /// <summary>A model that does not load, or that no device of these kinds can hold, gains nothing by more of them.</summary>
    private int LackedCount(int desiredCount) => NoRoomBecause is null || Prospects.Refusal is not null || Health.MayNotLoadBecause(Now) is not null
        ? 0
        : Math.Max(0, desiredCount - _replicas.Values.Count(replica => !replica.IsRetiring));
}
