using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Silo.Telemetry;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector, when the environment names one: OTEL_EXPORTER_OTLP_ENDPOINT and its
/// kin, as OpenTelemetry defines them. What is left is sent when the process ends.
/// </summary>
internal sealed class OtlpExport(NodeOptions node) : IHostedService, IDisposable
{
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsWanted) return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService("orleans-diffusion", serviceInstanceId: node.SiloName).AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(DiffusionTraces.Name).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(DiffusionMeter.Name).AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static bool IsWanted => ((string[])["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"])
        .Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
}
