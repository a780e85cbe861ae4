namespace OrleansDiffusion.Jobs;

/// <summary>
/// The queue of a pool. Tenants share the devices in proportion to their weights, whoever sends more; within a tenant,
/// higher priority goes first, then the earlier deadline, and first come first served among equals. Jobs that held a lease before go before all.
/// Start-time fair queueing: Goyal, Vin and Cheng, "Start-time Fair Queuing" (SIGCOMM 1996), with the tag given when a
/// job reaches the head of its tenant's lane, so that priorities and withdrawals inside a lane cost other tenants nothing.
/// All operations take O(log n); a place takes O(tenants x log n).
/// </summary>
/// <param name="countMax">Waiting jobs at most; those at the head are never refused, as they were accepted before.</param>
public sealed class FairQueue(int countMax)
{
    private readonly Dictionary<string, (QueueEntry Entry, long Arrival)> _entries = new(StringComparer.Ordinal);
    private readonly RankTree _head = new();
    private readonly Dictionary<string, TenantLane> _lanes = new(StringComparer.Ordinal);
    private readonly SortedSet<(long StartTag, string TenantId)> _turns = new(TurnOrder);
    private readonly PriorityQueue<TenantLane, long> _idle = new();
    private long _virtualTime;
    private long _arrivals;

    private static readonly Comparer<(long StartTag, string TenantId)> TurnOrder = Comparer<(long StartTag, string TenantId)>.Create(
        (a, b) => a.StartTag != b.StartTag ? a.StartTag.CompareTo(b.StartTag) : string.CompareOrdinal(a.TenantId, b.TenantId));

    public int Count => _entries.Count;

    /// <summary>May be changed while jobs wait; those above the new bound stay.</summary>
    public int CountMax { get; set; } = countMax;

    /// <summary>Predicted device-seconds of everything that waits.</summary>
    public double TotalCostSeconds => _head.Sum.CostSeconds + _lanes.Values.Sum(lane => lane.Sum.CostSeconds);

    /// <summary>Tenants that are remembered: those with waiting jobs, and those that are ahead of their share.</summary>
    public int TenantCount => _lanes.Count;

    public bool Contains(string jobId) => _entries.ContainsKey(jobId);

    /// <summary>Adds a job once.</summary>
    /// <param name="entry">The job.</param>
    /// <param name="evenIfFull">For a job that is committed already and must not be refused any more.</param>
    public EnqueueOutcome Enqueue(QueueEntry entry, bool evenIfFull = false)
    {
        if (_entries.ContainsKey(entry.JobId)) return EnqueueOutcome.AlreadyThere;
        if (Count >= CountMax && !evenIfFull && !entry.AtHead) return EnqueueOutcome.Full;

        var arrival = _arrivals++;
        _entries.Add(entry.JobId, (entry, arrival));
        if (entry.AtHead) _head.Add(HeadKey(arrival), entry, 0);
        else AddToLane(entry, arrival);
        return EnqueueOutcome.Added;
    }

    /// <summary>The job whose turn it is; it stays. Null when nothing waits.</summary>
    public QueueEntry? Peek() => _head.First ?? NextLane()?.First;

    /// <summary>Takes the job whose turn it is; null when nothing waits.</summary>
    public QueueEntry? Dequeue()
    {
        if (Peek() is not { } entry) return null;
        _entries.Remove(entry.JobId, out var item);
        if (entry.AtHead) _head.Remove(HeadKey(item.Arrival));
        else TakeFromLane(_lanes[entry.TenantId], entry, item.Arrival);
        ForgetIdle();
        return entry;
    }

    /// <summary>Takes a job out wherever it stands; false when it does not wait.</summary>
    public bool Withdraw(string jobId)
    {
        if (!_entries.Remove(jobId, out var item)) return false;
        if (item.Entry.AtHead) _head.Remove(HeadKey(item.Arrival));
        else RemoveFromLane(_lanes[item.Entry.TenantId], item.Entry, item.Arrival);
        ForgetIdle();
        return true;
    }

    /// <summary>Where a job stands; null when it does not wait.</summary>
    public FairPlace? PlaceOf(string jobId)
    {
        if (!_entries.TryGetValue(jobId, out var item)) return null;
        var ahead = item.Entry.AtHead ? _head.Before(HeadKey(item.Arrival)) : _head.Sum + AheadInLanes(item.Entry, item.Arrival);
        return new(ahead.Count + 1, ahead.CostSeconds);
    }

    /// <summary>Everything that waits, in the order in which it would be taken if nothing else arrived.</summary>
    public IEnumerable<QueueEntry> InOrder()
    {
        foreach (var (entry, _) in _head.InOrder()) yield return entry;

        var turns = new PriorityQueue<IEnumerator<(QueueEntry Entry, long Tag)>, (long, string)>(TurnOrder);
        foreach (var lane in _lanes.Values) EnqueueNext(turns, lane.InOrder().GetEnumerator());
        while (turns.TryDequeue(out var lane, out _))
        {
            yield return lane.Current.Entry;
            EnqueueNext(turns, lane);
        }
    }

    private static RankKey HeadKey(long arrival) => new(0, 0, arrival);

    private static void EnqueueNext(
        PriorityQueue<IEnumerator<(QueueEntry Entry, long Tag)>, (long, string)> turns, IEnumerator<(QueueEntry Entry, long Tag)> lane)
    {
        if (lane.MoveNext()) turns.Enqueue(lane, (lane.Current.Tag, lane.Current.Entry.TenantId));
    }

    private TenantLane? NextLane() => _turns.Count == 0 ? null : _lanes[_turns.Min.TenantId];

    private RankSum AheadInLanes(QueueEntry entry, long arrival)
    {
        var own = _lanes[entry.TenantId];
        var ahead = own.Before(entry, arrival);
        var tag = own.StartTag + ahead.Toll;
        foreach (var lane in _lanes.Values)
            if (lane != own) ahead += lane.BeforeTurnOf(tag, entry.TenantId);
        return ahead;
    }

    private void AddToLane(QueueEntry entry, long arrival)
    {
        if (!_lanes.TryGetValue(entry.TenantId, out var lane)) _lanes.Add(entry.TenantId, lane = new(entry.TenantId));
        lane.Add(entry, arrival, _virtualTime);
        if (lane.Count == 1) _turns.Add((lane.StartTag, lane.TenantId));
    }

    private void TakeFromLane(TenantLane lane, QueueEntry entry, long arrival)
    {
        _turns.Remove((lane.StartTag, lane.TenantId));
        _virtualTime = lane.StartTag;
        lane.Take(entry, arrival);
        if (lane.Count > 0) _turns.Add((lane.StartTag, lane.TenantId));
        else ListIdle(lane);
    }

    private void RemoveFromLane(TenantLane lane, QueueEntry entry, long arrival)
    {
        lane.Remove(entry, arrival);
        if (lane.Count > 0) return;
        _turns.Remove((lane.StartTag, lane.TenantId));
        ListIdle(lane);
    }

    private void ListIdle(TenantLane lane)
    {
        if (lane.IsListedIdle) return;
        lane.IsListedIdle = true;
        _idle.Enqueue(lane, lane.StartTag);
    }

    /// <summary>A tenant without jobs is remembered only while it is ahead of its share; with nothing waiting, nobody is.</summary>
    private void ForgetIdle()
    {
        if (_turns.Count == 0)
        {
            _lanes.Clear();
            _idle.Clear();
            _virtualTime = 0;
        }

        while (_idle.TryPeek(out var lane, out var listedTag) && listedTag <= _virtualTime)
        {
            _idle.Dequeue();
            lane.IsListedIdle = false;
            if (lane.Count > 0) continue;
            if (lane.StartTag <= _virtualTime) _lanes.Remove(lane.TenantId);
            else ListIdle(lane);
        }
    }
}
