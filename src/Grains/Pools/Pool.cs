using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// A pool as its scheduler knows it: queue, replicas, leases. It answers at once and calls nobody; what has to be asked
/// or told elsewhere is the keeper's work.
/// </summary>
internal sealed partial class Pool(string model, TimeProvider time, PoolOptions options)
{
    private readonly Dictionary<string, PooledReplica> _replicas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _keptPlaces = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _deadlines = new();
    private readonly List<string> _stopped = [];
    private ArrivalHistory _history = new();
    private int _nextOrdinal;
    private PoolPolicy _policy = new();
    private double? _stepSeconds;
    private double? _loadSeconds;
    private DateTimeOffset? _deficitSince;

    public string Model => model;

    public FairQueue Queue { get; } = new(new PoolPolicy().QueueCountMax);

    public UsualShapes Shapes { get; } = new();

    public LoadHealth Health { get; } = new(model, options.LoadRetries, options.Quarantine);

    public IReadOnlyCollection<PooledReplica> Replicas => _replicas.Values;

    /// <summary>Why no room was granted for another replica, as far as that is known.</summary>
    public string? NoRoomBecause { get; set; }

    public DeviceProspects Prospects { get; } = new(options.DevicesAwaited);

    public PoolPolicy Policy
    {
        get => _policy;
        set
        {
            if (!_policy.Needs.Equals(value.Needs)) Prospects.Forget();
            _policy = value;
            Queue.CountMax = value.QueueCountMax;
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Keeps a place until the job comes or the time is up, so that what was promised before a commit holds after it.</summary>
    public Refusal? Admits(QueuedJob job)
    {
        if (Hopeless(Prospects.ForNew(Now)) is { } hopeless) return hopeless;

        foreach (var (late, _) in _keptPlaces.Where(place => place.Value <= Now).ToList()) _keptPlaces.Remove(late);
        if (Queue.Contains(job.JobId)) return null;
        var refused = Admission.ToQueue(Queue.Count + _keptPlaces.Count, Policy.QueueCountMax, Eta(Queue.TotalCostSeconds, 0))
            ?? Admission.ToDeadline((job.Deadline - Now)?.TotalSeconds, job.Deadline is null ? null : EtaOf(job));
        if (refused is null) _keptPlaces[job.JobId] = Now + options.PlaceKept;
        return refused;
    }

    /// <summary>A job that runs already may come again, after a loss that proved none: its grain then refuses the second lease.</summary>
    public QueuePlace? Enqueue(QueuedJob job)
    {
        _keptPlaces.Remove(job.JobId);
        var entry = Entry(job);
        if (Queue.Enqueue(entry, evenIfFull: true) == EnqueueOutcome.Added && job.Deadline is { } deadline) _deadlines.Enqueue(job.JobId, deadline);
        if (job.Width > 0) Shapes.Note(new(job.Width, job.Height));
        NoteDemand();
        return PlaceOf(entry);
    }

    public void Withdraw(string jobId)
    {
        _keptPlaces.Remove(jobId);
        Queue.Withdraw(jobId);
        NoteDemand();
    }

    /// <summary>Takes out the waiting jobs whose deadline has passed.</summary>
    public IReadOnlyList<string> TakeLate()
    {
        List<string> late = [];
        while (_deadlines.TryPeek(out var jobId, out var deadline) && deadline <= Now)
        {
            _deadlines.Dequeue();
            if (Queue.Withdraw(jobId)) late.Add(jobId);
        }

        if (late.Count > 0) NoteDemand();
        return late;
    }

    public void Ordered(ReplicaStatus status) => Add(status).HeardAt = Now;

    public PooledReplica? Find(string replicaId) => _replicas.GetValueOrDefault(replicaId);

    public void Saw(ReplicaStatus status)
    {
        if (status.Phase == ReplicaPhase.Stopped)
        {
            Stopped(status);
            return;
        }

        var replica = Find(status.ReplicaId) ?? Add(status);
        if (replica.Status.Phase != ReplicaPhase.Ready && status.Phase == ReplicaPhase.Ready) Health.Loaded();
        replica.Saw(status, Now);
        _loadSeconds = status.LoadSeconds ?? _loadSeconds;
        _stepSeconds = status.StepSecondsPerMegapixel ?? _stepSeconds;
        NoteDemand();
    }

    public void Forget(string replicaId) => _replicas.Remove(replicaId);

    public void LeaseEnded(string replicaId, string jobId)
    {
        Find(replicaId)?.Ended(jobId, Now);
        NoteDemand();
    }

    /// <summary>Remembers what was before this activation, so that a pool that moved knows its requests still.</summary>
    public void Learn(IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> ended)
    {
        var spans = ended.Select(span => (ArrivalHistory.SecondsOf(span.From), ArrivalHistory.SecondsOf(span.Until)));
        _history = ArrivalHistory.Of(spans, ArrivalHistory.SecondsOf(Now));
        NoteDemand(); // What has not ended.
    }

    /// <summary>Forgets the replicas of a lost silo and says which jobs they held.</summary>
    public IReadOnlyList<(string JobId, string ReplicaId)> SiloLost(string siloId)
    {
        var lost = _replicas.Values.Where(replica => replica.Status.SiloId == siloId).ToList();
        foreach (var replica in lost) _replicas.Remove(replica.Id);
        NoRoomBecause = null;
        NoteDemand();
        return [.. lost.SelectMany(replica => replica.Leases.Select(lease => (lease.JobId, replica.Id)))];
    }

    /// <summary>Replicas that stopped since the last call; their room can be given back.</summary>
    public IReadOnlyList<string> TakeStopped()
    {
        var stopped = _stopped.ToArray();
        _stopped.Clear();
        return stopped;
    }

    /// <summary>
    /// A name that no replica had before, as far as this pool knows. Calls to an old one may still be sent to where it was, and the
    /// engine would bring the new one to life there.
    /// </summary>
    public string NextReplicaId(string version) => GrainKeys.Replica(model, version, _nextOrdinal);

    /// <param name="asIfRoom">Whether room that was refused a moment ago shall be asked for again.</param>
    public PoolPlan Plan(bool asIfRoom) => WarmPoolPolicy.Decide(new PoolSituation
    {
        Policy = Policy,
        Now = Now,
        Replicas = [.. _replicas.Values.Select(Seen)],
        QueuedCount = Queue.Count,
        QueuedCostSeconds = Queue.TotalCostSeconds,
        BusySecondsLeft = _stepSeconds is null ? null : _replicas.Values.Sum(replica => replica.Leases.Sum(lease => lease.SecondsLeft(Now))),
        History = _history,
        LoadSeconds = _loadSeconds,
        CannotAddBecause = Health.MayNotLoadBecause(Now) ?? (asIfRoom ? null : Prospects.Refusal?.Message ?? NoRoomBecause),
    });

    /// <summary>Why every waiting job waits in vain: nothing is ready or on its way, and nothing will be.</summary>
    public Refusal? WaitsInVain() => Hopeless(Prospects.ForAccepted(Now));

    public IEnumerable<(string JobId, QueuePlace Place)> Places(int countMax) =>
        Queue.InOrder().Take(countMax).Select(entry => (entry.JobId, PlaceOf(entry)!));

    public PoolView View()
    {
        var plan = Plan(asIfRoom: false);
        _deficitSince = plan.DeficitReason is null ? null : _deficitSince ?? Now;
        return new PoolView
        {
            Model = model,
            Policy = Policy,
            QueuedCount = Queue.Count,
            RunningCount = _replicas.Values.Sum(replica => replica.Leases.Count),
            DesiredCount = plan.DesiredCount,
            StandbyCount = plan.StandbyCount,
            StandbyTarget = plan.StandbyTarget,
            DeficitReason = plan.DeficitReason,
            Replicas = _replicas.Values.Select(replica => replica.Status).OrderBy(status => status.ReplicaId, StringComparer.Ordinal).ToArray(),
            DeficitSeconds = _deficitSince is { } since ? (Now - since).TotalSeconds : 0,
            LackedCount = LackedCount(plan.DesiredCount),
            Evictions = _evictions.ToArray(),
            WaitSparedSeconds = WaitSparedSeconds(),
        };
    }

    private PooledReplica Add(ReplicaStatus status)
    {
        _nextOrdinal = Math.Max(_nextOrdinal, GrainKeys.OrdinalOf(status.ReplicaId) + 1);
        return _replicas[status.ReplicaId] = new(status);
    }

    /// <summary>The history learns of comings and goings by their sum: whichever way a job came or went, it counts once.</summary>
    private void NoteDemand()
    {
        var (count, now) = (Queue.Count + _replicas.Values.Sum(replica => replica.Leases.Count), ArrivalHistory.SecondsOf(Now));
        while (_history.DemandCount < count) _history.Arrived(now);
        while (_history.DemandCount > count) _history.Ended(now);
    }

    private static PoolReplica Seen(PooledReplica replica) => new(
        replica.Id, replica.IsRetiring ? ReplicaPhase.Draining : replica.Status.Phase, replica.Leases.Count, replica.IdleSince);

    private Refusal? Hopeless(Refusal? noDevice) =>
        _replicas.Values.Any(replica => !replica.IsRetiring) ? null : noDevice ?? Health.Quarantined(Now);

    private void Stopped(ReplicaStatus status)
    {
        if (_replicas.Remove(status.ReplicaId, out var replica) && !replica.IsRetiring && status.Message is { } reason)
            Health.Failed(reason, Now);
        _stopped.Add(status.ReplicaId);
        NoRoomBecause = null; // Its room is free now.
    }
}
