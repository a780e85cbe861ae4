using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Api;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>A whole node with its API in this process, as `od serve` is; beside SQLite also on PostgreSQL.</summary>
internal static class NodeTarget
{
    public static Task<BenchTarget> OnSqliteAsync(string modelFolder, CancellationToken cancellation) =>
        StartAsync("sqlite_node", modelFolder, isOnPostgres: false, cancellation);

    public static Task<BenchTarget> OnPostgresAsync(string modelFolder, CancellationToken cancellation) =>
        StartAsync("postgres_node", modelFolder, isOnPostgres: true, cancellation);

    private static async Task<BenchTarget> StartAsync(string name, string modelFolder, bool isOnPostgres, CancellationToken cancellation)
    {
        var data = new TemporaryData("od-bench-");
        var postgres = new LocalPostgres(data.Folder.FullName);
        WebApplication? app = null;
        HttpClient? http = null;
        try
        {
            app = Build(modelFolder, data.Folder.FullName, isOnPostgres ? await PrepareAsync(postgres, cancellation) : null);
            await NodeStart.StartAsync(app, cancellation);
            http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            var embedded = app.Services.GetRequiredService<IDiffusionClient>();
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
            if (app is not null) await app.DisposeAsync(); // Which stops it.
            await postgres.StopAsync(CancellationToken.None);
            data.Dispose();
        }
    }

    private static async Task<string> PrepareAsync(LocalPostgres postgres, CancellationToken cancellation)
    {
        var database = await postgres.StartAsync(cancellation);
        await PostgresMigrations.ApplyAsync(database, cancellation);
        return database;
    }

    private static WebApplication Build(string modelFolder, string dataFolder, string? database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(BenchTarget.Settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddDiffusionNode(new NodeOptions { DataFolder = dataFolder, SeedModelFolders = [modelFolder] });
        if (database is not null) // Later than the node's own, and so in its place.
            builder.Services.AddPostgresStorage(new PostgresStorageOptions { ConnectionString = database, ArtifactFolder = Path.Combine(dataFolder, "artifacts") });
        builder.AddDiffusionApi();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapDiffusionApi();
        return app;
    }
}
