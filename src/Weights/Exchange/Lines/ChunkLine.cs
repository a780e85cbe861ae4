using System.Net;

namespace OrleansDiffusion.Weights;

/// <summary>The client's end of a line; for one request at a time.</summary>
internal sealed class ChunkLine(Uri peer, HttpResponseMessage upgraded, Stream stream, byte[] nonce, ClusterSecret secret) : IDisposable
{
    private readonly byte[] _head = new byte[LineProtocol.HeadBytes];
    private long _asked;

    public Uri Peer { get; } = peer;

    /// <summary>When it was last put back, as a time stamp.</summary>
    public long IdleSince { get; set; }

    /// <returns>Whether the peer has the chunk; null if it had closed the line before it was asked.</returns>
    /// <exception cref="IOException">It broke off, or says what nobody asked for.</exception>
    public async Task<bool?> Read(LineRequest request, Memory<byte> into, Stall stall)
    {
        if (!await Ask(request, stall)) return null;
        var (status, length) = LineProtocol.ReadHead(_head);
        if (status == (int)HttpStatusCode.NotFound && length == 0) return false;
        if (status != (int)HttpStatusCode.OK) throw new IOException($"{Peer} answers {status}.");
        if (length != into.Length) throw new IOException($"{Peer} sends another length than the chunk's.");
        for (var read = 0; read < into.Length;)
        {
            var count = await stream.ReadAsync(into[read..], stall.Alive());
            if (count == 0) throw new EndOfStreamException($"{Peer} broke off.");
            read += count;
        }

        return true;
    }

    public void Dispose()
    {
        stream.Dispose();
        upgraded.Dispose();
    }

    /// <returns>False if the line ended before the first byte of an answer.</returns>
    private async Task<bool> Ask(LineRequest request, Stall stall)
    {
        try
        {
            await stream.WriteAsync(request.Sign(secret, nonce, _asked++), stall.Alive());
            var read = await stream.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, stall.Alive());
            if (read is > 0 and < LineProtocol.HeadBytes) throw new EndOfStreamException($"{Peer} broke off.");
            return read > 0;
        }
        catch (IOException error) when (error is not EndOfStreamException)
        {
            return false;
        }
    }
}
