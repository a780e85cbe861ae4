using System.Diagnostics.Metrics;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>All label sets of one metric name. Safe for use by several threads.</summary>
internal sealed class InstrumentSeries
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly string _help;
    private readonly bool _isObserved;
    private readonly double[] _bounds;
    private readonly int _countMax;

    public InstrumentSeries(Instrument instrument, int countMax)
    {
        Kind = InstrumentKinds.KindOf(instrument);
        Name = MetricName.Of(instrument.Name, instrument.Unit, Kind);
        _help = instrument.Description is { Length: > 0 } description ? description : instrument.Name;
        _isObserved = instrument.IsObservable;
        _bounds = Kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
        _countMax = countMax;
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>Measurements of label sets beyond the limit.</summary>
    public long DroppedCount { get; private set; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelSet.Of(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels.Key, out var series))
            {
                if (_series.Count >= _countMax)
                {
                    DroppedCount++;
                    return;
                }

                _series[labels.Key] = series = new Series(labels.Pairs, Kind == MetricKind.Histogram ? new long[_bounds.Length + 1] : null);
            }

            series.Value += value; // Of an observed gauge too: several meters may each tell their share of it.
            if (series.Buckets is { } buckets) buckets[BucketOf(value)]++;
        }
    }

    /// <summary>A gauge that is set rather than counted holds its latest value.</summary>
    public void Replace(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelSet.Of(tags);
        lock (_lock) _series.Remove(labels.Key);
        Record(value, tags);
    }

    /// <summary>Observed values are told anew at each scrape; what is not told any more is gone.</summary>
    public void ForgetObserved()
    {
        if (!_isObserved) return;
        lock (_lock) _series.Clear();
    }

    public Metric ToMetric()
    {
        lock (_lock) return new Metric(Name, _help, Kind, [.. _series.Values.Select(Sample)]);
    }

    private MetricSample Sample(Series series) =>
        new(series.Labels, series.Value, series.Buckets is { } buckets ? new HistogramCounts(_bounds, [.. buckets]) : null);

    /// <summary>Prometheus' bounds are inclusive.</summary>
    private int BucketOf(double value)
    {
        var index = Array.BinarySearch(_bounds, value);
        return index >= 0 ? index : ~index;
    }

    private sealed class Series(IReadOnlyList<KeyValuePair<string, string>> labels, long[]? buckets)
    {
        public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = labels;

        public long[]? Buckets { get; } = buckets;

        public double Value { get; set; }
    }
}
