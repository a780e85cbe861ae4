namespace OrleansDiffusion.Api.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One metric with all its label sets, as it is at the moment of a scrape.</summary>
/// <param name="Name">As Prometheus spells it, unit and "_total" included.</param>
/// <param name="Help">One line.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Samples">One per label set, in the order of the labels.</param>
internal sealed record Metric(string Name, string Help, MetricKind Kind, IReadOnlyList<MetricSample> Samples);

/// <param name="Labels">Sorted by name; names are already Prometheus'.</param>
/// <param name="Value">Of a counter or gauge; the sum of a histogram.</param>
/// <param name="Histogram">Only of a histogram.</param>
internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, HistogramCounts? Histogram = null);

/// <param name="Bounds">Upper bounds, rising, without infinity.</param>
/// <param name="Counts">One more than bounds; each counts its own bucket only.</param>
internal sealed record HistogramCounts(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts);
