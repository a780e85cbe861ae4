using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHostedService(IServiceProvider services, SiloNode silo, SiloLifecycle lifecycle, Driver driver) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var validator in services.GetServices<IConfigurationValidator>())
        {
            validator.ValidateConfiguration();
        }

        var cluster = services.GetService<Cluster>() ?? FindCluster();
        await lifecycle.Start(int.MinValue, ServiceLifecycleStage.BecomeActive - 1, cancellationToken);
        silo.Join(cluster);
        await lifecycle.Start(ServiceLifecycleStage.BecomeActive, int.MaxValue, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            silo.Die();
        }

        await lifecycle.Stop(ServiceLifecycleStage.BecomeActive, int.MaxValue, cancellationToken);
        await silo.Leave(cancellationToken);
        await lifecycle.Stop(int.MinValue, ServiceLifecycleStage.BecomeActive - 1, cancellationToken);
    }

    private Cluster FindCluster()
    {
        var names = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var primary = services.GetService<PrimarySilo>()
            ?? throw new Orleans.Runtime.OrleansConfigurationException(
                "No clustering is configured: call UseLocalhostClustering on the silo's builder.");
        var place = new ClusterPlace(primary.Port ?? silo.Endpoint.SiloPort, names.ServiceId, names.ClusterId);
        return ClusterRegistry.Process.Enter(place, silo.Endpoint.SiloPort, driver);
    }
}

/// <param name="Port">Null: this silo itself.</param>
internal sealed record PrimarySilo(int? Port);
