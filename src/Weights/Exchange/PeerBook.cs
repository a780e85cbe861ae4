namespace OrleansDiffusion.Weights;

/// <summary>What a fetch knows of its peers. For one thread.</summary>
internal sealed class PeerBook(int chunkCount, SwarmOptions options)
{
    private readonly Dictionary<string, Peer> _peers = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Dropped => [.. _peers.Values.Where(peer => peer.IsDropped).Select(peer => peer.Node)];

    private IEnumerable<Peer> Usable => _peers.Values.Where(peer => !peer.IsDropped);

    /// <summary>Takes the tracker's answer in. Who is not in it has nothing now; what is known of a peer's faults stays.</summary>
    public void Learn(IReadOnlyList<ChunkPeer> told)
    {
        foreach (var peer in _peers.Values) peer.Have = new ChunkSet(chunkCount);
        foreach (var one in told)
        {
            if (ChunkSet.FromBytes(chunkCount, one.Have) is not { } have) continue;
            if (!_peers.TryGetValue(one.Node, out var peer)) _peers.Add(one.Node, peer = new Peer(one.Node));
            (peer.Address, peer.Have) = (one.Address, have);
        }
    }

    public int HoldersOf(int chunk) => Usable.Count(peer => peer.Have.Contains(chunk));

    /// <summary>The least busy peer that has the chunk and takes one more request, other than <paramref name="except"/>.</summary>
    public Peer? FreeHolderOf(int chunk, Peer? except = null) =>
        Usable.Where(peer => peer != except && peer.Busy < options.PeerSlots && peer.Have.Contains(chunk)).MinBy(peer => (peer.Busy, peer.Read));

    /// <returns>Whether the peer is not asked again from now on.</returns>
    public bool Failed(Peer peer)
    {
        peer.IsDropped |= ++peer.Failures == options.PeerFailureCountMax;
        return peer.Failures == options.PeerFailureCountMax;
    }

    internal sealed class Peer(string node)
    {
        public string Node { get; } = node;

        public Uri Address { get; set; } = null!;

        public ChunkSet Have { get; set; } = null!;

        /// <summary>Requests that are under way.</summary>
        public int Busy { get; set; }

        /// <summary>Chunks that it gave.</summary>
        public int Read { get; set; }

        /// <summary>In a row.</summary>
        public int Failures { get; set; }

        public bool IsDropped { get; set; }
    }
}
