using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A cluster with fake devices on the selected engine. Stores and devices outlive its silos.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly WorldOptions _options;
    private InProcessTestCluster? _cluster;
    private int _siloCount;

    private World(WorldOptions options) => _options = options;

    public MemoryJobStore Jobs { get; } = new();

    public MemoryArtifactStore Artifacts { get; } = new();

    public MemoryModelStore Models { get; } = new();

    public MemoryUsageStore Usage { get; } = new();

    public FakeStudio Studio { get; } = new();

    public InProcessTestCluster Cluster => _cluster!;

    public IGrainFactory Grains => Cluster.Client;

    public IDiffusionClient Client => ClientOf(GrainKeys.DefaultTenant);

    public static async Task<World> Start(Action<WorldOptions>? configure = null)
    {
        var options = new WorldOptions();
        configure?.Invoke(options);
        var world = new World(options);
        await world.Up();
        return world;
    }

    /// <summary>With the model "emoji" registered and its standby ready.</summary>
    public static async Task<World> WithModel(Action<WorldOptions>? configure = null)
    {
        var world = await Start(configure);
        await world.AddModel(world._options.Policy);
        await world.Pool(pool => pool.StandbyCount >= Math.Min(pool.StandbyTarget, world._options.DeviceCount));
        return world;
    }

    public IDiffusionClient ClientOf(string tenantId) => Cluster.Client.ServiceProvider.GetRequiredService<IDiffusionClientFactory>().ForTenant(tenantId);

    public IJobGrain Job(string id) => Grains.GetGrain<IJobGrain>(id);

    public ISchedulerGrain Scheduler(string model = "emoji") => Grains.GetGrain<ISchedulerGrain>(model);

    public IClusterGrain ClusterGrain => Grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);

    public ICatalogGrain Catalog => Grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog);

    public async Task<ModelEntry> AddModel(PoolPolicy? policy = null, string folder = "/models/emoji")
    {
        var answer = await Catalog.Add(folder, null, policy);
        return answer.Added ?? throw new InvalidOperationException(answer.Refused!.Message);
    }

    public async Task<JobView> Submit(
        string prompt, int steps = 4, string tenant = GrainKeys.DefaultTenant, int count = 1, int width = 16, int? priority = null, int? previews = null) =>
        await ClientOf(tenant).SubmitAsync(new GenerationRequest
        {
            Model = "emoji", Prompt = prompt, Steps = steps, Count = count, Seed = 7, Width = width, Priority = priority, PreviewCount = previews,
        }).Soon();

    /// <summary>The job's final record, once it has one.</summary>
    public async Task<JobRecord> Finished(string jobId, string tenant = GrainKeys.DefaultTenant)
    {
        await foreach (var happened in ClientOf(tenant).WatchAsync(jobId, TestContext.Current.CancellationToken))
            if (happened.Kind == JobEventKind.Done) return happened.Record!;
        throw new InvalidOperationException("The watch ended without an end.");
    }

    /// <summary>The pool, once it is as expected.</summary>
    public Task<PoolView> Pool(Func<PoolView, bool> isExpected, string model = "emoji") =>
        new Func<Task<PoolView>>(() => Scheduler(model).View()).Until(isExpected);

    /// <summary>Holds every job's step with this number; earlier ones pass.</summary>
    public Barrier HoldAtStep(string prompt, int stepsDone)
    {
        var barrier = new Barrier();
        var before = Studio.BeforeStep;
        Studio.BeforeStep = async step =>
        {
            await before(step);
            if (step.Prompt == prompt && step.StepsDone == stepsDone) await barrier.Pass();
        };
        return barrier;
    }

    public Barrier HoldLoads()
    {
        var barrier = new Barrier();
        Studio.BeforeLoad = _ => barrier.Pass();
        return barrier;
    }

    public InProcessSiloHandle SiloOf(string siloId) => Cluster.Silos.Single(silo => silo.SiloAddress.ToParsableString() == siloId);

    /// <summary>Everything stops as a killed process does, and comes up again over the same stores.</summary>
    public async Task KillAndRestart()
    {
        foreach (var silo in Cluster.Silos.ToList()) await Cluster.KillSiloAsync(silo);
        await Cluster.DisposeAsync();
        await Up();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    private async Task Up()
    {
        var builder = new InProcessTestClusterBuilder(_options.SiloCount);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.ConfigureClient(client =>
        {
            client.Services.AddDiffusionClient();
            client.Services.AddSingleton<IArtifactSource>(new FakeArtifactSource(Jobs, Artifacts));
            client.AddMemoryStreams(GrainKeys.StreamProvider);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    private void Configure(ISiloBuilder silo)
    {
        var devices = DevicesOf(Interlocked.Increment(ref _siloCount) - 1);
        silo.AddDiffusionGrains(devices.Select(device => device.DeviceId));
        silo.Services.AddSingleton<IJobStore>(Jobs);
        silo.Services.AddSingleton<IArtifactStore>(Artifacts);
        silo.Services.AddSingleton<IModelStore>(Models);
        silo.Services.AddSingleton<IUsageStore>(Usage);
        silo.Services.AddSingleton(Studio);
        silo.Services.AddSingleton<IReplicaLoader, FakeLoader>();
        silo.Services.AddSingleton<IImageCodec, FakeCodec>();
        silo.Services.AddSingleton<IModelInspector, FakeInspector>();
        silo.Services.AddSingleton<IDeviceInventory>(new FakeDevices(devices));
        _options.Apply(silo.Services);
    }

    private LocalDevice[] DevicesOf(int silo) =>
        [.. Enumerable.Range(0, _options.DevicesOf(silo)).Select(index => _options.DeviceOf(silo, FakeDevices.Device(index, _options.DeviceBytes)))];
}
