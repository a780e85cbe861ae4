using System.Net;
using Orleans.Runtime;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Starting;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>This silo's cache of weights and its voice among the others. Opened before anything else starts, closed after everything has ended.</summary>
internal sealed class NodeWeights(
    NodeOptions options, ILocalSiloDetails silo, IGrainFactory grains, IChunkPeers peers, WeightsJournal journal, TimeProvider time)
    : BeforeStart, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private WeightsCache? _cache;
    private WeightsNode? _node;
    private int _isOver;

    public NodeWeightsOptions Own { get; } = options.Weights!;

    /// <summary>The tier above the cache.</summary>
    public WeightsMemory Memory { get; } = new(options.Weights!.MemoryBytes);

    public WeightsCache Cache => _cache ?? throw new InvalidOperationException("The weights cache is not open.");

    /// <summary>Where chunks are given. A port of 0 is replaced by the one that was taken.</summary>
    public IPEndPoint EndPoint { get; set; } = new(options.Cluster?.AdvertisedAddress ?? IPAddress.Loopback, options.Weights!.ChunkPort);

    public Uri Address => new($"http://{EndPoint}/");

    /// <summary>As heartbeats and the membership call it. Known once the silo has an address.</summary>
    public string SiloId => silo.SiloAddress.ToParsableString();

    public WeightsNode Node
    {
        get
        {
            lock (_lock)
                return _node ??= new WeightsNode(
                    Cache, new NodeIdentity(SiloId, Address), new GrainTracker(grains), peers, new SwarmOptions(), time, journal);
        }
    }

    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            CheckMemory();
            var cache = new WeightsCacheOptions { Folder = Own.CacheFolder, BudgetBytes = Own.BudgetBytes };
            _cache = new WeightsCache(cache, time, new WeightsMemoryRelease(Memory, journal));
            return Task.CompletedTask;
        }
        catch (WeightsException refused)
        {
            throw new NodeStartException(refused.Message, refused);
        }
    }

    /// <summary>More than there is would be reading the disk again and again, or the end of the process.</summary>
    private void CheckMemory()
    {
        var thereAre = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Own.MemoryBytes >= thereAre)
            throw new NodeStartException($"--weights-memory is {ByteText.Of(Own.MemoryBytes)}, and this process may have {ByteText.Of(thereAre)} in all.");
    }

    /// <summary>Hashes the cache again, and fetches anew what was found wrong.</summary>
    /// <param name="isChangedOnly">Only files that somebody else wrote to; else everything.</param>
    /// <param name="originOf">Where a model's chunks come from that no peer has.</param>
    /// <param name="cancellation">Stops between two chunks.</param>
    public async Task<IReadOnlyList<CorruptChunkFound>> Verify(
        bool isChangedOnly, Func<ChunkManifest, IWeightsOrigin> originOf, CancellationToken cancellation)
    {
        var found = await Cache.Verify(isChangedOnly, cancellation);
        var wrong = found.Select(corrupt => corrupt.FileSha256).ToHashSet(StringComparer.Ordinal);
        foreach (var model in Cache.Models.Where(model => model.Manifest.Contents.Any(file => wrong.Contains(file.Sha256))))
        {
            await using var fetch = await Node.Open(model.Manifest, originOf(model.Manifest), cancellation);
            await fetch.WhenComplete(cancellation);
        }

        return found;
    }

    public override async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 1) return;
        Memory.Dispose();
        if (_node is not null) await _node.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
    }
}
