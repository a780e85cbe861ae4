using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Connects and disconnects the client with its host.</summary>
internal sealed class ClientHostedService(IServiceProvider services, ClientNode client) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        client.Connect(services.GetService<Cluster>() ?? FindCluster());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        client.Disconnect();
        return Task.CompletedTask;
    }

    private Cluster FindCluster()
    {
        var gateways = services.GetService<Gateways>()
            ?? throw new OrleansConfigurationException("No clustering is configured: call UseLocalhostClustering on the client's builder.");
        return ClusterRegistry.Process.FindByGateway(gateways.Ports)
            ?? throw new SiloUnavailableException(
                $"No silo of this process has gateway port {string.Join(" or ", gateways.Ports)}; the stand-in for Orleans does not reach beyond it.");
    }
}

internal sealed record Gateways(int[] Ports);
