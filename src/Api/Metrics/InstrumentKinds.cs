using System.Diagnostics.Metrics;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>What an instrument is to Prometheus.</summary>
internal static class InstrumentKinds
{
    private static readonly Type[] Counters = [typeof(Counter<>), typeof(ObservableCounter<>)];

    public static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return Counters.Contains(type) ? MetricKind.Counter : type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    /// <summary>A synchronous gauge is set; an up-down counter, which Prometheus calls a gauge too, is added to.</summary>
    public static bool IsSet(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>);
}
