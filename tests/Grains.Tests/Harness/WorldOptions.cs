using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Everything happens soon, every step is told, and nothing is lost by waiting: only what a test changes.</summary>
internal sealed class WorldOptions
{
    private readonly List<Action<IServiceCollection>> _changes = [];

    public WorldOptions() => DevicesOf = _ => DevicesPerSilo;

    public short SiloCount { get; set; } = 1;

    public int DevicesPerSilo { get; set; } = 1;

    public long DeviceBytes { get; set; } = Models.MemoryBytes;

    /// <summary>How many devices a silo has; silos are numbered in the order in which they are made. Default: as many as every other.</summary>
    public Func<int, int> DevicesOf { get; set; }

    /// <summary>Changes the devices of one silo.</summary>
    public Func<int, LocalDevice, LocalDevice> DeviceOf { get; set; } = (_, device) => device;

    public PoolPolicy Policy { get; set; } = new();

    public int DeviceCount => SiloCount * DevicesPerSilo;

    public void Change<TOptions>(Action<TOptions> change)
        where TOptions : class => _changes.Add(services => services.PostConfigure(change));

    public void Add<TService>(TService service)
        where TService : class => _changes.Add(services => services.AddSingleton(service));

    /// <summary>Another one for every silo.</summary>
    public void AddEach<TService>(Func<IServiceProvider, TService> make)
        where TService : class => _changes.Add(services => services.AddSingleton(make));

    public void Apply(IServiceCollection services)
    {
        services.Configure<LivenessOptions>(options =>
        {
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
            options.SiloTimeout = TimeSpan.FromSeconds(30);
        });
        services.Configure<PoolOptions>(options =>
        {
            options.ReconcileInterval = TimeSpan.FromMilliseconds(50);
            options.PlacesToldInterval = TimeSpan.Zero;
            options.LoadRetries = new RetryPlan { FirstDelay = TimeSpan.FromMilliseconds(10) };
        });
        services.Configure<ReplicaOptions>(options =>
        {
            options.ReportInterval = TimeSpan.Zero;
            options.HandOverAhead = TimeSpan.Zero;
            options.StepSlice = TimeSpan.Zero;
            options.CheckpointStepCount = 1;
            options.CheckpointInterval = TimeSpan.Zero;
            options.StatusInterval = TimeSpan.FromMilliseconds(100);
        });
        services.Configure<JobOptions>(options =>
        {
            options.CheckpointInterval = TimeSpan.Zero;
            options.FeedInterval = TimeSpan.Zero;
            options.Retries = new RetryPlan { FirstDelay = TimeSpan.FromMilliseconds(10) };
        });
        foreach (var change in _changes) change(services);
    }
}
