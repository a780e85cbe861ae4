using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Silos of the selected engine in this process.</summary>
public static class EngineCluster
{
    public static Task<InProcessTestCluster> Start(short silos, Action<ISiloBuilder>? configureSilo = null, Action<IClientBuilder>? configureClient = null) =>
        Start(silos, (_, silo) => configureSilo?.Invoke(silo), configureClient);

    public static async Task<InProcessTestCluster> Start(
        short silos, Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configureSilo, Action<IClientBuilder>? configureClient = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo(configureSilo);
        builder.ConfigureClient(client => configureClient?.Invoke(client));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    public static TService Service<TService>(this InProcessSiloHandle silo)
        where TService : notnull => silo.ServiceProvider.GetRequiredService<TService>();
}

/// <summary>Two silos for all tests of a class; tests keep apart by the keys of their grains.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IClusterClient Client => Cluster.Client;

    public async ValueTask InitializeAsync() => Cluster = await EngineCluster.Start(2);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
