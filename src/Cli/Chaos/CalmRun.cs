using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>The same pictures on one node to which nothing happens, with a database and a folder of its own.</summary>
internal static class CalmRun
{
    public static async Task<IReadOnlyDictionary<Sketch, IReadOnlyList<string>>> DrawAsync(
        IReadOnlyCollection<Sketch> sketches, DirectoryInfo data, CancellationToken cancellation)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.AddDiffusionNode(LocalNode.Options(data, loadModels: true) with { Devices = [new DeviceOptions { ThreadCount = 1 }] });
        using var node = builder.Build();
        await NodeStart.StartAsync(node, cancellation);
        var client = node.Services.GetRequiredService<IDiffusionClient>();
        var drawn = new Dictionary<Sketch, IReadOnlyList<string>>();
        foreach (var sketch in sketches)
        {
            var picture = await client.GenerateAsync(sketch.Request, cancellation: cancellation);
            drawn[sketch] = [.. picture.Job.Artifacts.OrderBy(artifact => artifact.Index).Select(artifact => artifact.Id)];
        }

        await node.StopAsync(CancellationToken.None);
        return drawn;
    }
}
