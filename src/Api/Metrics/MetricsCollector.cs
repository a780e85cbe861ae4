using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>Listens to the product's meter, and to a few of the runtime's, and sums up what they say.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly ConcurrentDictionary<string, InstrumentSeries> _byName = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();
    private readonly int _seriesCountMax;

    public MetricsCollector(IOptions<DiffusionApiOptions> options)
    {
        _seriesCountMax = options.Value.MetricSeriesCountMax;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (MetricSources.Has(instrument)) listener.EnableMeasurementEvents(instrument, SeriesOf(instrument));
        };
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, state) => Record(instrument, (double)value, tags, state));
        _listener.Start();
    }

    /// <summary>Everything as it is now, by name.</summary>
    public IReadOnlyList<Metric> Collect()
    {
        lock (_collecting)
        {
            foreach (var one in _byName.Values) one.ForgetObserved();
            _listener.RecordObservableInstruments();
            var series = _byName.Values.OrderBy(one => one.Name, StringComparer.Ordinal).ToList();
            return [.. series.Select(one => one.ToMetric()), Dropped(series)];
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Two meters may have an instrument of one name, as silos in one process do: they are one metric.</summary>
    private InstrumentSeries SeriesOf(Instrument instrument)
    {
        var name = MetricName.Of(instrument.Name, instrument.Unit, InstrumentKinds.KindOf(instrument));
        return _byName.GetOrAdd(name, static (_, made) => new InstrumentSeries(made.instrument, made.countMax), (instrument, countMax: _seriesCountMax));
    }

    private static Metric Dropped(IEnumerable<InstrumentSeries> series) => new(
        "od_metrics_dropped_total",
        "Measurements whose label set was one too many.",
        MetricKind.Counter,
        [.. series.Where(one => one.DroppedCount > 0).Select(one => new MetricSample([new("metric", one.Name)], one.DroppedCount))]);

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var series = (InstrumentSeries)state!;
        if (InstrumentKinds.IsSet(instrument)) series.Replace(value, tags);
        else series.Record(value, tags);
    }
}
