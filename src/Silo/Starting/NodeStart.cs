using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo;

/// <summary>Starts a host and says in one line why it cannot.</summary>
public static class NodeStart
{
    /// <exception cref="NodeStartException">The port is taken, the folder cannot be written, the disk is full...</exception>
    public static async Task StartAsync(IHost host, CancellationToken cancellation)
    {
        var isMade = false;
        try
        {
            _ = host.Services.GetServices<IHostedService>();
            isMade = true; // What could not even be made has nothing to stop.
            await host.StartAsync(cancellation);
        }
        catch (Exception exception)
        {
            if (isMade) await StopQuietly(host);
            if (Explain(exception) is { } reason) throw new NodeStartException(reason, exception);
            throw;
        }
    }

    /// <summary>A part that never started may refuse to stop; why the start failed is what the person wants to know.</summary>
    private static async Task StopQuietly(IHost host)
    {
        try
        {
            await host.StopAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            Trace.TraceInformation($"The host that did not start did not stop either: {exception.Message}");
        }
    }

    /// <summary>Returns when the host was told to stop, and has stopped.</summary>
    public static Task WaitForShutdownAsync(IHost host, CancellationToken cancellation) => host.WaitForShutdownAsync(cancellation);

    private static string? Explain(Exception exception) => exception switch
    {
        NodeStartException => null, // It says so already.
        StorageException storage => storage.Message,
        IOException { InnerException: { } inner } => Explain(inner) ?? exception.Message,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "The port is in use by another program; choose another one with --port.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "That address is not one of this machine's; choose another one with --host.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "This user may not listen on that port; choose one above 1023.",
        UnauthorizedAccessException denied => denied.Message,
        IOException io => io.Message,
        AggregateException { InnerException: { } inner } => Explain(inner),
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
