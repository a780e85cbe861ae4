using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>A client that is not in a silo.</summary>
internal sealed class ClientNode(IServiceProvider services, string name)
    : Node(services, name, services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value)
{
    private bool _stopped;

    public void Connect(Cluster cluster)
    {
        Cluster = cluster;
        foreach (var handler in Services.GetServices<GatewayCountChangedHandler>())
        {
            cluster.GatewayCountChanged += (now, before) => handler(this, new GatewayCountChangedEventArgs(now, before));
        }
    }

    public void Disconnect() => _stopped = true;

    public override void ThrowIfStopped()
    {
        if (_stopped || !IsConnected)
        {
            throw new ObjectDisposedException(nameof(Orleans.IClusterClient), $"Client {Name} is not connected to a cluster.");
        }

        if (!Cluster.HasSilos)
        {
            throw new SiloUnavailableException("There is no silo that the client can reach.");
        }
    }

    protected override Exception NotConnected() => new ObjectDisposedException(nameof(Orleans.IClusterClient), $"Client {Name} is not connected.");
}
