namespace OrleansDiffusion.Weights;

/// <summary>How far a fetch is.</summary>
/// <param name="TotalBytes">Of the model; files with equal content once.</param>
/// <param name="CacheBytes">What was here when it began.</param>
/// <param name="PeerBytes">What peers gave.</param>
/// <param name="OriginBytes">What the origin gave.</param>
/// <param name="PeerChunkCount">In chunks.</param>
/// <param name="OriginChunkCount">In chunks.</param>
/// <param name="Elapsed">Since it began; stands still once it is over.</param>
public sealed record FetchProgress(
    long TotalBytes, long CacheBytes, long PeerBytes, long OriginBytes, int PeerChunkCount, int OriginChunkCount, TimeSpan Elapsed)
{
    public long ArrivedBytes => CacheBytes + PeerBytes + OriginBytes;

    public double PeerBytesPerSecond => Rate(PeerBytes);

    public double OriginBytesPerSecond => Rate(OriginBytes);

    private double Rate(long bytes) => Elapsed > TimeSpan.Zero ? bytes / Elapsed.TotalSeconds : 0;
}

/// <summary>Counts a fetch from many threads.</summary>
internal sealed class FetchCounts(long totalBytes, long cacheBytes, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private (long Bytes, int Chunks) _peers;
    private (long Bytes, int Chunks) _origin;
    private TimeSpan? _took;

    public FetchProgress Now
    {
        get
        {
            lock (_lock)
            {
                var elapsed = _took ?? time.GetElapsedTime(_began);
                return new FetchProgress(totalBytes, cacheBytes, _peers.Bytes, _origin.Bytes, _peers.Chunks, _origin.Chunks, elapsed);
            }
        }
    }

    public void Add(ChunkSource source, int bytes)
    {
        lock (_lock)
        {
            if (source == ChunkSource.Peer) _peers = (_peers.Bytes + bytes, _peers.Chunks + 1);
            else _origin = (_origin.Bytes + bytes, _origin.Chunks + 1);
        }
    }

    public void End()
    {
        lock (_lock) _took ??= time.GetElapsedTime(_began);
    }
}
