using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Replicas;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>
/// Holds ahead what the cluster wants here: fetches it to the disk and keeps it in memory, one model at a time and only while
/// no model is being loaded. What it does not get to it does later; nobody waits for it.
/// </summary>
internal sealed partial class StandbyWeights(
    NodeWeights weights, ImportShelf shelf, SharedImports imports, LoadsUnderWay loads, TimeProvider time, ILogger<StandbyWeights> log)
    : BackgroundService, IHeldWeights
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>After a failure: whoever had the weights may have left, or the disk may be full.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _failedAt = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _news = new(0);
    private volatile WeightsOrders? _orders;
    private (string Name, CancellationTokenSource Stop)? _now;

    public SiloWeights Weights
    {
        get
        {
            var inMemory = weights.Memory.Digests.ToHashSet(StringComparer.Ordinal);
            return new SiloWeights
            {
                DiskBytes = weights.Own.BudgetBytes,
                MemoryBytes = weights.Own.MemoryBytes,
                Held = [.. shelf.Held.Select(held => new HeldWeights(held.Name, held.Manifest.ContentBytes, TierOf(held, inMemory)))],
            };
        }
    }

    public void Want(WeightsOrders orders)
    {
        lock (_lock)
        {
            if (orders.Equals(_orders)) return;
            _orders = orders;
            if (_now is { } now && !orders.Disk.Contains(now.Name) && !orders.Memory.Contains(now.Name)) _ = now.Stop.CancelAsync();
        }

        _news.Release();
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            ReleaseUnwanted();
            DiffusionMeter.WeightsHeld(weights.Cache.UsedBytes, weights.Memory.UsedBytes);
            var untilLoad = await loads.WhenNone(stoppingToken);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, untilLoad);
            if (Begin(stop) is { } work) await Do(work, stop.Token, stoppingToken);
            else await _news.WaitAsync(LookInterval, stoppingToken);
        }
    }

    private static WeightsTier TierOf(HeldImport held, HashSet<string> inMemory) =>
        inMemory.Contains(held.Manifest.Digest) ? WeightsTier.Memory : held.IsWhole ? WeightsTier.Disk : WeightsTier.Part;

    /// <param name="stop">For when it is not wanted any more.</param>
    private (string Name, Func<CancellationToken, Task> Run)? Begin(CancellationTokenSource stop)
    {
        lock (_lock)
        {
            var next = _orders is { } orders ? NextOf(orders) : null;
            _now = next is { } begun ? (begun.Name, stop) : null;
            return next;
        }
    }

    /// <summary>Memory first, since that is soon done.</summary>
    private (string Name, Func<CancellationToken, Task> Run)? NextOf(WeightsOrders orders)
    {
        var whole = shelf.Held.Where(held => held.IsWhole).ToDictionary(held => held.Name, StringComparer.Ordinal);
        var inMemory = weights.Memory.Digests;
        foreach (var name in orders.Memory.Where(MayTry))
            if (whole.TryGetValue(name, out var held) && !inMemory.Contains(held.Manifest.Digest)) return (name, stop => Keep(held, stop));
        return orders.Disk.Where(MayTry).FirstOrDefault(name => !whole.ContainsKey(name)) is { } missing ? (missing, stop => Fetch(missing, stop)) : null;
    }

    private bool MayTry(string name) => !_failedAt.TryGetValue(name, out var at) || time.GetElapsedTime(at) > RetryAfter;

    /// <summary>What is cancelled because a model is loaded now, or because something else is wanted, is looked at anew.</summary>
    private async Task Do((string Name, Func<CancellationToken, Task> Run) work, CancellationToken stop, CancellationToken stopping)
    {
        try
        {
            await work.Run(stop);
            _failedAt.Remove(work.Name);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            Log.Later(log, work.Name);
        }
        catch (Exception problem) when (!stopping.IsCancellationRequested)
        {
            // Whatever it is: nobody waits for this, and the silo goes on without.
            _failedAt[work.Name] = time.GetTimestamp();
            Log.NotHeld(log, work.Name, problem.Message);
        }
        finally
        {
            lock (_lock) _now = null;
        }
    }

    private async Task Fetch(string name, CancellationToken cancellation)
    {
        var manifest = await imports.Find(name, cancellation)
            ?? throw new WeightsException(WeightsError.OriginFailed, "no silo that can be asked has it.");
        weights.Cache.Prefer(shelf.Held.Where(held => _orders!.Disk.Contains(held.Name)).Select(held => held.Manifest.Digest));
        await using (var fetch = await weights.Node.Open(manifest, imports.OriginOf(name), cancellation)) await fetch.WhenStored(cancellation);
        if (shelf.Find(name) is not { IsWhole: true }) throw new WeightsException(WeightsError.ManifestInvalid, "it is of another runtime.");
        Log.Fetched(log, name, manifest.ContentBytes);
    }

    private async Task Keep(HeldImport held, CancellationToken cancellation)
    {
        var folder = weights.Cache.Find(held.Manifest.Digest)?.Folder ?? throw new WeightsException(WeightsError.CacheFull, "it has left the cache.");
        var files = held.Manifest.Contents.Select(file => Path.Combine(folder, file.Path));
        var isLocked = await Task.Run(() => weights.Memory.Hold(held.Manifest.Digest, files, cancellation), cancellation)
            ?? throw new WeightsException(WeightsError.CacheFull, "it does not fit into memory beside the others.");
        Log.Kept(log, held.Name, held.Manifest.ContentBytes, isLocked ? "locked" : "as long as memory is not short");
    }

    /// <summary>What is no longer wanted in memory, and what is no longer in the cache, whose room is others' by now.</summary>
    private void ReleaseUnwanted()
    {
        if (_orders is not { } orders) return;
        var wanted = shelf.Held.Where(held => orders.Memory.Contains(held.Name)).Select(held => held.Manifest.Digest).ToHashSet(StringComparer.Ordinal);
        foreach (var digest in weights.Memory.Digests)
            if (!wanted.Contains(digest) || weights.Cache.Find(digest) is null) weights.Memory.Release(digest);
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Information, "The weights {Name} are held ahead on this silo's disk, {Bytes} bytes")]
        public static partial void Fetched(ILogger log, string name, long bytes);

        [LoggerMessage(1102, LogLevel.Information, "The weights {Name} are held ahead in memory, {Bytes} bytes ({How})")]
        public static partial void Kept(ILogger log, string name, long bytes, string how);

        [LoggerMessage(1103, LogLevel.Debug, "The weights {Name} are held ahead later: a model is being loaded, or others are wanted")]
        public static partial void Later(ILogger log, string name);

        [LoggerMessage(1104, LogLevel.Warning, "The weights {Name} are not held ahead: {Reason}")]
        public static partial void NotHeld(ILogger log, string name, string reason);
    }
}
