namespace OrleansDiffusion.Jobs;

/// <summary>
/// How long the gaps between uses were, or the uses: counts in buckets that grow by the square root of 2, from 1 second to
/// 17 days. Old ones fade, so that a habit that changed is forgotten. A few hundred bytes, and one step for each.
/// </summary>
public sealed class GapHistogram
{
    public const int BucketCount = 42;

    /// <summary>After so many further gaps, a gap counts half.</summary>
    public const int HalfLifeCount = 200;

    /// <summary>Weight of the assumption that every bucket is as likely as any other: it decides where nothing was seen.</summary>
    public const double PriorWeight = 1;

    private const double WeightMax = 1e100;

    private static readonly double Growth = Math.Pow(2, 1.0 / HalfLifeCount);
    private static readonly double[] Edges = [0, .. Enumerable.Range(0, BucketCount).Select(i => Math.Pow(2, i / 2.0))];

    private readonly double[] _weights = new double[BucketCount];
    private double _total;
    private double _weightOfNext = 1;

    /// <summary>Nothing was seen: only the assumption counts. Nobody adds to it.</summary>
    internal static GapHistogram Unknown { get; } = new();

    /// <summary>Gaps as they count now: at most <see cref="HalfLifeCount"/> / ln 2.</summary>
    public double Count => _total / _weightOfNext * Growth;

    /// <summary>A gap that cannot be true (negative, not a number) changes nothing.</summary>
    public void Add(double seconds)
    {
        if (!(seconds >= 0)) return;
        _weights[BucketOf(seconds)] += _weightOfNext;
        _total += _weightOfNext;
        _weightOfNext *= Growth;
        if (_weightOfNext > WeightMax) Shrink();
    }

    /// <summary>The length that this share of all gaps does not exceed: the upper end of its bucket. Infinite when nothing was seen.</summary>
    public double Quantile(double share)
    {
        var wanted = share * _total;
        var sum = 0.0;
        for (var i = 0; i < BucketCount && _total > 0; i++)
        {
            sum += _weights[i];
            if (sum >= wanted * (1 - 1e-12) && sum > 0) return Edges[i + 1];
        }

        return double.PositiveInfinity;
    }

    /// <summary>
    /// Probability that a gap which has lasted <paramref name="idleSeconds"/> ends within the next <paramref name="seconds"/>.
    /// Where nothing was seen it only falls with the idle time, as if every length were as likely on a logarithmic scale.
    /// </summary>
    public double EndsWithin(double seconds, double idleSeconds)
    {
        var (seenBefore, priorBefore) = Up(idleSeconds);
        var (seenBy, priorBy) = Up(idleSeconds + seconds);
        var prior = PriorWeight * _weightOfNext;
        var left = _total - seenBefore + (prior * (1 - priorBefore));
        return left > 0 ? Math.Clamp((seenBy - seenBefore + (prior * (priorBy - priorBefore))) / left, 0, 1) : 0;
    }

    /// <summary>
    /// How long to keep what is idle: until one second more of keeping costs more than it spares. Of all ends of buckets up
    /// to <paramref name="limitSeconds"/>, the one with the most spared seconds less kept ones.
    /// </summary>
    /// <param name="sparedSeconds">What it is worth, in kept seconds, to be there when the gap ends.</param>
    /// <param name="limitSeconds">Never longer.</param>
    public double WorthKeepingSeconds(double sparedSeconds, double limitSeconds)
    {
        var (best, bestGain) = (0.0, 0.0);
        var (gain, left, start) = (0.0, 1.0, 0.0);
        var prior = PriorWeight * _weightOfNext;
        for (var i = 0; i < BucketCount && start < limitSeconds; i++)
        {
            var end = Math.Min(Edges[i + 1], limitSeconds);
            var part = (end - start) / (Edges[i + 1] - Edges[i]);
            var ended = part * (_weights[i] + (prior / BucketCount)) / (_total + prior);
            gain += (sparedSeconds * ended) - ((left - (ended / 2)) * (end - start));
            left -= ended;
            start = end;
            if (gain > bestGain) (best, bestGain) = (end, gain);
        }

        return best;
    }

    /// <summary>Mean length, those beyond the limit taken for as long as it; 0 when nothing was seen.</summary>
    public double MeanSeconds(double limitSeconds)
    {
        var sum = 0.0;
        for (var i = 0; i < BucketCount && _total > 0; i++)
        {
            if (_weights[i] == 0) continue;
            var (start, end) = (Math.Min(Edges[i], limitSeconds), Math.Min(Edges[i + 1], limitSeconds));
            var shareBeyond = (Edges[i + 1] - end) / (Edges[i + 1] - Edges[i]);
            sum += _weights[i] * (((1 - shareBeyond) * (start + end) / 2) + (shareBeyond * limitSeconds));
        }

        return sum > 0 ? sum / _total : 0;
    }

    private static int BucketOf(double seconds) => seconds < 1 ? 0 : Math.Min(BucketCount - 1, 1 + (int)(2 * Math.Log2(seconds)));

    /// <summary>Weight of the gaps up to here, and the share of the assumption; within a bucket all lengths are equally likely.</summary>
    private (double Seen, double Prior) Up(double to)
    {
        if (to >= Edges[BucketCount]) return (_total, 1);
        var bucket = BucketOf(to);
        var part = Math.Clamp((to - Edges[bucket]) / (Edges[bucket + 1] - Edges[bucket]), 0, 1);
        var seen = part * _weights[bucket];
        for (var i = 0; i < bucket; i++) seen += _weights[i];
        return (seen, (bucket + part) / BucketCount);
    }

    private void Shrink()
    {
        for (var i = 0; i < BucketCount; i++) _weights[i] /= _weightOfNext;
        _total /= _weightOfNext;
        _weightOfNext = 1;
    }
}
