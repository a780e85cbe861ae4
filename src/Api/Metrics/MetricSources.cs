using System.Diagnostics.Metrics;

namespace OrleansDiffusion.Api.Metrics;

/// <summary>Which instruments are worth a scrape.</summary>
internal static class MetricSources
{
    /// <summary>The product's own meter: everything on it.</summary>
    public const string Product = "OrleansDiffusion";

    private static readonly HashSet<string> OfRuntime = new(StringComparer.Ordinal)
    {
        "http.server.request.duration",
        "http.server.active_requests",
        "kestrel.active_connections",
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.gc.collections",
        "dotnet.gc.pause.time",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.thread_pool.thread.count",
        "dotnet.thread_pool.queue.length",
        "dotnet.exceptions",
    };

    public static bool Has(Instrument instrument) => instrument.Meter.Name == Product || OfRuntime.Contains(instrument.Name);
}
