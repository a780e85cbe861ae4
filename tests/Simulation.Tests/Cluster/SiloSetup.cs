using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Hosts of a simulation: the product's grains, over shared stores and a machine's own devices.</summary>
internal sealed class SiloSetup(
    Plan plan, IJobStore rows, IArtifactStore files, TimeProvider time, Weather weather, Witness witness, Faults faults)
{
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    private readonly StoreLine _line = new(time, weather);
    private readonly IJobStore _reached = faults.Jobs(rows);
    private readonly MemoryUsageStore _usage = new();
    private readonly MemoryModelStore _models = new();
    private readonly Dictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);

    private IReadOnlyList<LocalDevice> Described { get; } = MachineDevices.Some(plan.DevicesPerMachine, plan.DeviceBytes);

    public static void Client(IHostApplicationBuilder builder, int seed, IJobStore rows, IArtifactStore files)
    {
        builder.UseOrleansClient(client => client.AddMemoryStreams(GrainKeys.StreamProvider));
        builder.Services.AddDiffusionClient(options => options.Chance = new Random(seed).NextDouble);
        builder.Services.AddSingleton<IArtifactSource>(new FakeArtifactSource(rows, files));
    }

    public void Silo(string name, IHostApplicationBuilder builder)
    {
        builder.UseOrleans(silo => silo.AddDiffusionGrains(Described.Select(device => device.DeviceId)));
        WithoutHeartbeat(builder.Services);
        builder.Logging.AddProvider(new StoryLog(name, witness));
        builder.Services.AddSingleton(witness);
        builder.Services.AddSingleton<IIncomingGrainCallFilter, LeaseWitness>();
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(new PlantedFilter(faults.Call));
        builder.Services.AddSingleton<IPictureEncoder, FakeEncoder>();
        builder.Services.AddSingleton<IImageCodec, FakeCodec>();
        builder.Services.AddSingleton<IModelInspector, FakeInspector>();
        AddStores(builder.Services);
        AddDevices(name, builder.Services);
        builder.Services.Configure<LivenessOptions>(options => options.HeartbeatInterval = HeartbeatInterval);
        builder.Services.Configure<PoolOptions>(options => options.ReconcileInterval = TimeSpan.FromSeconds(2));
        builder.Services.Configure<ReplicaOptions>(options => (options.CheckpointStepCount, options.CheckpointInterval) = (2, TimeSpan.Zero));
        builder.Services.Configure<JobOptions>(options => options.CheckpointInterval = TimeSpan.Zero);
        builder.Services.Configure(faults.Settings);
    }

    /// <summary>The service beats on the thread pool; here the machine beats itself.</summary>
    private static void WithoutHeartbeat(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(SiloHeartbeat)));

    private void AddStores(IServiceCollection services)
    {
        services.AddSingleton<IJobStore>(new SharedJobStore(rows, _reached, _line, witness));
        services.AddSingleton<IArtifactStore>(new SharedArtifactStore(files, _line));
        services.AddSingleton<IModelStore>(new SharedModelStore(_models, _line));
        services.AddSingleton<IUsageStore>(new SharedUsageStore(_usage, _line));
    }

    private void AddDevices(string name, IServiceCollection services)
    {
        if (!_shelves.TryGetValue(name, out var shelf)) _shelves.Add(name, shelf = new Shelf(time, witness));
        shelf.Start();
        services.AddSingleton<IHeldWeights>(shelf);
        var devices = Described.ToDictionary(device => device.DeviceId, device => new Device(name, device, time, weather, witness));
        var studio = new FakeStudio { BeforeStep = PoisonFails };
        services.AddSingleton<IDeviceInventory>(new MachineDevices(faults.Told(Described)));
        services.AddSingleton<IReplicaLoader>(new Loader(devices, shelf, () => new FakeRuntime(studio, name, "device"), weather, witness, faults));
    }

    private static Task PoisonFails(FakeStep step) => step.Prompt.StartsWith(Plans.PoisonPrompt, StringComparison.Ordinal)
        ? Task.FromException(new InferenceException("It is poison."))
        : Task.CompletedTask;

    private sealed class PlantedFilter(Func<IIncomingGrainCallContext, Task> call) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => call(context);
    }
}
