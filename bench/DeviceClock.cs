using System.Diagnostics.Metrics;

namespace OrleansDiffusion.Bench;

/// <summary>Reads the node's own metric of how long its devices have worked.</summary>
internal sealed class DeviceClock : IDisposable
{
    private readonly MeterListener _listener = new();
    private double _seconds;

    public DeviceClock()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "od_device_busy_seconds_total") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _seconds += seconds);
        _listener.Start();
    }

    /// <summary>Of all devices together.</summary>
    public TimeSpan Busy
    {
        get
        {
            _seconds = 0;
            _listener.RecordObservableInstruments();
            return TimeSpan.FromSeconds(_seconds);
        }
    }

    public void Dispose() => _listener.Dispose();
}
