using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Testing;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in the test's own process, configured by classes.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly IConfiguration _configuration;
    private readonly TestSilos _silos;

    internal TestCluster(TestClusterOptions options, IConfiguration configuration)
    {
        Options = options;
        _configuration = configuration;
        _silos = new TestSilos(options.ServiceId, options.ClusterId);
    }

    public TestClusterOptions Options { get; }

    public ReadOnlyCollection<SiloHandle> Silos => _silos.All.ToList<SiloHandle>().AsReadOnly();

    public SiloHandle? Primary => Silos.FirstOrDefault(s => s.InstanceNumber == 0);

    public IReadOnlyList<SiloHandle> SecondarySilos => [.. Silos.Where(s => s.InstanceNumber != 0)];

    public IClusterClient Client => _silos.Client;

    public IGrainFactory GrainFactory => _silos.Client;

    public IServiceProvider ServiceProvider => _silos.Client.ServiceProvider;

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    public async Task DeployAsync()
    {
        await StartAdditionalSilosAsync(Options.InitialSilosCount);
        if (Options.InitializeClientOnDeploy)
        {
            await InitializeClientAsync();
        }
    }

    public Task InitializeClientAsync()
    {
        var builder = Builder();
        builder.UseOrleansClient((context, client) =>
        {
            _silos.Join(client.Services);
            Configurators<IClientBuilderConfigurator>(Options.ClientBuilderConfiguratorTypes, c => c.Configure(context.Configuration, client));
        });
        Configurators<IHostConfigurator>(Options.ClientBuilderConfiguratorTypes, c => c.Configure(builder));
        return _silos.Connect(builder.Build());
    }

    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        var started = new List<SiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            started.Add(await StartAdditionalSiloAsync(startAdditionalSiloOnNewPort));
        }

        return started;
    }

    /// <param name="startAdditionalSiloOnNewPort">Every silo has its own port here, whatever is said.</param>
    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) => await _silos.Start(BuildSilo);

    public IEnumerable<SiloHandle> GetActiveSilos() => Silos.Where(s => s.IsActive);

    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) => Silos.FirstOrDefault(s => s.SiloAddress.Equals(siloAddress));

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (silo is null ? _silos.All[0] : _silos.All.First(s => s.SiloAddress.Equals(silo))).ServiceProvider;

    public Task StopSiloAsync(SiloHandle instance) => _silos.Stop(instance, gracefully: true);

    /// <summary>The silo is gone at once: nothing of it runs any more, and calls to it fail.</summary>
    public Task KillSiloAsync(SiloHandle instance) => _silos.Stop(instance, gracefully: false);

    public Task StopAllSilosAsync() => _silos.StopAll();

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    /// <summary>Members know of each other at once here.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAllSilosAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void Configurators<T>(List<string> typeNames, Action<T> apply)
    {
        foreach (var configurator in typeNames.Select(name => Activator.CreateInstance(Type.GetType(name, throwOnError: true)!)).OfType<T>())
        {
            apply(configurator);
        }
    }

    private IHostBuilder Builder() =>
        new HostBuilder().UseEnvironment(Environments.Development).ConfigureHostConfiguration(builder => builder.AddConfiguration(_configuration));

    private IHost BuildSilo(InProcessTestSiloSpecificOptions options)
    {
        var builder = Builder();
        builder.UseOrleans(silo =>
        {
            _silos.Join(silo.Services, options);
            silo.Configure<SiloMessagingOptions>(o => o.AssumeHomogenousSilosForTesting = Options.AssumeHomogenousSilosForTesting);
            Configurators<ISiloConfigurator>(Options.SiloBuilderConfiguratorTypes, c => c.Configure(silo));
        });
        Configurators<IHostConfigurator>(Options.SiloBuilderConfiguratorTypes, c => c.Configure(builder));
        return builder.Build();
    }
}
