using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench.Swarm;

/// <summary>Chunks from one node to another, and the same bytes over bare sockets: in turns, over as many connections.</summary>
internal static class ChunkLine
{
    private const int RoundCount = 7;
    private const int PieceBytes = 1 << 20;
    private const double Mebi = 1 << 20;

    /// <summary>As a fetch asks one peer.</summary>
    private static readonly int ConnectionCount = new SwarmOptions().PeerSlots;

    public static async Task<IReadOnlyList<Figure>> Measure(DirectoryInfo folder, SwarmModel model, CancellationToken cancellation)
    {
        await using var node = await SwarmNode.Start("line", folder, new MemoryTracker(TimeProvider.System));
        await using var fetch = await node.Weights.Open(model.Manifest, new FolderOrigin(model.Folder), cancellation);
        await fetch.WhenStored(cancellation);
        var buffers = Enumerable.Range(0, ConnectionCount).Select(_ => new byte[model.Manifest.ChunkBytes]).ToArray();
        List<double> chunks = [], plain = [], raw = [], files = [];
        for (var round = 0; round < RoundCount; round++)
        {
            chunks.Add(await Chunks((chunk, buffer) => node.Client.Read(node.Address, chunk, buffer, cancellation), model.Manifest, buffers));
            plain.Add(await Chunks((chunk, buffer) => node.ReadPlain(chunk, buffer, cancellation), model.Manifest, buffers));
            raw.Add(await Raw(model.Manifest, buffers, file: null, cancellation));
            files.Add(await Raw(model.Manifest, buffers, fetch.FillingFile("unet/model.onnx"), cancellation));
        }

        var bytes = model.Manifest.ContentBytes / Mebi;
        return
        [
            new("chunk_over_raw_tcp_ratio", Ratio(raw, chunks), $"chunks over bare TCP from memory, {ConnectionCount} connections", BudgetMin: 0.8),
            new("chunk_over_file_tcp_ratio", Ratio(files, chunks), "the same over bare TCP of bytes that are read from a file"),
            new("plain_over_raw_tcp_ratio", Ratio(raw, plain), "the same for chunks that are asked for by plain HTTP, one request each"),
            new("chunk_mib_per_s", bytes / Statistics.Median(chunks), "chunks over lines, signed, from the page cache into memory"),
            new("raw_tcp_mib_per_s", bytes / Statistics.Median(raw), "the same bytes, memory to memory"),
        ];
    }

    private static double Ratio(List<double> bare, List<double> chunks) => Statistics.Median(bare.Zip(chunks, (one, other) => one / other));

    public static async Task<double> Chunks(Func<Chunk, Memory<byte>, Task> read, ChunkManifest manifest, byte[][] buffers)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(buffers.Select(async (buffer, line) =>
        {
            for (var number = line; number < manifest.Chunks.Count; number += buffers.Length)
            {
                var chunk = manifest.Chunks[number];
                await read(chunk, buffer.AsMemory(0, chunk.Bytes));
            }
        }));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Seconds for so many bytes over bare sockets, one for each buffer.</summary>
    /// <param name="manifest">How many bytes.</param>
    /// <param name="buffers">Into which they come, one for each connection.</param>
    /// <param name="file">Read for each piece, from the page cache; null to send what is in memory.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="landed">Called with each chunk that has arrived, beside the other connections.</param>
    public static async Task<double> Raw(
        ChunkManifest manifest, byte[][] buffers, string? file, CancellationToken cancellation, Action<Chunk, ReadOnlyMemory<byte>>? landed = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lines = new List<(Socket Sender, Socket Receiver, List<Chunk> Chunks)>();
        for (var line = 0; line < buffers.Length; line++)
        {
            var receiver = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await receiver.ConnectAsync(listener.LocalEndpoint, cancellation);
            var chunks = manifest.Chunks.Where(chunk => chunk.Number % buffers.Length == line).ToList();
            lines.Add((await listener.AcceptSocketAsync(cancellation), receiver, chunks));
        }

        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(lines.Zip(buffers, (line, buffer) => Task.WhenAll(
            Send(line.Sender, line.Chunks.Sum(chunk => (long)chunk.Bytes), file, cancellation),
            Receive(line.Receiver, line.Chunks, buffer, landed, cancellation))));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var (sender, receiver, _) in lines)
        {
            sender.Dispose();
            receiver.Dispose();
        }

        return seconds;
    }

    private static async Task Send(Socket socket, long bytes, string? path, CancellationToken cancellation)
    {
        await Task.Yield();
        using var file = path is null ? null : File.OpenHandle(path);
        var piece = new byte[PieceBytes];
        for (var offset = 0L; bytes > 0;)
        {
            var count = (int)Math.Min(piece.Length, bytes);
            if (file is not null) count = Math.Min(count, RandomAccess.Read(file, piece, offset));
            offset = count < piece.Length ? 0 : offset + count;
            for (var sent = 0; sent < count;) sent += await socket.SendAsync(piece.AsMemory(sent, count - sent), cancellation);
            bytes -= count;
        }
    }

    private static async Task Receive(
        Socket socket, List<Chunk> chunks, byte[] buffer, Action<Chunk, ReadOnlyMemory<byte>>? landed, CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var chunk in chunks)
        {
            for (int read = 0, count; read < chunk.Bytes; read += count)
            {
                count = await socket.ReceiveAsync(buffer.AsMemory(read, chunk.Bytes - read), cancellation);
                if (count == 0) throw new EndOfStreamException();
            }

            landed?.Invoke(chunk, buffer.AsMemory(0, chunk.Bytes));
        }
    }
}
