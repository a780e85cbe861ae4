using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A plan played from beginning to end: machines, shared stores, customers, mishaps, and then the calm.</summary>
internal sealed class World
{
    private static readonly TimeSpan CalmMax = TimeSpan.FromHours(2);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(10);

    private readonly MemoryJobStore _rows = new();
    private readonly MemoryArtifactStore _files = new();
    private readonly List<Machine> _machines = [];
    private readonly Weather _weather;
    private readonly Witness _witness;
    private readonly Faults _faults;
    private SimulatedCluster? _cluster;
    private SiloSetup? _setup;
    private ClusterView? _lastView;

    private World(Plan plan, Faults faults, bool isTracing)
    {
        (Plan, _faults) = (plan, faults);
        _weather = new Weather(plan.Seed);
        _witness = new Witness(Invariants.All()) { IsTracing = isTracing };
    }

    public Plan Plan { get; }

    public int WaitingCustomers { get; private set; }

    public DateTimeOffset Now => Cluster.Time.GetUtcNow();

    public TimeSpan Lasted { get; private set; }

    public Tally Tally => _witness.Tally;

    public Trace Trace => _cluster!.Trace;

    /// <summary>The grains of all machines that run and can be reached.</summary>
    public IEnumerable<object> Grains => _machines.Select(machine => machine.Silo).OfType<SimulatedSilo>().SelectMany(silo => silo.Grains);

    private SimulatedCluster Cluster => _cluster!;

    /// <exception cref="InvariantBrokenException">Something became true that must not.</exception>
    public static World Play(Plan plan, Faults? faults = null, bool keepsTrace = false, bool isFull = false, Action<string>? tell = null)
    {
        var world = new World(plan, faults ?? Faults.None, keepsTrace);
        try
        {
            world.Play(keepsTrace);
        }
        finally
        {
            if (tell is not null) foreach (var line in Story.Of(world.Trace, isFull)) tell(line);
        }

        return world;
    }

    public JobRecord? Row(string jobId) => _rows.Find(jobId, default).GetAwaiter().GetResult();

    /// <summary>Of all orders, those that are in the store.</summary>
    public IEnumerable<JobRecord> Jobs => Plan.Orders.Select(order => Row(order.JobId)).OfType<JobRecord>();

    public bool HasFile(string artifactId) => _files.Open(artifactId, default).GetAwaiter().GetResult() is not null;

    public bool HasStandby(string model) => Pool(model) is { } pool
        && (pool.StandbyCount >= pool.StandbyTarget || ReadyCount(pool) == DeviceCount || IsFull);

    public string Describe(string model) => Pool(model) is { } pool
        ? $"{pool.StandbyCount} of {pool.StandbyTarget}, {pool.DeficitReason}; {string.Join(", ", pool.Replicas.Select(r => $"{r.ReplicaId} {r.Phase}"))}"
        : "nobody keeps its pool";

    /// <summary>As the cluster saw it last; where disks are for fewer models than there are, some have to do without.</summary>
    public bool HasWeightsAhead => Plan.Models.Count * Shelf.ImportBytes > Shelf.DiskBytes || (_lastView is { } view && Plan.Models.All(model =>
        view.Weights!.FirstOrDefault(weights => weights.Model == model) is { } weights
            ? weights.DiskCount >= Math.Min(weights.Target, SilosWithout(view, model))
            : SilosWithout(view, model) == view.Silos.Count)); // Nobody has ever loaded it.

    public string DescribeWeights() => _lastView is { } view
        ? $"{string.Join(", ", view.Weights!)}; {view.Silos.Count} silos, replicas "
            + string.Join(", ", view.Silos.SelectMany(silo => silo.Replicas).Select(replica => replica.ReplicaId))
        : "nobody knows";

    public int DeviceCount => Plan.Machines.Count * Plan.DevicesPerMachine;

    /// <summary>Replicas that left for other models, as their pools remember.</summary>
    public int EvictionCount => Plan.Models.Sum(model => Pool(model)?.Evictions.Count ?? 0);

    /// <summary>As many replicas are ready as there is room for: some pools have to do without.</summary>
    private bool IsFull => Plan.Models.Sum(model => Pool(model) is { } pool ? ReadyCount(pool) : 0) == DeviceCount * (Plan.DeviceBytes / Fakes.Models.MemoryBytes);

    private static int ReadyCount(PoolView pool) => pool.Replicas.Count(replica => replica.Phase == ReplicaPhase.Ready);

    private PoolView? Pool(string model) =>
        Grains.OfType<SchedulerGrain>().Select(grain => grain.View().GetAwaiter().GetResult()).FirstOrDefault(pool => pool.Model == model);

    private void Play(bool keepsTrace)
    {
        var options = new SimulationOptions
        {
            ConfigureSilo = (name, builder) => _setup!.Silo(name, builder),
            ConfigureClient = builder => SiloSetup.Client(builder, Plan.Seed, _rows, _files),
            AfterTurn = () => _witness.AfterTurn(this),
            KeepsTraceLines = keepsTrace,
        };
        SimulatedCluster.Run(Plan.Seed, options, Play);
    }

    private async Task Play(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _witness.Note = cluster.Note;
        _setup = new SiloSetup(Plan, _rows, _files, cluster.Time, _weather, _witness, _faults);
        foreach (var name in Plan.Machines) await Add(name);
        await Register();

        var customers = Customers().ToList();
        WaitingCustomers = customers.Count;
        foreach (var customer in customers) _ = Serve(customer);
        await Brew();
        await Settle();
        Tally.Count("messages lost", cluster.LostCount);
        Tally.Count("messages repeated", cluster.RepeatedCount);
        Tally.Count("replicas evicted", EvictionCount);
        _witness.AtEnd(this);
    }

    private async Task Add(string name)
    {
        var machine = new Machine(name, Cluster, SiloSetup.HeartbeatInterval);
        _machines.Add(machine);
        await machine.Start();
    }

    private async Task Register()
    {
        var catalog = Cluster.Client.GetGrain<ICatalogGrain>(GrainKeys.Catalog);
        foreach (var model in Plan.Models) await catalog.Add($"/models/{model}", model, Plan.Policy);
    }

    private IEnumerable<Customer> Customers()
    {
        var clients = Cluster.ClientServices.GetRequiredService<IDiffusionClientFactory>();
        var tenants = Plan.Orders.Select(order => order.TenantId).ToList();
        foreach (var (index, order) in Plan.Orders.Index())
        {
            var stranger = tenants[(index + 1) % tenants.Count];
            yield return new Customer(order, clients, Cluster.Time, _witness, stranger);
            if (order.IsSentTwice) yield return new Customer(order, clients, Cluster.Time, _witness, stranger);
        }
    }

    private async Task Serve(Customer customer)
    {
        await customer.Shop();
        WaitingCustomers--;
    }

    /// <summary>The storm: what goes wrong all the time, and what goes wrong once.</summary>
    private async Task Brew()
    {
        Cluster.Network = Plan.Storm.Network;
        _weather.Storm = Plan.Storm;
        var mishaps = Plan.Mishaps.Select(mishap => new Misfortune(mishap, _machines, _weather, Cluster, Tally).Happen()).ToList();
        await Task.Delay(Plan.StormTime, Cluster.Time);
        await Task.WhenAll(mishaps);
        Cluster.Note("calm");
        Cluster.Network = NetworkFaults.None;
        _weather.Storm = Storm.None;
    }

    /// <summary>Waits until everything is as it should be, hours if need be: whether it is, the invariants say.</summary>
    private async Task Settle()
    {
        var started = Cluster.Time.GetTimestamp();
        while (!IsSettled() && Cluster.Time.GetElapsedTime(started) < CalmMax)
        {
            await Task.Delay(Glance, Cluster.Time);
            _lastView = await Cluster.Client.GetGrain<IClusterGrain>(GrainKeys.Cluster).View();
        }

        Lasted = Cluster.Time.GetElapsedTime(0);
    }

    private bool IsSettled() =>
        WaitingCustomers == 0
        && Jobs.All(job => job.Status.IsFinal())
        && Plan.Models.All(HasStandby)
        && HasWeightsAhead;

    private static int SilosWithout(ClusterView view, string model) => view.Silos.Count(silo => silo.Replicas.All(replica => replica.Model != model));
}
