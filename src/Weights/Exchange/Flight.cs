namespace OrleansDiffusion.Weights;

/// <summary>A chunk on its way, from one source or, once it took long, from two.</summary>
internal sealed class Flight(Chunk chunk)
{
    public Chunk Chunk { get; } = chunk;

    public List<Attempt> Attempts { get; } = [];
}

/// <summary>One request for one chunk.</summary>
/// <param name="Chunk">Which.</param>
/// <param name="Peer">Whom; null for the origin.</param>
/// <param name="Began">Time stamp.</param>
/// <param name="Cancel">Ends it when the chunk has come from elsewhere.</param>
internal sealed record Attempt(Chunk Chunk, PeerBook.Peer? Peer, long Began, CancellationTokenSource Cancel)
{
    public ChunkSource Source => Peer is null ? ChunkSource.Origin : ChunkSource.Peer;
}

/// <summary>How a request ended.</summary>
internal enum Ending
{
    Arrived,
    Corrupt,
    Gone,
    Failed,
    Cancelled,

    /// <summary>Not the source's fault: the fetch cannot go on.</summary>
    Fatal,
}

/// <param name="Attempt">Which request.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Error">For Failed and Fatal.</param>
internal sealed record Landing(Attempt Attempt, Ending Ending, Exception? Error = null);
