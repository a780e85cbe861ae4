using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulator;

/// <summary>How pools grow and shrink: what the pool's keeper and the inventory do in production.</summary>
public sealed partial class Simulation
{
    /// <summary>A look that comes a moment early would have to come again.</summary>
    private const double LookAfterSecondsMin = 0.001;

    private const double LooksPerLoad = 4;

    private const double StandbyLookSecondsMin = 1;

    private readonly Queue<SimPool> _starved = new();
    private readonly Queue<SimPool> _lackStandby = new();
    private readonly List<SimPool> _withIdle = [];
    private ResidentReplica[] _candidates = new ResidentReplica[16];
    private SimReplica[] _candidateReplicas = new SimReplica[16];

    private void Plan(SimPool pool)
    {
        var size = WarmPoolPolicy.Size(_policy.Pool, pool.Demand(_now, _policy.CountsRequests), pool.History);
        for (var i = 0; i < size.AddCount; i++)
        {
            var isForDemand = pool.LivingCount < size.NeededCount;
            if (TryAdd(pool, isForDemand)) continue;
            WaitForRoom(pool, isForDemand);
            break;
        }

        pool.SurplusCount = size.SurplusCount;
        if (!_policy.IsAllOn) Retire(pool, size);
    }

    private void Retire(SimPool pool, in PoolSize size)
    {
        while (pool.SurplusCount > 0 && pool.Idle.First is { } oldest)
        {
            var keepAlive = KeepAliveRule.Seconds(_policy.Pool, pool.History, pool.BusyCount + pool.Idle.Count, pool.LoadSeconds);
            if (oldest.IdleSince + keepAlive > _now)
            {
                LookAgain(pool, oldest.IdleSince + keepAlive);
                break;
            }

            Unload(oldest);
            pool.SurplusCount--;
            _hasFreedRoom = true;
        }

        // Whether the standby is still worth its while is asked again several times in the time of a load.
        if (size.StandbyTarget > 0 && _policy.Pool.StandbyLapses)
            LookAgain(pool, _now + Math.Max(StandbyLookSecondsMin, (pool.LoadSeconds ?? _cluster.LoadSeconds) / LooksPerLoad));
    }

    private void LookAgain(SimPool pool, double at)
    {
        at = Math.Max(at, _now + LookAfterSecondsMin);
        if (at >= pool.LookAt) return;
        pool.LookAt = at;
        Later(at, new(SimEventKind.Look, null, pool, 0));
    }

    private bool TryAdd(SimPool pool, bool isForDemand)
    {
        var loadSeconds = pool.LoadSeconds ?? _cluster.LoadSeconds;
        var room = _fleet.WithRoom(pool);
        if (room is not null && !(_policy.EstimatesStart && room.Working is not null && _fleet.HasOff))
        {
            Load(pool, room, 0);
            return true;
        }

        SimReplica? victim = null;
        if (!_fleet.HasOff || (_policy.EstimatesStart && _cluster.ProvisionSeconds > 0)) victim = Victim(pool, isForDemand);
        Span<StartOption> options = stackalloc StartOption[3];
        var count = 0;
        if (room is not null) options[count++] = new(StartWay.FreeRoom, FreeIn(room), 0, loadSeconds);
        if (_fleet.HasOff) options[count++] = new(StartWay.NewDevice, 0, 0, loadSeconds + (_policy.EstimatesStart ? _cluster.ProvisionSeconds : 0));
        if (victim is not null) options[count++] = new(StartWay.Eviction, FreeIn(victim.Device), 0, loadSeconds);
        var best = StartEstimate.Earliest(options[..count]);
        if (best < 0) return false;

        switch (options[best].Way)
        {
            case StartWay.FreeRoom:
                Load(pool, room!, 0);
                break;
            case StartWay.NewDevice:
                Load(pool, _fleet.TurnOnNext(_now), _cluster.ProvisionSeconds);
                break;
            default:
                Replace(victim!, pool);
                break;
        }

        return true;
    }

    private double FreeIn(SimDevice device) => device.Working is { } working ? Math.Max(0, working.PredictedEnd - _now) : 0;

    /// <summary>Of every pool the replica that idles longest is the one that it needs least; the residency policy chooses among them.</summary>
    private SimReplica? Victim(SimPool newcomer, bool isForDemand)
    {
        if (_candidates.Length < _withIdle.Count)
        {
            _candidates = new ResidentReplica[_withIdle.Count * 2];
            _candidateReplicas = new SimReplica[_withIdle.Count * 2];
        }

        var count = 0;
        foreach (var pool in _withIdle)
        {
            var replica = pool.Idle.First;
            while (replica is not null && replica.Device.Has(newcomer)) replica = replica.Idle.After;
            if (replica is null) continue;
            _candidateReplicas[count] = replica;
            _candidates[count++] = Seen(replica);
        }

        var worth = isForDemand ? double.PositiveInfinity : _policy.Residency.Worth(SeenAsNew(newcomer));
        var chosen = Eviction.ChooseOne(_candidates.AsSpan(0, count), new RoomRequest(1, isForDemand, worth), _policy.Residency);
        return chosen < 0 ? null : _candidateReplicas[chosen];
    }

    private ResidentReplica Seen(SimReplica replica)
    {
        var pool = replica.Pool;
        var use = pool.QueuedCount > 0 ? ReplicaUse.Reserved : pool.SurplusCount > 0 ? ReplicaUse.Surplus : ReplicaUse.Standby;
        return new(pool.Name, 1, pool.LoadSeconds ?? _cluster.LoadSeconds, use, _now - replica.IdleSince,
            pool.History.Gaps(pool.BusyCount + pool.Idle.Count));
    }

    private ResidentReplica SeenAsNew(SimPool pool) =>
        new(pool.Name, 1, pool.LoadSeconds ?? _cluster.LoadSeconds, ReplicaUse.Reserved, 0, pool.History.Gaps(pool.LivingCount + 1));
}
