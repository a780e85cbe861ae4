namespace OrleansDiffusion.Weights;

/// <summary>
/// One user's hold on a model that is arriving or has arrived. While it is held, nothing of the model is evicted; the last
/// one to let go of an unfinished fetch ends it.
/// </summary>
public sealed class ModelFetch : IAsyncDisposable
{
    private readonly RunningFetch _fetch;
    private Func<Task>? _letGo;

    internal ModelFetch(RunningFetch fetch, Func<Task> letGo) => (_fetch, _letGo) = (fetch, letGo);

    public ChunkManifest Manifest => _fetch.Lease.Manifest;

    /// <inheritdoc cref="ModelLease.Folder"/>
    public string Folder => _fetch.Lease.Folder;

    /// <inheritdoc cref="ModelLease.FillingFolder"/>
    public string FillingFolder => _fetch.Lease.FillingFolder;

    public FetchProgress Progress => _fetch.Counts.Now;

    /// <inheritdoc cref="ModelLease.FillingFile"/>
    public string FillingFile(string path) => _fetch.Lease.FillingFile(path);

    /// <summary>Ends when the whole file can be read: by its name in <see cref="Folder"/>, or mapped.</summary>
    /// <exception cref="WeightsException">It will not come.</exception>
    public Task WhenArrived(string path, CancellationToken cancellation = default) => OrFailed(_fetch.Lease.WhenArrived(path, cancellation));

    /// <summary>Ends when that part of the file can be read through <see cref="FillingFile"/>.</summary>
    /// <exception cref="WeightsException">It will not come.</exception>
    public Task WhenArrived(string path, long offset, long length, CancellationToken cancellation = default) =>
        OrFailed(_fetch.Lease.WhenArrived(path, offset, length, cancellation));

    /// <summary>Ends when every file can be read.</summary>
    /// <exception cref="WeightsException">It will not come.</exception>
    public Task WhenComplete(CancellationToken cancellation = default) => _fetch.Run.WaitAsync(cancellation);

    /// <summary>Ends when everything is on the disk and need not be fetched again after a power loss.</summary>
    /// <exception cref="WeightsException">It will not come, or the disk refused.</exception>
    public async Task WhenStored(CancellationToken cancellation = default)
    {
        await WhenComplete(cancellation);
        await _fetch.Lease.WhenStored(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _letGo, null) is { } letGo) await letGo();
    }

    private async Task OrFailed(Task arrived)
    {
        if (await Task.WhenAny(arrived, _fetch.Run) == _fetch.Run) await _fetch.Run; // Throws if it failed; else all has arrived.
        await arrived;
    }
}

/// <summary>A fetch that several may share.</summary>
internal sealed class RunningFetch(ModelLease lease, FetchCounts counts)
{
    public ModelLease Lease { get; } = lease;

    public FetchCounts Counts { get; } = counts;

    public CancellationTokenSource Cancel { get; } = new();

    public Task Run { get; set; } = Task.CompletedTask;

    /// <summary>The fetch and the last word to the tracker; never fails.</summary>
    public Task After { get; set; } = Task.CompletedTask;

    public int UserCount { get; set; }

    /// <summary>It failed, or chunks of what it brought were found wrong since: who comes now needs another one.</summary>
    public bool IsStale => Run.IsFaulted || (Run.IsCompleted && !Lease.Have.IsFull);
}
