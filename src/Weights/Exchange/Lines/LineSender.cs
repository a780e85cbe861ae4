using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>
/// The sending end of a line. With a socket everything goes straight to it, and nothing through the server's own buffers;
/// without one (TLS, another system) everything goes into the stream.
/// </summary>
internal sealed class LineSender(Stream stream, Socket? socket, LineOptions options, CancellationToken aborted)
{
    /// <summary>What is read of a file at a time where the kernel does not send it.</summary>
    private const int PieceBytes = 256 << 10;

    /// <summary>
    /// When the socket is full, so much is sent the ordinary way: that ends when there is room again, without a thread that
    /// waits for it.
    /// </summary>
    private const int WaitBytes = 4 << 10;

    private readonly byte[] _piece = new byte[PieceBytes];
    private bool _isKernelSending = socket is not null;

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, aborted);
        if (socket is null) await stream.WriteAsync(bytes, both.Token);
        else while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, both.Token)..];
    }

    public async Task Send(SafeFileHandle file, long from, long end)
    {
        while (from < end) from += await SendSome(file, from, (int)Math.Min(int.MaxValue, end - from));
    }

    private async ValueTask<int> SendSome(SafeFileHandle file, long from, int count)
    {
        if (_isKernelSending)
        {
            var sent = KernelSend.Send(socket!.SafeHandle, file, from, count);
            if (sent > 0) return sent.Value;
            _isKernelSending = sent is not null; // Else the ordinary way finds out whether it is the file's fault or the line's.
        }

        var piece = _piece.AsMemory(0, Math.Min(_isKernelSending ? WaitBytes : PieceBytes, count));
        var read = RandomAccess.Read(file, piece.Span, from);
        if (read == 0) throw new EndOfStreamException("A file of the weights cache is shorter than it was made.");
        await Send(piece[..read]);
        return read;
    }
}
