using System.Collections.ObjectModel;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Testing;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in the test's own process.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly TestSilos _silos;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
        _silos = new TestSilos(options.ServiceId, options.ClusterId);
    }

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => _silos.All.ToList().AsReadOnly();

    public IClusterClient Client => _silos.Client;

    public async Task DeployAsync()
    {
        await StartSilosAsync(Options.InitialSilosCount);
        if (Options.InitializeClientOnDeploy)
        {
            await InitializeClientAsync();
        }
    }

    public Task InitializeClientAsync()
    {
        var builder = Builder("TestClusterClient");
        Options.ClientHostConfigurationDelegates.ForEach(configure => configure(builder));
        builder.UseOrleansClient(client => _silos.Join(client.Services));
        return _silos.Connect(builder.Build());
    }

    public async Task<List<InProcessSiloHandle>> StartSilosAsync(int silosToStart)
    {
        var started = new List<InProcessSiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            started.Add(await StartAdditionalSiloAsync());
        }

        return started;
    }

    public Task<InProcessSiloHandle> StartAdditionalSiloAsync() => _silos.Start(BuildSilo);

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => Silos.Where(s => s.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => Silos.FirstOrDefault(s => s.SiloAddress.Equals(siloAddress));

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (silo is null ? Silos[0] : Silos.First(s => s.SiloAddress.Equals(silo))).ServiceProvider;

    public Task StopSiloAsync(InProcessSiloHandle instance) => _silos.Stop(instance, gracefully: true);

    /// <summary>The silo is gone at once: nothing of it runs any more, and calls to it fail.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => _silos.Stop(instance, gracefully: false);

    public Task StopAllSilosAsync() => _silos.StopAll();

    /// <summary>Members know of each other at once here.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await StopAllSilosAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static HostApplicationBuilder Builder(string name) => new(new HostApplicationBuilderSettings
    {
        ApplicationName = name,
        EnvironmentName = Environments.Development,
        DisableDefaults = true,
    });

    private IHost BuildSilo(InProcessTestSiloSpecificOptions options)
    {
        var builder = Builder(options.SiloName);
        Options.SiloHostConfigurationDelegates.ForEach(configure => configure(options, builder));
        builder.UseOrleans(silo => _silos.Join(silo.Services, options));
        return builder.Build();
    }
}
