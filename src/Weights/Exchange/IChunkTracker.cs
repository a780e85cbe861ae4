namespace OrleansDiffusion.Weights;

/// <summary>Knows, for each manifest, which node has which chunks and who reads what from the origin. A grain, or memory.</summary>
public interface IChunkTracker
{
    /// <summary>Says what a node has and does, and asks what the others have. Called often during a fetch; cheap.</summary>
    Task<ChunkPlaces> Report(ChunkReport report, CancellationToken cancellation);
}

/// <summary>What one node says about one manifest.</summary>
/// <param name="ManifestDigest">Which one.</param>
/// <param name="ChunkCount">How many chunks it has.</param>
/// <param name="Node">The node's name, unique in the cluster.</param>
/// <param name="Address">Where its chunks are served.</param>
/// <param name="Have">Bitmap of the chunks that it serves.</param>
/// <param name="Reading">Chunks that it reads from the origin now; claims on others end.</param>
/// <param name="Wanted">Chunks that it would read from the origin, best first.</param>
/// <param name="GrantMax">How many more of them it can read now.</param>
/// <param name="Distrusted">Nodes whose chunks it does not count as there.</param>
public sealed record ChunkReport(
    string ManifestDigest, int ChunkCount, string Node, Uri Address, byte[] Have, IReadOnlyList<int> Reading, IReadOnlyList<int> Wanted,
    int GrantMax, IReadOnlyList<string> Distrusted);

/// <summary>What a node learns.</summary>
/// <param name="Peers">The others; at most <see cref="ChunkTracker.PeerCountMax"/>, not always the same.</param>
/// <param name="Granted">Those of the wanted chunks that it shall read from the origin.</param>
/// <param name="Claimed">Chunks that others read from the origin now: to be had from them soon.</param>
public sealed record ChunkPlaces(IReadOnlyList<ChunkPeer> Peers, IReadOnlyList<int> Granted, IReadOnlyList<int> Claimed);

/// <param name="Node">Its name.</param>
/// <param name="Address">Where to ask it.</param>
/// <param name="Have">Bitmap of the chunks that it had when it last said so.</param>
public sealed record ChunkPeer(string Node, Uri Address, byte[] Have);
