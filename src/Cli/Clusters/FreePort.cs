using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>
/// Ports for processes that are about to start. Not those that the system hands out: until the process listens, another
/// one's outgoing connection may have taken such a port.
/// </summary>
internal static class FreePort
{
    private const int Min = 20_000;
    private const int Max = 32_000;

    private static readonly HashSet<int> Given = [];

    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(Min, Max);
            if (IsFree(port) && Given.Add(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
