using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx.Tests;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Grains.Tests;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Peers;
using OrleansDiffusion.Silo.Tests.Loading;
using OrleansDiffusion.Storage;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Tests.Peers;

/// <summary>
/// Silos as they are in production, with their own caches and loopback ports, that load and draw with the demo model; only
/// stores and picture files are fakes. The model's folder is a copy, so that it can be taken away from all of them.
/// </summary>
internal sealed class PeerCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (MemoryJobStore Jobs, MemoryArtifactStore Artifacts, MemoryModelStore Models, MemoryUsageStore Usage) _stores =
        (new MemoryJobStore(), new MemoryArtifactStore(), new MemoryModelStore(), new MemoryUsageStore());

    private readonly InProcessTestCluster _cluster;
    private readonly long _memoryBytes;
    private TimeSpan _importsKept = TimeSpan.FromHours(1);
    private int _siloCount;

    private PeerCluster(long memoryBytes = 0)
    {
        _memoryBytes = memoryBytes;
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.ConfigureClient(client =>
        {
            client.Services.AddDiffusionClient();
            client.Services.AddSingleton<IArtifactSource>(new FakeArtifactSource(_stores.Jobs, _stores.Artifacts));
            client.AddMemoryStreams(GrainKeys.StreamProvider);
        });
        _cluster = builder.Build();
        CopyFolder(EmojiNode.Source, ModelFolder);
    }

    /// <summary>How silos ask each other for chunks; a test puts itself in between. By the number of the silo that asks.</summary>
    public Func<int, IChunkPeers, IChunkPeers> Between { get; set; } = (_, peers) => peers;

    public string ModelFolder => Path.Combine(_folder.Path, "model");

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>What all silos logged about weights.</summary>
    public LogBook<WeightsJournal> Journal { get; } = new();

    /// <summary>One silo has the model on its device, from its folder, and has imported it for all.</summary>
    /// <param name="memoryBytes">What each silo may keep in memory of the weights that it holds ahead.</param>
    /// <param name="importsKept">How long imports outlive their model's registration.</param>
    public static async Task<PeerCluster> WithImport(long memoryBytes = 0, TimeSpan? importsKept = null)
    {
        var cluster = new PeerCluster(memoryBytes) { _importsKept = importsKept ?? TimeSpan.FromHours(1) };
        await cluster._cluster.DeployAsync();
        var added = await cluster.Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).Add(cluster.ModelFolder, "emoji", new PoolPolicy { Standby = 0 });
        var version = added.Added!.Version;
        cluster.Board = cluster.Grains.GetGrain<IImportsGrain>($"{version}-cpu");
        await cluster.Pool(pool => Ready(pool).Length == 1);
        await new Func<Task<ImportOffer[]>>(() => cluster.Board.Find()).Until(offers => offers.Length == 1);
        return cluster;
    }

    /// <summary>One silo has fetched the model from an address, has it on its device, and has imported it for all.</summary>
    /// <param name="url">Of the model.</param>
    /// <param name="importsKept">How long imports and downloads outlive their model's registration.</param>
    public static async Task<PeerCluster> WithFetched(string url, TimeSpan? importsKept = null)
    {
        var cluster = new PeerCluster { _importsKept = importsKept ?? TimeSpan.FromHours(1) };
        await cluster._cluster.DeployAsync();
        var client = cluster._cluster.Client.ServiceProvider.GetRequiredService<IDiffusionClientFactory>().ForTenant(GrainKeys.DefaultTenant);
        var added = await client.AddModelFromAsync(url, "emoji", cancellation: TestContext.Current.CancellationToken).Soon();
        await cluster.HoldAhead(0); // Silos that come later have nothing of it until they are asked to.
        cluster.Board = cluster.Grains.GetGrain<IImportsGrain>($"{added.Added!.Version}-cpu");
        await cluster.Pool(pool => Ready(pool).Length == 1);
        await new Func<Task<ImportOffer[]>>(() => cluster.Board.Find()).Until(offers => offers.Length == 1);
        return cluster;
    }

    public IImportsGrain Board { get; private set; } = null!;

    public IGrainFactory Grains => _cluster.Client;

    public static ReplicaStatus[] Ready(PoolView pool) => [.. pool.Replicas.Where(replica => replica.Phase == ReplicaPhase.Ready)];

    public Task<PoolView> Pool(Func<PoolView, bool> isExpected) =>
        new Func<Task<PoolView>>(View).Until(isExpected);

    /// <summary>Nobody sees the model's folder any more.</summary>
    public void TakeModelFolderAway() => Directory.Delete(ModelFolder, recursive: true);

    /// <summary>Models that silos have fetched from addresses.</summary>
    public IReadOnlyList<string> FetchedFolders() =>
    [
        .. Directory.EnumerateDirectories(_folder.Path, "data-*").Select(data => Path.Combine(data, "models")).Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories).Where(folder => !Path.GetFileName(folder).StartsWith('.')),
    ];

    /// <summary>Nobody sees what silos have fetched any more: here all are on one machine.</summary>
    public void TakeFetchedFoldersAway()
    {
        foreach (var data in Directory.EnumerateDirectories(_folder.Path, "data-*"))
            if (Directory.Exists(Path.Combine(data, "models"))) Directory.Delete(Path.Combine(data, "models"), recursive: true);
    }

    public Task<InProcessSiloHandle> StartSilo() => _cluster.StartAdditionalSiloAsync();

    public Task Want(int count) => SetPolicy(new PoolPolicy { Min = count, Standby = 0 });

    /// <summary>So many silos shall hold the weights ahead, beside the one with a replica.</summary>
    public Task HoldAhead(int count) => SetPolicy(new PoolPolicy { Standby = 0, WeightsStandby = count });

    public async Task<WeightsStandbyView> Ahead(Func<WeightsStandbyView, bool> isExpected)
    {
        var cluster = Grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);
        var view = await new Func<Task<ClusterView>>(cluster.View).Until(view => view.Weights is [var only] && isExpected(only));
        return view.Weights!.Single();
    }

    /// <summary>The replica that became ready on this silo.</summary>
    public async Task<ReplicaStatus> ReadyOn(InProcessSiloHandle silo)
    {
        var pool = await Pool(pool => Ready(pool).Any(replica => replica.SiloId == Name(silo)));
        return Ready(pool).Single(replica => replica.SiloId == Name(silo));
    }

    /// <summary>As a killed process: it answers nobody any more, over HTTP neither.</summary>
    public async Task Kill(InProcessSiloHandle silo)
    {
        var port = silo.ServiceProvider.GetRequiredService<ChunkPort>();
        await port.DisposeAsync();
        await _cluster.KillSiloAsync(silo);
    }

    /// <summary>The picture's name, which is a hash of its pixels and of what was asked for.</summary>
    public async Task<(string Picture, string Device)> Draw()
    {
        var client = _cluster.Client.ServiceProvider.GetRequiredService<IDiffusionClientFactory>().ForTenant(GrainKeys.DefaultTenant);
        var job = await client.SubmitAsync(new GenerationRequest { Model = "emoji", Prompt = "a red apple", Steps = 4, Seed = 7 }).Soon();
        await foreach (var happened in client.WatchAsync(job.Record.Id, TestContext.Current.CancellationToken))
            if (happened is { Kind: JobEventKind.Done, Record: { } record }) return (record.Artifacts.Single().Id, record.Device!);
        throw new InvalidOperationException("The watch ended without an end.");
    }

    public static string Name(InProcessSiloHandle silo) => silo.SiloAddress.ToParsableString();

    public static NodeWeights WeightsOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<NodeWeights>();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    private Task<PoolView> View() => Ask(() => Grains.GetGrain<ISchedulerGrain>("emoji").View());

    private async Task SetPolicy(PoolPolicy policy) => await Ask(async () =>
    {
        await Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).SetPolicy("emoji", policy);
        return true;
    });

    /// <summary>The silo that has the grain may be the one that dies while it is asked.</summary>
    private static async Task<T> Ask<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (OrleansException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken); // Unavailable, or cannot be connected to.
            }
        }
    }

    private void Configure(ISiloBuilder silo)
    {
        var number = Interlocked.Increment(ref _siloCount) - 1;
        var node = new NodeOptions
        {
            DataFolder = Path.Combine(_folder.Path, $"data-{number}"),
            Cluster = new MembershipOptions { Database = "none", ArtifactFolder = "none", AdvertisedAddress = IPAddress.Loopback },
            Devices = [new DeviceOptions { ThreadCount = 1 }],
            Weights = new NodeWeightsOptions
            {
                CacheFolder = Path.Combine(_folder.Path, $"cache-{number}"), BudgetBytes = 1 << 30, MemoryBytes = _memoryBytes, ChunkPort = 0,
            },
        };
        silo.Services.AddSingleton(node);
        silo.Services.AddSingleton<IChunkPeers>(provider => Between(number, provider.GetRequiredService<ChunkClient>()));
        silo.Services.AddDevices();
        silo.Services.AddWeights();
        silo.AddDiffusionGrains(node.Devices.Select(device => device.Id));
        silo.Services.AddSingleton<IImageCodec, FakeCodec>();
        silo.Services.AddSingleton<ILogger<WeightsJournal>>(Journal);
        silo.Services.AddSingleton<IJobStore>(_stores.Jobs);
        silo.Services.AddSingleton<IArtifactStore>(_stores.Artifacts);
        silo.Services.AddSingleton<IModelStore>(_stores.Models);
        silo.Services.AddSingleton<IUsageStore>(_stores.Usage);
        silo.Services.Configure<WeightsOptions>(options => options.Secret = "a secret of the test cluster");
        silo.Services.Configure<ReplicaOptions>(options => (options.ImportAfter, options.ImportsKept) = (TimeSpan.Zero, _importsKept));
        silo.Services.Configure<ScalingOptions>(options => options.Interval = TimeSpan.FromMilliseconds(50));
        silo.Services.Configure<LivenessOptions>(options => options.HeartbeatInterval = TimeSpan.FromMilliseconds(50));
        silo.Services.Configure<PoolOptions>(options =>
        {
            options.ReconcileInterval = TimeSpan.FromMilliseconds(50);
            options.LoadRetries = new RetryPlan { FirstDelay = TimeSpan.FromMilliseconds(10) };
        });
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
