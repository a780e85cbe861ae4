using System.Numerics;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Latencies in buckets that double: 1 us, 2 us, 4 us... Counts of several silos add up, which percentiles do not, and a
/// percentile read from them is at most twice the true one.
/// </summary>
internal static class LatencyBuckets
{
    /// <summary>The last one begins at about nine minutes.</summary>
    public const int Count = 30;

    public static int Of(TimeSpan latency) =>
        Math.Min(Count - 1, BitOperations.Log2((ulong)Math.Max(1, latency.TotalMicroseconds)));

    /// <summary>The upper end of the bucket in which the percentile lies, in milliseconds; 0 without any call.</summary>
    /// <param name="counts">Calls per bucket.</param>
    /// <param name="share">0.99 for the 99th percentile.</param>
    public static double PercentileMilliseconds(IReadOnlyList<long> counts, double share)
    {
        var rank = Math.Ceiling(counts.Sum() * share);
        if (rank == 0) return 0;
        var bucket = 0;
        for (var seen = counts[0]; seen < rank; seen += counts[bucket]) bucket++;
        return Math.Pow(2, bucket + 1) / 1000;
    }
}
