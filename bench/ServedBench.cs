using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Api;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Images;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Bench;

/// <summary>
/// What a picture costs beside the device's own work: a whole node with its API in this process, called over HTTP as a
/// caller would (submit, watch, fetch the file). The device's busy time is read around each job, so that what is added is
/// known per job and a slow step does not count as overhead.
/// </summary>
public static class ServedBench
{
    /// <summary>
    /// Until the runtime has compiled the paths for good: its second compiler waits for 30 calls and a quiet moment, and
    /// what it replaces is several times slower.
    /// </summary>
    private const int WarmUpCount = 200;

    private const int DefaultRunCount = 100;
    private const int StepsMax = 8;
    private const double AddedP50Budget = 5;
    private const double AddedP99Budget = 15;

    /// <summary>Jobs that wait at once when the device shall never be idle.</summary>
    private const int SaturatingCount = 16;

    public static async Task<IReadOnlyList<Figure>> Run(BenchOptions options, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("od-bench-");
        try
        {
            var codec = new TimedCodec(new LibvipsCodec());
            await using var app = Build(options, data.FullName, codec);
            await NodeStart.StartAsync(app, cancellation);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            using var device = new DeviceClock();
            var figures = await Measure(new HttpDiffusionClient(http), device, codec, options, cancellation);
            await app.StopAsync(cancellation);
            return figures;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static WebApplication Build(BenchOptions options, string dataFolder, IImageCodec codec)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddDiffusionNode(new NodeOptions { DataFolder = dataFolder, SeedModelFolders = [options.ModelFolder] });
        builder.Services.AddSingleton(codec); // Later than the node's own, and so in its place.
        builder.AddDiffusionApi();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapDiffusionApi();
        return app;
    }

    private static async Task<IReadOnlyList<Figure>> Measure(
        HttpDiffusionClient client, DeviceClock device, TimedCodec codec, BenchOptions options, CancellationToken cancellation)
    {
        // Short jobs: what is added to a job does not depend on its steps' length, and more of them fit into a run.
        var steps = Math.Min(options.Steps, StepsMax);
        for (var i = 0; i < WarmUpCount; i++) await One(client, device, i, steps, cancellation);

        List<double> added = [], busy = [];
        for (var i = 0; i < (options.RunCount ?? DefaultRunCount); i++)
        {
            var (wall, worked) = await One(client, device, WarmUpCount + i, steps, cancellation);
            added.Add(wall - worked);
            busy.Add(worked);
        }

        var files = codec.Last(added.Count);
        var (saturatedWall, saturatedBusy) = await Saturated(client, device, options.Steps, cancellation);
        return
        [
            new("served_added_p50_ms", Statistics.Median(added), "HTTP, grains, scheduler, stores, PNG: wall less device time, per job", AddedP50Budget),
            new("served_added_p99_ms", Statistics.Percentile(added, 0.99), "the same, 99th percentile", AddedP99Budget),
            new("picture_file_p50_ms", Statistics.Median(files), "of it, the PNG, which a bare run of the pipeline does not make"),
            new("device_busy_p50_ms", Statistics.Median(busy), $"the device's own time for {steps} steps"),
            new("idle_share_saturated_ratio", 1 - (saturatedBusy / saturatedWall), $"of the device, while {SaturatingCount} jobs wait", 0.03),
            new("throughput_saturated_ratio", saturatedBusy / saturatedWall, "served throughput over the device's own (at least 0.97)"),
        ];
    }

    private static async Task<(double WallMs, double BusyMs)> One(
        HttpDiffusionClient client, DeviceClock device, int number, int steps, CancellationToken cancellation)
    {
        var busyBefore = device.Busy;
        var started = Stopwatch.GetTimestamp();
        await client.GenerateAsync(Request(number, steps), cancellation: cancellation);
        var wall = Stopwatch.GetElapsedTime(started);
        return (wall.TotalMilliseconds, (device.Busy - busyBefore).TotalMilliseconds);
    }

    private static async Task<(double WallMs, double BusyMs)> Saturated(
        HttpDiffusionClient client, DeviceClock device, int steps, CancellationToken cancellation)
    {
        var busyBefore = device.Busy;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, SaturatingCount).Select(number =>
            client.GenerateAsync(Request(1000 + number, steps), cancellation: cancellation)));
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, (device.Busy - busyBefore).TotalMilliseconds);
    }

    private static GenerationRequest Request(int number, int steps) =>
        new() { Prompt = $"a red apple number {number}", Seed = number, Steps = steps };
}
