using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulator;

/// <summary>
/// Plays a trace event by event. At one moment, what ends comes before what arrives; otherwise in the order in which it was
/// planned, so that the same input always gives the same result. Every event touches one pool and one device.
/// </summary>
public sealed partial class Simulation
{
    private readonly Trace _trace;
    private readonly SimulatedCluster _cluster;
    private readonly SimulatedPolicy _policy;
    private readonly Fleet _fleet;
    private readonly SimPool[] _pools;
    private readonly LoadTimes _loadTimes;
    private readonly PriorityQueue<SimEvent, (double At, long Order)> _events = new();
    private readonly double[] _waits;
    private double _now;
    private long _eventCount;
    private int _servedCount;
    private double _busySeconds;
    private int _loadCount;

    private Simulation(Trace trace, SimulatedCluster cluster, SimulatedPolicy policy)
    {
        (_trace, _cluster, _policy) = (trace, cluster, policy);
        _fleet = new Fleet(cluster, policy.IsAllOn);
        _loadTimes = new LoadTimes(cluster);
        var everywhere = new Measured();
        _pools = [.. trace.ModelNames.Select(name => new SimPool(name, everywhere))];
        _waits = new double[trace.Count];
        Array.Fill(_waits, double.NaN);
    }

    /// <summary>Told of every step; for tests.</summary>
    internal ISimulationWatcher? Watcher { get; private init; }

    public static SimulationResult Run(Trace trace, SimulatedCluster cluster, SimulatedPolicy policy, CancellationToken cancellation = default) =>
        new Simulation(trace, cluster, policy).Play(cancellation);

    internal static SimulationResult Watch(Trace trace, SimulatedCluster cluster, SimulatedPolicy policy, ISimulationWatcher watcher) =>
        new Simulation(trace, cluster, policy) { Watcher = watcher }.Play(CancellationToken.None);

    private SimulationResult Play(CancellationToken cancellation)
    {
        if (!_policy.Pool.StandbyLapses && _policy.Pool.StandbyTarget + _policy.Pool.Min > 0)
            foreach (var pool in _pools) Plan(pool);

        var next = 0;
        while (_servedCount < _trace.Count)
        {
            if (_events.TryPeek(out var due, out var when) && (next == _trace.Count || when.At <= _trace.Arrivals[next]))
            {
                _events.Dequeue();
                _now = when.At;
                Happen(due);
                continue;
            }

            _now = _trace.Arrivals[next];
            Arrive(next++);
            if (next % 4096 == 0) cancellation.ThrowIfCancellationRequested();
        }

        return new SimulationResult
        {
            Policy = _policy.Name,
            Waits = _waits,
            DeviceSeconds = _fleet.OnSeconds(_now),
            BusySeconds = _busySeconds,
            LoadCount = _loadCount,
        };
    }

    private void Happen(SimEvent due)
    {
        switch (due.Kind)
        {
            case SimEventKind.Loaded:
                Loaded(due.Replica!, due.Seconds);
                break;
            case SimEventKind.JobEnded:
                End(due.Replica!, due.Seconds);
                break;
            default:
                if (due.Pool!.LookAt == _now) due.Pool.LookAt = double.PositiveInfinity;
                Plan(due.Pool);
                break;
        }

        ServeWaiting();
    }

    private void Arrive(int job)
    {
        var pool = _pools[_trace.Models[job]];
        pool.History.Arrived(_now);
        pool.Enqueue(job);
        if (pool.Free.Last is { } replica) Begin(replica); // Used last, so that the others can become old.
        Plan(pool);
    }

    private void Begin(SimReplica replica)
    {
        var pool = replica.Pool;
        var job = pool.Dequeue();
        var seconds = _trace.Services[job];
        _waits[job] = _now - _trace.Arrivals[job];
        foreach (var resident in replica.Device.Residents) resident.Pool.Free.Remove(resident);
        NoLongerIdle(replica);
        replica.Device.Working = replica;
        pool.Began(replica, _now);
        Later(_now + seconds, new(SimEventKind.JobEnded, replica, null, seconds));
        Watcher?.Began(job, replica.Device.Id, pool.Name, _now);
    }

    private void End(SimReplica replica, double seconds)
    {
        var (pool, device) = (replica.Pool, replica.Device);
        _servedCount++;
        _busySeconds += seconds;
        device.Working = null;
        pool.Ended(replica, seconds);
        pool.History.Ended(_now);
        BecomesIdle(replica);
        foreach (var resident in device.Residents)
            if (resident.IsReady) resident.Pool.Free.Add(resident);
        Watcher?.Ended(device.Id, _now);

        if (IsLongOverdue(pool) is { } starved && !device.Has(starved)) GiveTo(starved, replica);
        else if (NextOn(device) is { } next) Begin(next);
        Plan(pool);
    }

    /// <summary>Of the models on the device, the one whose first job has waited longest.</summary>
    private SimReplica? NextOn(SimDevice device)
    {
        SimReplica? best = null;
        foreach (var resident in device.Residents)
        {
            if (!resident.IsReady || resident.Pool.QueuedCount == 0) continue;
            if (best is null || resident.Pool.FirstQueued < best.Pool.FirstQueued) best = resident;
        }

        return best;
    }

    private void Loaded(SimReplica replica, double seconds)
    {
        var pool = replica.Pool;
        pool.LoadingCount--;
        pool.Loaded(seconds);
        replica.IsReady = true;
        BecomesIdle(replica);
        if (replica.Device.Working is null)
        {
            pool.Free.Add(replica);
            if (pool.QueuedCount > 0) Begin(replica);
        }

        Plan(pool);
    }

    private void Later(double at, SimEvent what) => _events.Enqueue(what, (at, _eventCount++));
}
