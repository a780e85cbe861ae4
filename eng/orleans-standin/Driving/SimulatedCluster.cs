using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>What a simulation runs on.</summary>
public sealed record SimulationOptions
{
    public NetworkFaults Network { get; init; } = NetworkFaults.None;

    /// <summary>How long after a silo's death the others learn of it; until then calls to it are refused. Default: 2 s.</summary>
    public TimeSpan DeathNoticedAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Adds to the host of each silo, given its name. Hosted services are started here as well.</summary>
    public Action<string, IHostApplicationBuilder> ConfigureSilo { get; init; } = static (_, _) => { };

    public Action<IHostApplicationBuilder> ConfigureClient { get; init; } = static _ => { };

    /// <summary>Called after every turn, on the simulation's thread; what it throws ends the run.</summary>
    public Action AfterTurn { get; init; } = static () => { };

    /// <summary>False keeps no lines, only their digest: for runs of which nobody reads what happened. Default: true.</summary>
    public bool KeepsTraceLines { get; init; } = true;
}

/// <summary>
/// A whole cluster on one thread, from one seed, in virtual time: hours pass in milliseconds, silos die and return, and the same
/// seed gives the same run. Code in it must not leave the thread: no Task.Run, no ConfigureAwait(false), no BackgroundService.
/// </summary>
public sealed class SimulatedCluster
{
    private readonly SimulationOptions _options;
    private readonly SimulationDriver _driver;
    private readonly Cluster _cluster;
    private readonly SimulatedHost _client;

    private SimulatedCluster(int seed, SimulationOptions options)
    {
        _options = options;
        Trace = new Trace(options.KeepsTraceLines);
        _driver = new SimulationDriver(seed, options.Network, Trace, options.AfterTurn);
        _cluster = new Cluster(_driver);
        _client = SimulatedHost.Client(_cluster, options.ConfigureClient);
    }

    public Trace Trace { get; }

    public TimeProvider Time => _driver.Time;

    /// <summary>What the network does from now on.</summary>
    public NetworkFaults Network
    {
        get => _driver.Faults;
        set => _driver.Faults = value;
    }

    /// <summary>Messages that the network has lost so far.</summary>
    public int LostCount => _driver.LostCount;

    /// <summary>Requests that it has delivered twice.</summary>
    public int RepeatedCount => _driver.RepeatedCount;

    public IClusterClient Client => _client.Services.GetRequiredService<IClusterClient>();

    public IServiceProvider ClientServices => _client.Services;

    /// <summary>Adds a line to the trace.</summary>
    public void Note(string happening) => _driver.Note(happening);

    /// <summary>Runs a scenario from beginning to end, and returns what happened.</summary>
    public static Trace Run(int seed, SimulationOptions options, Func<SimulatedCluster, Task> scenario)
    {
        var simulation = new SimulatedCluster(seed, options);
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(simulation._driver.Scenario);
        Task end;
        try
        {
            end = simulation.RunScenario(scenario);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        try
        {
            simulation._driver.RunUntil(end);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        end.GetAwaiter().GetResult();
        return simulation.Trace;
    }

    /// <summary>A name that was there before is the same machine come back: a new silo to the others.</summary>
    public async Task<SimulatedSilo> StartSiloAsync(string name)
    {
        var host = SimulatedHost.Silo(_cluster, name, _options.ConfigureSilo);
        await host.StartAsync();
        return new SimulatedSilo(host);
    }

    public async Task StopSiloAsync(SimulatedSilo silo) => await silo.Host.StopAsync();

    /// <summary>The machine is off. Nothing of it runs any more; the others learn of it later.</summary>
    public void Kill(SimulatedSilo silo)
    {
        _driver.Note($"killed {silo.Name}");
        var node = silo.Host.Services.GetRequiredService<SiloNode>();
        node.Crash();
        _driver.Time.CreateTimer(_ => node.Die(), null, _options.DeathNoticedAfter, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// The others take the silo for dead and hear nothing of it, and it hears nothing of them; what runs on it goes on all the
    /// same, and what it writes to stores arrives there. Until it is killed.
    /// </summary>
    public void CutOff(SimulatedSilo silo)
    {
        _driver.Note($"cut off {silo.Name}");
        silo.Host.Services.GetRequiredService<SiloNode>().CutOff();
    }

    private async Task RunScenario(Func<SimulatedCluster, Task> scenario)
    {
        await _client.StartAsync();
        await scenario(this);
    }
}

/// <summary>One silo of a simulation.</summary>
public sealed class SimulatedSilo
{
    internal SimulatedSilo(SimulatedHost host) => Host = host;

    public string Name => Host.Name;

    public IServiceProvider Services => Host.Services;

    /// <summary>The grains that live here, for a look at them between two turns.</summary>
    public IEnumerable<object> Grains => Host.Services.GetRequiredService<SiloNode>().Activations.Select(a => a.GrainInstance).OfType<object>();

    internal SimulatedHost Host { get; }
}
