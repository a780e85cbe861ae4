using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>A replica as its pool remembers it: what it said last, and which jobs it was given since.</summary>
internal sealed class PooledReplica(ReplicaStatus status)
{
    /// <summary>A lease that the replica took and never spoke of ended unheard.</summary>
    private static readonly TimeSpan UnseenMax = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, PooledLease> _leases = new(StringComparer.Ordinal);

    public string Id => Status.ReplicaId;

    public ReplicaStatus Status { get; private set; } = status;

    /// <summary>It was told to go: it finishes what it has and gets nothing new.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>It refused a job that it should have had room for: nothing more until it speaks again.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>When it last spoke, or was last asked whether it lives.</summary>
    public DateTimeOffset HeardAt { get; set; }

    /// <summary>When its last lease ended or when it became ready; null while it works or loads.</summary>
    public DateTimeOffset? IdleSince { get; private set; }

    public IReadOnlyCollection<PooledLease> Leases => _leases.Values;

    /// <summary>Jobs that it can take now: what it said, less what is on its way to it.</summary>
    public int FreeSlots => Status.Phase == ReplicaPhase.Ready && !IsRetiring && !IsSuspect
        ? Math.Max(0, Status.FreeSlots - _leases.Values.Count(lease => !lease.IsSeen))
        : 0;

    public void Saw(ReplicaStatus status, DateTimeOffset now)
    {
        if (status.Since < Status.Since) return; // Late: delivery may reorder.
        (Status, HeardAt) = (status, now);
        IsSuspect = false;
        foreach (var jobId in status.ActiveJobs) LeaseOf(jobId, now).IsSeen = true;
        foreach (var lease in _leases.Values.Where(lease => IsOver(lease, status, now)).ToList()) _leases.Remove(lease.JobId);
        NoteIdleness(now);
    }

    /// <param name="jobId">The job that is about to be handed over.</param>
    /// <param name="costSeconds">Predicted device-seconds.</param>
    /// <param name="now">The lease starts.</param>
    public void Give(string jobId, double costSeconds, DateTimeOffset now)
    {
        _leases[jobId] = new(jobId, costSeconds, now);
        NoteIdleness(now);
    }

    public void Ended(string jobId, DateTimeOffset now)
    {
        _leases.Remove(jobId);
        NoteIdleness(now);
    }

    private static bool IsOver(PooledLease lease, ReplicaStatus status, DateTimeOffset now) =>
        !status.ActiveJobs.Contains(lease.JobId) && (lease.IsSeen || now - lease.GivenAt > UnseenMax);

    private PooledLease LeaseOf(string jobId, DateTimeOffset now)
    {
        if (!_leases.TryGetValue(jobId, out var lease)) _leases.Add(jobId, lease = new(jobId, 0, now));
        return lease;
    }

    private void NoteIdleness(DateTimeOffset now) =>
        IdleSince = Status.Phase == ReplicaPhase.Ready && _leases.Count == 0 ? IdleSince ?? now : null;
}

/// <summary>A job that a replica was given.</summary>
internal sealed class PooledLease(string jobId, double costSeconds, DateTimeOffset givenAt)
{
    public string JobId => jobId;

    public double CostSeconds => costSeconds;

    public DateTimeOffset GivenAt => givenAt;

    /// <summary>The replica itself named it in a status.</summary>
    public bool IsSeen { get; set; }

    public double SecondsLeft(DateTimeOffset now) => Math.Max(0, costSeconds - (now - givenAt).TotalSeconds);
}
