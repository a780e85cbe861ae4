namespace OrleansDiffusion.Weights;

/// <summary>Where a chunk came from.</summary>
public enum ChunkSource
{
    Cache,
    Peer,
    Origin,
}

/// <summary>Why a peer is not asked again during a fetch.</summary>
public enum PeerFault
{
    /// <summary>It gave bytes that are not the chunk.</summary>
    Corrupt,

    /// <summary>It did not answer, or broke off, several times in a row.</summary>
    Silent,
}

/// <summary>Something that a ledger, a log or a counter may want to know.</summary>
public abstract record WeightsEvent;

/// <param name="ManifestDigest">Of the model that is fetched.</param>
/// <param name="Chunk">Verified and readable.</param>
/// <param name="Source">Peer or Origin.</param>
/// <param name="Peer">The peer's node id; null from the origin.</param>
/// <param name="Elapsed">From the request to the last byte, written.</param>
public sealed record ChunkFetched(string ManifestDigest, Chunk Chunk, ChunkSource Source, string? Peer, TimeSpan Elapsed) : WeightsEvent;

/// <summary>A fetch is over: whole, failed with <paramref name="Error"/>, or given up by those who wanted it.</summary>
public sealed record FetchEnded(string ManifestDigest, FetchProgress Progress, string? Error) : WeightsEvent;

/// <summary>A peer is not asked again during this fetch.</summary>
public sealed record PeerDropped(string ManifestDigest, string Peer, PeerFault Fault, string Message) : WeightsEvent;

/// <summary>A chunk took long and was asked for a second time elsewhere.</summary>
public sealed record ChunkHedged(string ManifestDigest, Chunk Chunk) : WeightsEvent;

/// <summary>The origin failed or gave wrong bytes; the fetch goes on while peers may have the chunk.</summary>
public sealed record OriginFault(string ManifestDigest, Chunk Chunk, string Message) : WeightsEvent;

/// <summary>The tracker did not answer; this node reads from the origin and from the peers that it knew.</summary>
public sealed record TrackerFault(string ManifestDigest, string Message) : WeightsEvent;

/// <summary>A stored chunk no longer matches its hash: it is missing from now on.</summary>
public sealed record CorruptChunkFound(string FileSha256, int Index) : WeightsEvent;

/// <summary>A chunk arrived but could not be brought to the disk: it is missing from now on.</summary>
public sealed record ChunkNotStored(string FileSha256, int Index, string Message) : WeightsEvent;

/// <summary>A model left the cache to make room. Its bytes are counted with what it shared.</summary>
public sealed record ModelEvicted(string ManifestDigest, string Version, long Bytes) : WeightsEvent;

/// <summary>Something about the folder of the cache that a person may want to know, such as what was found there and removed.</summary>
public sealed record CacheNote(string Name, string Message) : WeightsEvent;

/// <summary>Is told what happens to weights. Called from many threads; must be quick and must not throw.</summary>
public interface IWeightsObserver
{
    void Seen(WeightsEvent what);
}

/// <summary>For who does not want to know.</summary>
public sealed class NoWeightsObserver : IWeightsObserver
{
    public static NoWeightsObserver Instance { get; } = new();

    public void Seen(WeightsEvent what)
    {
        // Nobody asked.
    }
}
