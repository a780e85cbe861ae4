namespace OrleansDiffusion.Weights;

/// <summary>A node's weights: opens models by their manifest, fetching what is missing, and tells the tracker what is here.</summary>
public sealed class WeightsNode : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RunningFetch> _running = new(StringComparer.Ordinal);
    private readonly WeightsCache _cache;
    private readonly NodeIdentity _self;
    private readonly IChunkTracker _tracker;
    private readonly IChunkPeers _peers;
    private readonly SwarmOptions _options;
    private readonly TimeProvider _time;
    private readonly IWeightsObserver _observer;
    private readonly ChunkBuffers _buffers;

    /// <param name="cache">Where chunks are kept; its lifetime is the caller's.</param>
    /// <param name="self">Who this node is to others.</param>
    /// <param name="tracker">Who knows the others.</param>
    /// <param name="peers">How they are asked.</param>
    /// <param name="options">How models are fetched.</param>
    /// <param name="time">For pauses and hedges.</param>
    /// <param name="observer">Is told what happens.</param>
    public WeightsNode(
        WeightsCache cache, NodeIdentity self, IChunkTracker tracker, IChunkPeers peers, SwarmOptions options, TimeProvider time,
        IWeightsObserver? observer = null)
    {
        (_cache, _self, _tracker, _peers, _options, _time) = (cache, self, tracker, peers, options, time);
        _observer = observer ?? NoWeightsObserver.Instance;
        _buffers = new ChunkBuffers(options.BufferCountMax);
    }

    /// <summary>Gives the model room and begins to fetch what is missing, or joins who does already.</summary>
    /// <exception cref="WeightsException">It does not fit; nothing was fetched.</exception>
    public Task<ModelFetch> Open(ChunkManifest manifest, IWeightsOrigin origin, CancellationToken cancellation = default) =>
        Task.Run(() => Join(manifest, origin), cancellation);

    /// <summary>Tells the tracker what is here of every model that is not being fetched.</summary>
    public async Task ReportAll(CancellationToken cancellation)
    {
        foreach (var model in _cache.Models.Where(model => model.Have.Count > 0 && !IsFetching(model.ManifestDigest)))
        {
            var report = new ChunkReport(model.ManifestDigest, model.Have.Size, _self.Name, _self.Address, model.Have.ToBytes(), [], [], 0, []);
            await _tracker.Report(report, cancellation).WaitAsync(_options.TrackerTimeout, _time, cancellation);
        }
    }

    /// <summary>Reports from time to time until it is cancelled. A tracker that fails is told again the next time.</summary>
    public async Task KeepReporting(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_options.ReportInterval, _time);
        do
        {
            try
            {
                await ReportAll(cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                _observer.Seen(new TrackerFault("", error.Message));
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        List<RunningFetch> running;
        lock (_lock)
        {
            running = [.. _running.Values];
            _running.Clear();
        }

        foreach (var fetch in running) await End(fetch);
        _buffers.Dispose();
    }

    private ModelFetch Join(ChunkManifest manifest, IWeightsOrigin origin)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(manifest.Digest, out var fetch) || fetch.IsStale)
                _running[manifest.Digest] = fetch = Begin(manifest, origin);
            fetch.UserCount++;
            return new ModelFetch(fetch, () => LetGo(fetch));
        }
    }

    private RunningFetch Begin(ChunkManifest manifest, IWeightsOrigin origin)
    {
        var lease = _cache.Lease(manifest);
        var cachedBytes = lease.Have.Numbers.Sum(number => (long)manifest.Chunks[number].Bytes);
        var fetch = new RunningFetch(lease, new FetchCounts(manifest.ContentBytes, cachedBytes, _time));
        var sources = new SwarmSources(origin, _peers, _buffers, _time);
        var tracking = new SwarmTracking(_tracker, _self, manifest, _options, _time);
        var swarm = new SwarmFetch(lease, sources, tracking, _options, _observer, fetch.Counts);
        fetch.Run = Task.Run(() => swarm.Run(fetch.Cancel.Token));
        fetch.After = After(fetch, swarm);
        return fetch;
    }

    private async Task After(RunningFetch fetch, SwarmFetch swarm)
    {
        await fetch.Run.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _observer.Seen(new FetchEnded(fetch.Lease.Manifest.Digest, fetch.Counts.Now, fetch.Run.Exception?.InnerException?.Message));
        await swarm.Tell(fetch.Cancel.Token);
    }

    private async Task LetGo(RunningFetch fetch)
    {
        lock (_lock)
        {
            if (--fetch.UserCount > 0) return;
            if (_running.GetValueOrDefault(fetch.Lease.Manifest.Digest) == fetch) _running.Remove(fetch.Lease.Manifest.Digest);
        }

        await End(fetch);
    }

    private static async Task End(RunningFetch fetch)
    {
        await fetch.Cancel.CancelAsync();
        await fetch.After;
        fetch.Lease.Dispose();
    }

    private bool IsFetching(string digest)
    {
        lock (_lock) return _running.TryGetValue(digest, out var fetch) && !fetch.Run.IsCompleted;
    }
}
