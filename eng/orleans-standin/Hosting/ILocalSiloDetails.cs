using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace Orleans.Runtime;

/// <summary>Who this silo is.</summary>
public interface ILocalSiloDetails
{
    string Name { get; }

    string ClusterId { get; }

    string DnsHostName { get; }

    SiloAddress SiloAddress { get; }

    SiloAddress? GatewayAddress { get; }
}

internal sealed class LocalSiloDetails(SiloNode silo, IOptions<ClusterOptions> cluster) : ILocalSiloDetails
{
    public string Name => silo.Name;

    public string ClusterId => cluster.Value.ClusterId;

    public string DnsHostName => Dns.GetHostName();

    public SiloAddress SiloAddress => silo.Address ?? throw new SiloUnavailableException($"Silo {silo.Name} has not started yet.");

    public SiloAddress? GatewayAddress => SiloAddress.New(SiloAddress.Endpoint.Address, silo.Endpoint.GatewayPort, SiloAddress.Generation);
}
