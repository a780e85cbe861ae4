using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>A cluster of processes with a PostgreSQL of its own, and an Orleans client of it in this process.</summary>
internal static class ClusterTarget
{
    public static async Task<BenchTarget> StartAsync(int siloCount, string modelFolder, CancellationToken cancellation)
    {
        var data = new TemporaryData("od-bench-");
        var cluster = new LocalCluster(data.Folder) { Settings = BenchTarget.Settings, SiloArguments = ["--threads", "1", "--model-folder", modelFolder] };
        IHost? client = null;
        HttpClient? http = null;
        try
        {
            await cluster.UpAsync(siloCount, apiPort: 0, database: null, cancellation);
            client = await ConnectAsync(cluster, cancellation);
            http = new HttpClient { BaseAddress = cluster.Address };
            var embedded = client.Services.GetRequiredService<IDiffusionClient>();
            var name = $"postgres_{siloCount}_silo{(siloCount == 1 ? "" : "s")}";
            return new BenchTarget(name, embedded, new HttpDiffusionClient(http), Stop);
        }
        catch
        {
            await Stop();
            throw;
        }

        async ValueTask Stop()
        {
            http?.Dispose();
            if (client is not null) await client.StopAsync(CancellationToken.None);
            client?.Dispose();
            await cluster.DownAsync(CancellationToken.None);
            data.Dispose();
        }
    }

    private static async Task<IHost> ConnectAsync(LocalCluster cluster, CancellationToken cancellation)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddDiffusionGateway(new MembershipOptions { Database = cluster.Database!, ArtifactFolder = cluster.ArtifactFolder });
        var host = builder.Build();
        await NodeStart.StartAsync(host, cancellation);
        return host;
    }
}
