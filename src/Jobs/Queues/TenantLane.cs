namespace OrleansDiffusion.Jobs;

/// <summary>One tenant's waiting jobs, and the virtual time at which the first one's turn comes.</summary>
internal sealed class TenantLane(string tenantId)
{
    /// <summary>Below it, a free job would never use up a turn; above it, sums over a full queue would overflow.</summary>
    private const double TollSecondsMin = 0.001, TollSecondsMax = 1_000_000;

    private const double WeightMin = 0.001;

    private readonly RankTree _waiting = new();

    public string TenantId => tenantId;

    public RankSum Sum => _waiting.Sum;

    public int Count => Sum.Count;

    public QueueEntry? First => _waiting.First;

    /// <summary>Virtual microseconds.</summary>
    public long StartTag { get; private set; }

    /// <summary>It is empty and waits to be forgotten.</summary>
    public bool IsListedIdle { get; set; }

    public void Add(QueueEntry entry, long arrival, long virtualTime)
    {
        if (Count == 0) StartTag = Math.Max(StartTag, virtualTime);
        _waiting.Add(entry.KeyOf(arrival), entry, TollOf(entry));
    }

    public void Take(QueueEntry first, long arrival)
    {
        Remove(first, arrival);
        StartTag += TollOf(first);
    }

    public void Remove(QueueEntry entry, long arrival) => _waiting.Remove(entry.KeyOf(arrival));

    public RankSum Before(QueueEntry entry, long arrival) => _waiting.Before(entry.KeyOf(arrival));

    /// <summary>The sum of the jobs whose turn comes before that of another tenant's job.</summary>
    public RankSum BeforeTurnOf(long tag, string otherTenantId)
    {
        var goesFirst = string.CompareOrdinal(tenantId, otherTenantId) < 0;
        return _waiting.WithTollBelow(tag - StartTag + (goesFirst ? 1 : 0));
    }

    /// <summary>Its jobs with the virtual time of their turns.</summary>
    public IEnumerable<(QueueEntry Entry, long Tag)> InOrder()
    {
        var tag = StartTag;
        foreach (var (entry, toll) in _waiting.InOrder())
        {
            yield return (entry, tag);
            tag += toll;
        }
    }

    /// <summary>
    /// Virtual microseconds that a job uses up: whole numbers, so that equal sums are equal in whatever order they are added.
    /// </summary>
    private static long TollOf(QueueEntry entry)
    {
        var seconds = entry.CostSeconds / Math.Max(entry.Weight, WeightMin);
        return (long)(1e6 * (double.IsNaN(seconds) ? TollSecondsMax : Math.Clamp(seconds, TollSecondsMin, TollSecondsMax)));
    }
}
