using System.Net.Sockets;

namespace OrleansDiffusion.Weights;

/// <summary>
/// The sending end of a line. With a socket everything goes straight to it, files out of their mapping: the only copy is the
/// kernel's. Without one (TLS) everything goes into the server's stream.
/// </summary>
internal sealed class LineSender(Stream stream, Socket? socket, LineOptions options, CancellationToken aborted)
{
    /// <summary>Sent at a time: a client that takes less in <see cref="LineOptions.StallTimeout"/> is dropped.</summary>
    private const int PieceBytes = 1 << 20;

    private byte[] _piece = [];

    /// <summary>
    /// Whether files may come mapped. To a socket the kernel copies, and a page that cannot be read is an error of the call;
    /// copied by the server it would end the process.
    /// </summary>
    public bool MayMap => socket is not null;

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, aborted);
        if (socket is null) await stream.WriteAsync(bytes, both.Token);
        else while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, both.Token)..];
    }

    public async Task Send(CachedFile.Hold file, long from, long end)
    {
        for (int count; from < end; from += count)
        {
            count = (int)Math.Min(PieceBytes, end - from);
            await Send(file.View is { } view ? new MappedBytes(view, from, count).Memory : Read(file, from, count));
        }
    }

    private ReadOnlyMemory<byte> Read(CachedFile.Hold file, long from, int count)
    {
        if (_piece.Length == 0) _piece = new byte[PieceBytes];
        var read = RandomAccess.Read(file.Data, _piece.AsSpan(0, count), from);
        if (read < count) throw new EndOfStreamException("A file of the weights cache is shorter than it was made.");
        return _piece.AsMemory(0, count);
    }
}
