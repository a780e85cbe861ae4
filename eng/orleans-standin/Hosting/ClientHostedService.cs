using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Connects and disconnects the client with its host.</summary>
internal sealed class ClientHostedService(IServiceProvider services, ClientNode client) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                client.Connect(services.GetService<Cluster>() ?? FindCluster());
                return;
            }
            catch (SiloUnavailableException problem) when (services.GetService<IClientConnectionRetryFilter>() is { } filter)
            {
                if (!await filter.ShouldRetryConnectionAttempt(problem, cancellationToken)) throw;
            }
        }
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
