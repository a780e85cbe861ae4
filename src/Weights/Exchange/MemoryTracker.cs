namespace OrleansDiffusion.Weights;

/// <summary>A tracker for nodes of one process.</summary>
public sealed class MemoryTracker(TimeProvider time) : IChunkTracker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ChunkTracker> _manifests = new(StringComparer.Ordinal);

    public Task<ChunkPlaces> Report(ChunkReport report, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_manifests.TryGetValue(report.ManifestDigest, out var tracker))
                _manifests.Add(report.ManifestDigest, tracker = new ChunkTracker(report.ChunkCount));
            return Task.FromResult(tracker.Report(report, time.GetUtcNow()));
        }
    }

    public void Forget(string node)
    {
        lock (_lock)
        {
            foreach (var tracker in _manifests.Values) tracker.Forget(node);
        }
    }
}
