using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Images;
using OrleansDiffusion.Silo.Clustering;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Silo.Downloads;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Silo.Peers;
using OrleansDiffusion.Silo.Replicas;
using OrleansDiffusion.Silo.Starting;
using OrleansDiffusion.Silo.Storing;
using OrleansDiffusion.Silo.Telemetry;
using OrleansDiffusion.Storage;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo;

/// <summary>What a node is made of: Orleans, the grains, the stores, the devices, and a client for what runs beside them.</summary>
public static class DiffusionNode
{
    public static IHostApplicationBuilder AddDiffusionNode(this IHostApplicationBuilder builder, NodeOptions node)
    {
        builder.Services.AddSingleton(node);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(node);
        builder.Services.AddDevices();
        if (node is { Cluster: not null, Weights: not null }) builder.Services.AddWeights(builder.Configuration);
        var deviceIds = node.LoadModels ? node.Devices.Select(device => device.Id) : [];
        EngineRefusal.Guard(() => builder.UseOrleans(silo => silo.AddEngine(node).AddDiffusionGrains(deviceIds)));
        builder.Services.AddDiffusionClient();
        builder.Services.AddSingleton<IArtifactSource, StoreArtifactSource>();
        builder.Services.AddHostedService<OtlpExport>();
        builder.Services.AddHostedService<ModelSeeding>(); // Last: it needs the running cluster.
        return builder;
    }

    /// <summary>First of all that starts: nothing may touch the folder before it is ours, or the database before it is ready.</summary>
    private static void AddStorage(this IServiceCollection services, NodeOptions node)
    {
        if (node.Cluster is { } cluster)
        {
            services.AddHostedService<StorePreparation>();
            services.AddSingleton(cluster);
            services.AddHostedService<SilentMembers>();
            services.AddPostgresStorage(new PostgresStorageOptions { ConnectionString = cluster.Database, ArtifactFolder = cluster.ArtifactFolder });
        }
        else
        {
            services.AddHostedService<DataFolderOwner>();
            services.AddSqliteStorage(new StorageOptions { DataFolder = node.DataFolder });
        }
    }

    internal static void AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<NodeDevices>();
        services.AddSingleton<IDeviceInventory>(provider => provider.GetRequiredService<NodeDevices>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeDevices>());
        services.AddSingleton<ModelOrigins>();
        services.AddSingleton<DownloadedModels>();
        services.AddSingleton<MemoryNotes>();
        services.AddSingleton<ImportedModels>();
        services.AddSingleton<IImportedModels>(provider => provider.GetRequiredService<ImportedModels>());
        services.AddHostedService(provider => provider.GetRequiredService<ImportedModels>());
        services.AddSingleton<ImportSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportSweep>());
        services.AddSingleton<LoadsUnderWay>();
        services.AddSingleton<IReplicaLoader, OnnxReplicaLoader>();
        services.AddSingleton<IModelInspector, NodeModelInspector>();
        services.AddSingleton<IImageCodec, LibvipsCodec>();
    }

    /// <summary>Without a secret nobody could tell silos from strangers: then none is asked, and nothing is given.</summary>
    private static void AddWeights(this IServiceCollection services, IConfiguration settings)
    {
        if (string.IsNullOrEmpty(settings[$"{WeightsOptions.Section}:{nameof(WeightsOptions.Secret)}"]))
        {
            services.AddHostedService<NoSecretNotice>();
            return;
        }

        services.AddWeights();
    }

    /// <summary>Before the silo: the cache is open and the port listens when it joins.</summary>
    internal static void AddWeights(this IServiceCollection services)
    {
        services.AddSingleton<WeightsJournal>();
        services.AddSingleton(provider => new ClusterSecret(
            provider.GetRequiredService<IOptions<WeightsOptions>>().Value.Secret!, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ChunkClient>();
        services.TryAddSingleton<IChunkPeers>(provider => provider.GetRequiredService<ChunkClient>());
        services.AddSingleton<NodeWeights>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeWeights>());
        services.AddSingleton<ChunkPort>();
        services.AddHostedService(provider => provider.GetRequiredService<ChunkPort>());
        services.AddSingleton<ImportShelf>();
        services.AddSingleton<SharedImports>();
        services.AddSingleton<ISharedImports>(provider => provider.GetRequiredService<SharedImports>());
        services.AddSingleton<StandbyWeights>();
        services.AddSingleton<IHeldWeights>(provider => provider.GetRequiredService<StandbyWeights>());
        services.AddHostedService(provider => provider.GetRequiredService<StandbyWeights>());
    }

    private static ISiloBuilder AddEngine(this ISiloBuilder silo, NodeOptions node)
    {
        if (node.Cluster is { } membership) silo.Join(membership);
        else silo.StayAlone();
        silo.AddDashboard();
        silo.Configure<SiloOptions>(options => options.SiloName = node.SiloName);
        return silo;
    }
}
