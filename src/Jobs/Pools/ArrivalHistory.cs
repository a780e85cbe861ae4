namespace OrleansDiffusion.Jobs;

/// <summary>
/// What a pool remembers of its requests. Level k is in use while at least k jobs are waiting or running; the gaps of level k
/// are the times between: exactly how long the k-th replica would have idled, whether or not it was there. Bounded memory,
/// one step per arrival and per end. Not safe for several threads.
/// </summary>
public sealed class ArrivalHistory
{
    /// <summary>Levels that are remembered; those between share the next lower one's gaps.</summary>
    private static readonly int[] Levels =
    [
        .. Enumerable.Range(1, 64), .. Enumerable.Range(17, 16).Select(i => i * 4), .. Enumerable.Range(17, 16).Select(i => i * 8),
        .. Enumerable.Range(17, 16).Select(i => i * 16), .. Enumerable.Range(17, 16).Select(i => i * 32),
    ];

    /// <summary>By level: its place in <see cref="Levels"/>.</summary>
    private static readonly byte[] Places =
        [.. Enumerable.Range(0, Levels[^1] + 1).Select(level => (byte)Math.Max(0, Levels.Count(l => l <= level) - 1))];

    private readonly GapHistogram?[] _gaps = new GapHistogram?[Levels.Length];
    private readonly GapHistogram?[] _uses = new GapHistogram?[Levels.Length];
    private readonly double[] _freeSince = new double[Levels.Length];
    private readonly double[] _usedSince = new double[Levels.Length];

    public ArrivalHistory() => Array.Fill(_freeSince, double.NaN);

    /// <summary>Jobs waiting or running.</summary>
    public int DemandCount { get; private set; }

    /// <summary>What a pool would remember that had seen these requests, all of which have ended.</summary>
    /// <param name="spans">From when until when each was waiting or running, in any order.</param>
    /// <param name="nowSeconds">Nothing ended later: clocks of other machines may go ahead.</param>
    public static ArrivalHistory Of(IEnumerable<(double From, double Until)> spans, double nowSeconds)
    {
        var history = new ArrivalHistory();
        var moments = spans.SelectMany(span => new[] { (At: span.From, Change: 1), (At: Math.Max(span.From, span.Until), Change: -1) });
        foreach (var (at, change) in moments.OrderBy(moment => moment.At).ThenByDescending(moment => moment.Change))
        {
            if (change > 0) history.Arrived(Math.Min(at, nowSeconds));
            else history.Ended(Math.Min(at, nowSeconds));
        }

        return history;
    }

    /// <summary>A moment as the history is told it by pools: seconds since 1970.</summary>
    public static double SecondsOf(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <param name="atSeconds">On any clock that does not go back.</param>
    public void Arrived(double atSeconds)
    {
        DemandCount++;
        if (PlaceOfExactly(DemandCount) is not { } place) return;
        _usedSince[place] = atSeconds;
        if (double.IsNaN(_freeSince[place])) return;
        (_gaps[place] ??= new()).Add(atSeconds - _freeSince[place]);
    }

    /// <summary>A job has ended, whichever way.</summary>
    /// <param name="atSeconds">On the clock of <see cref="Arrived"/>.</param>
    public void Ended(double atSeconds)
    {
        if (DemandCount == 0) return; // Told twice.
        DemandCount--;
        if (PlaceOfExactly(DemandCount + 1) is not { } place) return;
        (_uses[place] ??= new()).Add(atSeconds - _usedSince[place]);
        _freeSince[place] = atSeconds;
    }

    /// <summary>
    /// Gaps of the level, or of the next lower one that has seen enough: a replica is never wanted more than the one before it.
    /// </summary>
    /// <param name="level">1 is the first replica.</param>
    /// <param name="countMin">What is enough.</param>
    public GapHistogram? Gaps(int level, double countMin = 1) => SeenEnough(_gaps, level, countMin);

    /// <summary>How long the level was in use each time, or the next lower one that has seen enough.</summary>
    /// <param name="level">1 is the first replica.</param>
    /// <param name="countMin">What is enough.</param>
    public GapHistogram? Uses(int level, double countMin = 1) => SeenEnough(_uses, level, countMin);

    /// <summary>How long the level was not in use; 0 while it is, null when it never was.</summary>
    /// <param name="nowSeconds">On the clock of <see cref="Arrived"/>.</param>
    /// <param name="level">1 is the first replica.</param>
    public double? RestSeconds(double nowSeconds, int level = 1)
    {
        var place = Places[Math.Clamp(level, 1, Levels[^1])];
        if (DemandCount >= Levels[place]) return 0;
        var since = _freeSince[place];
        return double.IsNaN(since) ? null : Math.Max(0, nowSeconds - since);
    }

    private static GapHistogram? SeenEnough(GapHistogram?[] seen, int level, double countMin)
    {
        for (var place = (int)Places[Math.Clamp(level, 1, Levels[^1])]; place >= 0; place--)
            if (seen[place] is { } one && one.Count >= countMin) return one;
        return null;
    }

    private static int? PlaceOfExactly(int level) => level <= Levels[^1] && Levels[Places[level]] == level ? Places[level] : null;
}
