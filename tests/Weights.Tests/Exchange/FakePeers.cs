using System.Collections.Concurrent;

namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>Peers and an origin whose behaviour a test writes.</summary>
internal sealed class FakePeers(SmallModel model) : IChunkPeers, IWeightsOrigin
{
    public Func<Uri, Chunk, Memory<byte>, CancellationToken, Task<bool>>? OnPeer { get; set; }

    public Func<Chunk, Memory<byte>, CancellationToken, Task>? OnOrigin { get; set; }

    public ConcurrentQueue<(Uri Peer, int Chunk)> PeerReads { get; } = new();

    public ConcurrentQueue<int> OriginReads { get; } = new();

    public string Name => "fake";

    public async Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation)
    {
        PeerReads.Enqueue((peer, chunk.Number));
        if (OnPeer is not null) return await OnPeer(peer, chunk, into, cancellation);
        Give(chunk, into);
        return true;
    }

    public async Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        var chunk = model.Manifest.Chunks.Single(one => one.File.Path == path && one.Offset == offset && one.Bytes == into.Length);
        OriginReads.Enqueue(chunk.Number);
        if (OnOrigin is not null) await OnOrigin(chunk, into, cancellation);
        else Give(chunk, into);
    }

    public void Give(Chunk chunk, Memory<byte> into) => model.BytesOf(chunk).CopyTo(into.Span);
}
