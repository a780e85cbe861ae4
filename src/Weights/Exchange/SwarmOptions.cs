namespace OrleansDiffusion.Weights;

/// <summary>How a model is fetched.</summary>
public sealed record SwarmOptions
{
    /// <summary>Chunks asked of one peer at a time. More fills long lines, and makes a slow peer's chunks wait longer. Default: 3.</summary>
    public int PeerSlots { get; init; } = 3;

    /// <summary>Chunks read from the origin at a time by this node. Default: 4.</summary>
    public int OriginSlots { get; init; } = 4;

    /// <summary>Chunks on their way at a time, of all fetches of the node; each has a buffer in memory. Default: 16, 128 MiB.</summary>
    public int BufferCountMax { get; init; } = 16;

    /// <summary>
    /// How many missing chunks are looked at, in the order of loading. Fewer brings the first component sooner, more gives
    /// more nodes something different to do. Default: 64, 512 MiB.
    /// </summary>
    public int WindowChunkCount { get; init; } = 64;

    /// <summary>A chunk that took that long, and three times the usual, is asked for elsewhere too. Default: 2 s.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the tracker is asked while nothing arrives; after each arrival it is asked anyway. Default: 50 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A tracker that has not answered by then is taken for absent; it is asked again later. Default: 2 s.</summary>
    public TimeSpan TrackerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many failures in a row, and a peer is not asked again during the fetch. Default: 2.</summary>
    public int PeerFailureCountMax { get; init; } = 2;

    /// <summary>How often a node says what it has of models that are not being fetched. Default: 5 s, a third of what the tracker endures.</summary>
    public TimeSpan ReportInterval { get; init; } = ChunkTracker.SilenceMax / 3;
}

/// <summary>Who this node is to its peers.</summary>
/// <param name="Name">Unique in the cluster, such as the silo's name.</param>
/// <param name="Address">Where peers reach its <see cref="ChunkServer"/>.</param>
public sealed record NodeIdentity(string Name, Uri Address);
