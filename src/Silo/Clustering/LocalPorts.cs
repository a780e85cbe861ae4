using System.Net;
using System.Net.Sockets;

namespace OrleansDiffusion.Silo.Clustering;

/// <summary>Ports that nobody listens on at this moment.</summary>
internal static class LocalPorts
{
    public static (int First, int Second) FindTwo()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start(); // Both at once, so that they are two.
        return (PortOf(first), PortOf(second));
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
