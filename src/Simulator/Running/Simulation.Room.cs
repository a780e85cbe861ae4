namespace OrleansDiffusion.Simulator;

/// <summary>Models come onto devices and leave them, and who waits for room gets it.</summary>
public sealed partial class Simulation
{
    private bool _hasFreedRoom;

    private void Load(SimPool pool, SimDevice device, double provisionSeconds)
    {
        var replica = new SimReplica(pool, device);
        var seconds = provisionSeconds + _loadTimes.Next();
        _fleet.Put(replica);
        pool.LoadingCount++;
        _loadCount++;
        Later(_now + seconds, new(SimEventKind.Loaded, replica, null, seconds));
        Watcher?.Loads(device.Id, pool.Name, device.Residents.Count, _now);
    }

    private void Unload(SimReplica replica)
    {
        NoLongerIdle(replica);
        _fleet.Take(replica, _now);
        Watcher?.Unloads(replica.Device.Id, replica.Pool.Name, _now);
    }

    /// <summary>The device stays on: its next model comes at once.</summary>
    private void Replace(SimReplica victim, SimPool newcomer)
    {
        NoLongerIdle(victim);
        victim.Device.Residents.Remove(victim);
        Watcher?.Unloads(victim.Device.Id, victim.Pool.Name, _now);
        Load(newcomer, victim.Device, 0);
        if (victim.Pool.SurplusCount > 0) victim.Pool.SurplusCount--;
        else Plan(victim.Pool); // Its standby is short now.
    }

    private void BecomesIdle(SimReplica replica)
    {
        replica.IdleSince = _now;
        replica.Pool.Idle.Add(replica);
        if (replica.Pool.IdlePlace >= 0) return;
        replica.Pool.IdlePlace = _withIdle.Count;
        _withIdle.Add(replica.Pool);
    }

    private void NoLongerIdle(SimReplica replica)
    {
        var pool = replica.Pool;
        pool.Idle.Remove(replica);
        pool.Free.Remove(replica);
        if (pool.Idle.Count > 0 || pool.IdlePlace < 0) return;
        var last = _withIdle[^1];
        (_withIdle[pool.IdlePlace], last.IdlePlace) = (last, pool.IdlePlace);
        _withIdle.RemoveAt(_withIdle.Count - 1);
        pool.IdlePlace = -1;
    }

    private void WaitForRoom(SimPool pool, bool isForDemand)
    {
        if (isForDemand && !pool.IsStarved)
        {
            pool.IsStarved = true;
            _starved.Enqueue(pool);
        }
        else if (!isForDemand && !pool.LacksStandby)
        {
            pool.LacksStandby = true;
            _lackStandby.Enqueue(pool);
        }
    }

    /// <summary>Who waits for room first gets what there is, as long as there is some; then those that lack standby.</summary>
    private void ServeWaiting()
    {
        while (_starved.TryPeek(out var pool))
        {
            if (IsStillStarved(pool) && !TryAdd(pool, isForDemand: true)) break;
            if (!IsStillStarved(pool)) Unstarve();
        }

        if (!_hasFreedRoom) return;
        _hasFreedRoom = false;
        for (var left = _lackStandby.Count; left > 0; left--)
        {
            var pool = _lackStandby.Dequeue();
            pool.LacksStandby = false;
            Plan(pool);
            if (pool.LacksStandby) return; // No room is left for standby.
        }
    }

    private bool IsStillStarved(SimPool pool) => pool.QueuedCount > 0
        && Jobs.WarmPoolPolicy.Size(_policy.Pool, pool.Demand(_now, _policy.CountsRequests), pool.History) is var size
        && pool.LivingCount < size.NeededCount;

    private void Unstarve() => _starved.Dequeue().IsStarved = false;

    /// <summary>
    /// Busy replicas of a loaded model would keep their devices for ever. So the first pool in the line for room gets the
    /// device when its first job has waited longer than this pool's first one, and than what two loads take besides.
    /// </summary>
    private SimPool? IsLongOverdue(SimPool own)
    {
        while (_starved.TryPeek(out var gone) && !IsStillStarved(gone)) Unstarve();
        if (own.QueuedCount == 0 || !_starved.TryPeek(out var starved) || starved == own) return null;
        var ahead = _trace.Arrivals[own.FirstQueued] - _trace.Arrivals[starved.FirstQueued];
        return ahead > 2 * (starved.LoadSeconds ?? _cluster.LoadSeconds) ? starved : null;
    }

    private void GiveTo(SimPool starved, SimReplica replica)
    {
        replica.Pool.SurplusCount = Math.Max(1, replica.Pool.SurplusCount); // It is taken, whatever was promised.
        Replace(replica, starved);
        if (!IsStillStarved(starved)) Unstarve();
        if (NextOn(replica.Device) is { } next) Begin(next);
    }
}
