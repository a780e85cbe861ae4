using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Dashboard;
using Orleans.Hosting;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo.Clustering;
using OrleansDiffusion.Silo.Starting;
using OrleansDiffusion.Silo.Storing;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo;

/// <summary>
/// A process that runs no grain and has no device: a client of the cluster with its stores, for a REST API in front. It
/// may come and go without anybody's work moving.
/// </summary>
public static class DiffusionGateway
{
    /// <exception cref="NodeStartException">This build cannot join a cluster.</exception>
    public static IHostApplicationBuilder AddDiffusionGateway(this IHostApplicationBuilder builder, MembershipOptions membership)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPostgresStorage(new PostgresStorageOptions { ConnectionString = membership.Database, ArtifactFolder = membership.ArtifactFolder });
        builder.Services.AddHostedService<StorePreparation>(); // First: a database that is not ready is one clear line.
        EngineRefusal.Guard(() => builder.UseOrleansClient(client =>
        {
            client.Join(membership);
            client.AddDashboard();
            client.AddMemoryStreams(GrainKeys.StreamProvider);
        }));
        builder.Services.AddDiffusionClient();
        builder.Services.AddSingleton<IArtifactSource, StoreArtifactSource>();
        return builder;
    }
}
