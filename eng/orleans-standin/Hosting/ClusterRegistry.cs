using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Driving;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>The clusters of this process by where their members say they are.</summary>
internal sealed class ClusterRegistry
{
    private readonly Lock _gate = new();
    private readonly List<(ClusterPlace Place, Cluster Cluster)> _clusters = [];

    public static ClusterRegistry Process { get; } = new();

    /// <returns>The cluster that the silo's primary started; a new one if the silo is its own primary.</returns>
    /// <exception cref="OrleansConfigurationException">Another silo of this process has the port.</exception>
    public Cluster Enter(ClusterPlace place, int siloPort, Driver driver)
    {
        lock (_gate)
        {
            _clusters.RemoveAll(c => !c.Cluster.HasSilos && c.Cluster.Silos.Length > 0);
            if (_clusters.SelectMany(c => c.Cluster.ActiveSilos).Any(s => s.Endpoint.SiloPort == siloPort))
            {
                throw new OrleansConfigurationException($"Port {siloPort} already belongs to another silo of this process; choose another siloPort.");
            }

            if (_clusters.Find(c => c.Place == place).Cluster is { } existing)
            {
                return existing;
            }

            var started = new Cluster(driver);
            _clusters.Add((place, started));
            return started;
        }
    }

    /// <returns>Null: no silo offers that gateway.</returns>
    public Cluster? FindByGateway(IReadOnlyCollection<int> gatewayPorts)
    {
        lock (_gate)
        {
            return _clusters.Select(c => c.Cluster)
                .FirstOrDefault(c => c.ActiveSilos.Any(s => gatewayPorts.Contains(s.Endpoint.GatewayPort)));
        }
    }
}

/// <summary>Where a cluster is: the silo port of its first member, and its names.</summary>
internal sealed record ClusterPlace(int PrimaryPort, string ServiceId, string ClusterId);
