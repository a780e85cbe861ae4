using System.Threading.Channels;

namespace OrleansDiffusion.Weights;

/// <summary>
/// Brings chunks to the disk behind the backs of those who use them: what has gathered while the disk was busy is synced
/// with one call per file. Holds no bytes, only which chunks.
/// </summary>
internal sealed class StoreQueue : IAsyncDisposable
{
    private readonly Channel<(CachedFile File, int Index)> _waiting = Channel.CreateUnbounded<(CachedFile, int)>();
    private readonly IWeightsObserver _observer;
    private readonly Task _run;

    public StoreQueue(IWeightsObserver observer)
    {
        _observer = observer;
        _run = Task.Run(Run);
    }

    public void Add(CachedFile file, int index) => _waiting.Writer.TryWrite((file, index));

    /// <summary>Ends once everything is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _run;
    }

    private async Task Run()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var batch = new List<(CachedFile File, int Index)>();
            while (_waiting.Reader.TryRead(out var next)) batch.Add(next);
            foreach (var one in batch.GroupBy(entry => entry.File)) Store(one.Key, [.. one.Select(entry => entry.Index)]);
        }
    }

    private void Store(CachedFile file, IReadOnlyList<int> indices)
    {
        try
        {
            file.Store(indices);
        }
        catch (ObjectDisposedException)
        {
            file.Lose(indices, new WeightsException(WeightsError.DiskFailed, $"{file.File.Path} left the cache before it was stored."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file.Lose(indices, new WeightsException(WeightsError.DiskFailed, $"{file.DataPath} cannot be written: {error.Message}", error));
            foreach (var index in indices) _observer.Seen(new ChunkNotStored(file.File.Sha256, index, error.Message));
        }
    }
}
