using System.Diagnostics.Metrics;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>Upper bounds of buckets: the instrument's own advice, else a ladder for its unit.</summary>
internal static class HistogramBounds
{
    /// <summary>From a grain call to a slow picture.</summary>
    private static readonly double[] Seconds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    private static readonly double[] Bytes =
        [1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824];

    private static readonly double[] Others = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

    public static double[] Of(Instrument instrument) => Advice(instrument) ?? instrument.Unit switch
    {
        "s" => Seconds,
        "By" => Bytes,
        _ => Others,
    };

    private static double[]? Advice(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
        Histogram<float> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => null,
    };
}
