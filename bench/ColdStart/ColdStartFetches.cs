using System.Diagnostics;
using System.Security.Cryptography;
using OrleansDiffusion.Bench.Swarm;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench;

/// <summary>
/// The imported model from elsewhere into an empty cache: from one peer that has all of it, from a folder, from a web server.
/// Each alone, and with the load that goes on beside it; and the raw speeds beside them.
/// </summary>
internal sealed class ColdStartFetches : IAsyncDisposable
{
    private const double TransferBudget = 0.8, WholeBudget = 1.2;

    private static readonly OnnxProvider Portable = OnnxProvider.Cpu with { Tuning = GraphTuning.Portable };

    private readonly DirectoryInfo _folder;
    private readonly ChunkManifest _manifest;
    private readonly MemoryTracker _tracker = new(TimeProvider.System);
    private readonly DeviceThread _lane = new("bench fetches");
    private readonly byte[][] _buffers;
    private readonly SwarmNode _peer;
    private readonly SlowOrigin _web;
    private readonly Dictionary<string, IWeightsOrigin> _origins;
    private int _nodeCount;

    private ColdStartFetches(DirectoryInfo folder, string imported, ChunkManifest manifest, SwarmNode peer, SlowOrigin web)
    {
        (_folder, _manifest, _peer, _web) = (folder, manifest, peer, web);
        _buffers = [.. Enumerable.Range(0, new SwarmOptions().PeerSlots).Select(_ => new byte[manifest.ChunkBytes])];
        _origins = new() { ["peer"] = new NoOrigin(), ["folder"] = new FolderOrigin(imported), ["web"] = web.Reader };
    }

    public static async Task<ColdStartFetches> Start(DirectoryInfo folder, string imported, CancellationToken cancellation)
    {
        var manifest = await ChunkedFolder.Read(imported, cancellation: cancellation);
        var peer = await SwarmNode.Start("peer", folder.CreateSubdirectory("peer"), new MemoryTracker(TimeProvider.System));
        await using (var fetch = await peer.Weights.Open(manifest, new FolderOrigin(imported), cancellation)) await fetch.WhenStored(cancellation);
        var fetches = new ColdStartFetches(folder, imported, manifest, peer, await SlowOrigin.Start(imported, long.MaxValue));
        await fetches.Round(0, new ColdStartTimes(), cancellation); // The first of everything is slower.
        return fetches;
    }

    /// <summary>What goes second may find the disk busy with the first's bytes, so they take turns.</summary>
    public async Task Round(int round, ColdStartTimes times, CancellationToken cancellation)
    {
        times.Add("raw", await ChunkLine.Raw(_manifest, _buffers, file: null, cancellation));
        times.Add("line", await ChunkLine.Chunks(
            (chunk, buffer) => _peer.Client.Read(_peer.Address, chunk, buffer, cancellation), _manifest, _buffers));
        times.Add("hash", Hash());
        times.Add("bare_transfer", await Bare(cancellation));
        foreach (var source in _origins.Keys)
        {
            var alone = (Name: source, Work: (Func<ModelFetch, Task>)(fetch => fetch.WhenComplete(cancellation)));
            var ready = (Name: $"{source}_ready", Work: (Func<ModelFetch, Task>)(fetch => Load(fetch, cancellation)));
            foreach (var (name, work) in round % 2 == 0 ? [alone, ready] : new[] { ready, alone })
                times.Add(name, await Time(source, work, cancellation));
        }
    }

    public IEnumerable<Figure> Figures(ColdStartTimes times)
    {
        var gigabytes = _manifest.ContentBytes / 1e9;
        yield return new("raw_tcp_gb_per_s", gigabytes / times.Median("raw"), $"memory to memory over loopback, {_buffers.Length} connections");
        yield return new("sha256_gb_per_s", gigabytes / times.Median("hash"), "the hash that every chunk needs, on all cores, from memory");
        yield return new("bare_transfer_s", times.Median("bare_transfer"), "over bare sockets, each chunk hashed and written, and nothing else");
        yield return new(
            "peer_chunks_over_raw_tcp_ratio", times.Ratio("raw", "line"), "chunks of one peer into memory, not hashed or written",
            BudgetMin: TransferBudget);
        foreach (var source in _origins.Keys)
        {
            var name = source == "peer" ? "one peer" : source == "folder" ? "a folder (page cache)" : "a web server on loopback";
            var ready = $"{source}_ready";
            yield return new($"{source}_transfer_s", times.Median(source), $"from {name}: received, hashed and written");
            var budget = source == "peer" ? TransferBudget : (double?)null;
            yield return new($"{source}_transfer_over_raw_tcp_ratio", times.Ratio("raw", source), "its rate over that of bare TCP", BudgetMin: budget);
            yield return new(
                $"{source}_transfer_over_bare_ratio", times.Ratio("bare_transfer", source), "its rate over bare TCP, hashed and written", BudgetMin: budget);
            yield return new($"{source}_transfer_over_sha256_ratio", times.Ratio("hash", source), "its rate over that of the hash alone");
            yield return new($"{source}_ready_s", times.Median(ready), "sessions made while bytes arrive, all arrived");
            yield return new(
                $"{source}_ready_over_parts_ratio", times.OverLarger(ready, source, "ours"), "over the larger of transfer alone and load alone",
                BudgetMax: WholeBudget);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _peer.DisposeAsync();
        _lane.Dispose();
    }

    /// <summary>From the empty cache of a new node on.</summary>
    private async Task<double> Time(string source, Func<ModelFetch, Task> work, CancellationToken cancellation)
    {
        var name = $"node{_nodeCount++}";
        var folder = _folder.CreateSubdirectory(name);
        try
        {
            var tracker = source == "peer" ? _tracker : new MemoryTracker(TimeProvider.System);
            await using var node = await SwarmNode.Start(name, folder, tracker);
            Prepare();
            await TellOfPeer(cancellation);
            var began = Stopwatch.GetTimestamp();
            await using var fetch = await node.Weights.Open(_manifest, _origins[source], cancellation);
            await work(fetch);
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            _tracker.Forget(name);
            folder.Delete(recursive: true);
        }
    }

    private void Prepare()
    {
        PageCache.Settle();
        PageCache.Warm(_folder.FullName, _manifest.ContentBytes * 5 / 4);
    }

    /// <summary>
    /// The least program that does what a transfer must do: over as many bare sockets, each chunk hashed and written as it
    /// comes. Nothing is asked for, signed, looked up, synced or told to anybody.
    /// </summary>
    private async Task<double> Bare(CancellationToken cancellation)
    {
        Prepare();
        var path = Path.Combine(_folder.FullName, "bare");
        using var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, _manifest.ContentBytes);
        return await ChunkLine.Raw(_manifest, _buffers, file: null, cancellation, (chunk, bytes) =>
        {
            SHA256.HashData(bytes.Span);
            RandomAccess.Write(file, bytes.Span, (long)chunk.Number * _manifest.ChunkBytes);
        });
    }

    private Task<ChunkPlaces> TellOfPeer(CancellationToken cancellation)
    {
        var all = ChunkSet.Of(_manifest.Chunks.Count, Enumerable.Range(0, _manifest.Chunks.Count)).ToBytes();
        return _tracker.Report(new ChunkReport(_manifest.Digest, _manifest.Chunks.Count, "peer", _peer.Address, all, [], [], 0, []), cancellation);
    }

    private async Task Load(ModelFetch fetch, CancellationToken cancellation)
    {
        using var model = await ImportedModelLoader.Load(
            fetch.FillingFolder, Portable, _lane, new FetchedWeights(fetch), [LargeModel.Component], cancellation: cancellation);
        await model.WhenArrived(LargeModel.Component);
    }

    /// <summary>As many chunks' bytes as the model has, which lie in memory.</summary>
    private double Hash()
    {
        var began = Stopwatch.GetTimestamp();
        Parallel.ForEach(_manifest.Chunks, chunk => SHA256.HashData(_buffers[chunk.Number % _buffers.Length].AsSpan(0, chunk.Bytes)));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
