namespace OrleansDiffusion.Jobs;

/// <summary>
/// What a pool remembers of its requests. Level k is in use while at least k jobs are waiting or running; the gaps of level k
/// are the times between: exactly how long the k-th replica would have idled, whether or not it was there. Bounded memory,
/// one step per arrival and per end. Not safe for several threads.
/// </summary>
public sealed class ArrivalHistory
{
    /// <summary>Higher levels share the last one's gaps.</summary>
    public const int LevelCountMax = 4;

    private readonly GapHistogram?[] _gaps = new GapHistogram?[LevelCountMax];
    private readonly double[] _freeSince = [double.NaN, double.NaN, double.NaN, double.NaN];

    /// <summary>Jobs waiting or running.</summary>
    public int DemandCount { get; private set; }

    /// <summary>A moment as the history is told it by pools: seconds since 1970.</summary>
    public static double SecondsOf(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <param name="atSeconds">On any clock that does not go back.</param>
    public void Arrived(double atSeconds)
    {
        DemandCount++;
        if (DemandCount > LevelCountMax) return;
        var index = DemandCount - 1;
        if (!double.IsNaN(_freeSince[index])) (_gaps[index] ??= new()).Add(atSeconds - _freeSince[index]);
    }

    /// <summary>A job has ended, whichever way.</summary>
    /// <param name="atSeconds">On the clock of <see cref="Arrived"/>.</param>
    public void Ended(double atSeconds)
    {
        if (DemandCount == 0) return; // Told twice.
        if (DemandCount <= LevelCountMax) _freeSince[DemandCount - 1] = atSeconds;
        DemandCount--;
    }

    /// <summary>Gaps of the level; null before the first.</summary>
    /// <param name="level">1 is the first replica.</param>
    public GapHistogram? Gaps(int level) => _gaps[Math.Clamp(level, 1, LevelCountMax) - 1];

    /// <summary>How long nobody wanted anything; 0 while somebody does, null when nobody ever did.</summary>
    public double? RestSeconds(double nowSeconds) =>
        DemandCount > 0 ? 0 : double.IsNaN(_freeSince[0]) ? null : Math.Max(0, nowSeconds - _freeSince[0]);
}
