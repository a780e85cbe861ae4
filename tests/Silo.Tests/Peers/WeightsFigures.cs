using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Silo.Tests.Peers;

/// <summary>Adds up what the counters of weights say, by their one label.</summary>
internal sealed class WeightsFigures : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string? Label), long> _sums = [];
    private readonly MeterListener _listener = new();

    public WeightsFigures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DiffusionMeter.Name && instrument.Name.StartsWith("od_weights_", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _sums.AddOrUpdate((instrument.Name, tags.Length == 0 ? null : (string?)tags[0].Value), count, (_, sum) => sum + count));
        _listener.Start();
    }

    public long Of(string name, string? label) => _sums.GetValueOrDefault((name, label));

    public void Dispose() => _listener.Dispose();
}
