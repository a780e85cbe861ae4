using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Cli.Tests;

public sealed class OpenTelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_collector_that_the_environment_names_hears_of_the_job_its_load_and_the_metrics()
    {
        var heard = new ConcurrentDictionary<string, string>();
        await using var collector = await Collector(heard);
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };

        using var od = OdProcess.Start(_folder.Path, ["generate", "a red apple", "--steps", "2", "-o", _folder.File("a.png")], environment);
        var drawn = await od.Finish();

        Assert.True(drawn.ExitCode == 0, drawn.All);
        Assert.Equal(["/v1/metrics", "/v1/traces"], heard.Keys.Order());
        foreach (var word in (string[])["orleans-diffusion", "od.job", "steps", "load", "warm_up", "emoji"])
            Assert.Contains(word, heard["/v1/traces"], StringComparison.Ordinal);
        Assert.DoesNotContain("a red apple", heard["/v1/traces"], StringComparison.Ordinal); // What people draw is nobody's business.
        Assert.Contains("od_jobs_finished_total", heard["/v1/metrics"], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<WebApplication> Collector(ConcurrentDictionary<string, string> heard)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            heard.AddOrUpdate(http.Request.Path, text, (_, before) => before + text);
        });
        await collector.StartAsync();
        return collector;
    }
}
