using OrleansDiffusion.Weights.Tests.Origins;

namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>Whole nodes over loopback: caches, servers, clients, a web server as the origin.</summary>
public sealed class SwarmTests : IAsyncDisposable
{
    private static readonly SmallModel Model = SmallModel.Of(
        1, ("model_index.json", 10), ("text_encoder/model.onnx", 20 * 1024), ("unet/model.onnx", 100 * 1024 + 1), ("vae_decoder/model.onnx", 9 * 1024));

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryTracker _tracker = new(TimeProvider.System);
    private readonly List<LoopbackNode> _nodes = [];

    [Fact]
    public async Task Eight_nodes_that_begin_together_read_the_origin_once()
    {
        await using var server = await ModelWebServer.Start(Model);
        using var http = new HttpClient();
        using var origin = Origin(http, server);
        for (var node = 0; node < 8; node++) await Start($"node{node}");

        var fetches = await Task.WhenAll(_nodes.Select(node => node.Node.Open(Model.Manifest, origin)));
        await Task.WhenAll(fetches.Select(fetch => fetch.WhenComplete()));

        foreach (var fetch in fetches)
        {
            Model.AssertSame(fetch.Folder);
            Assert.Equal(Model.Manifest.ContentBytes, fetch.Progress.PeerBytes + fetch.Progress.OriginBytes);
            await fetch.DisposeAsync();
        }

        Assert.Equal(Model.Manifest.Chunks.Count, server.Ranges.Count);
        Assert.Equal(Model.Manifest.Chunks.Count, server.Ranges.Distinct().Count() + SameRangesOfFiles());
    }

    [Fact]
    public async Task A_peer_that_dies_in_the_middle_costs_only_time()
    {
        await using var server = await ModelWebServer.Start(Model);
        using var http = new HttpClient();
        using var origin = Origin(http, server);
        var (dying, late) = (await Start("dying"), await Start("late", new SwarmOptions { PeerSlots = 1 }));
        await using (var first = await dying.Node.Open(Model.Manifest, origin)) await first.WhenComplete();
        using var client = new ChunkClient(new ClusterSecret(LoopbackNode.Secret, TimeProvider.System), TimeProvider.System);
        var gate = new KillAfter(client, late, dying, count: 10);

        await using var fetch = await gate.Open(Model.Manifest, origin);
        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Equal(("dying", PeerFault.Silent), (Assert.Single(gate.Events.Of<PeerDropped>()).Peer, gate.Events.Of<PeerDropped>().Single().Fault));
        Assert.True(fetch.Progress.PeerChunkCount >= 10);
        Assert.True(fetch.Progress.OriginChunkCount > 0);
    }

    [Fact]
    public async Task A_node_that_has_a_model_says_so_and_serves_it_after_a_restart()
    {
        await using var server = await ModelWebServer.Start(Model);
        using var http = new HttpClient();
        using var origin = Origin(http, server);
        var first = await Start("first");
        await using (var fetch = await first.Node.Open(Model.Manifest, origin)) await fetch.WhenStored();
        await first.DisposeAsync();
        _tracker.Forget("first");
        var requests = server.Ranges.Count;

        var again = await LoopbackNode.Start("first", first.Folder, _tracker);
        _nodes[0] = again;
        await again.Node.ReportAll(CancellationToken.None);
        await using var copy = await (await Start("second")).Node.Open(Model.Manifest, origin);
        await copy.WhenComplete();

        Model.AssertSame(copy.Folder);
        Assert.Equal(requests, server.Ranges.Count);
        Assert.Equal(Model.Manifest.ContentBytes, copy.Progress.PeerBytes);
    }

    [Fact]
    public async Task A_corrupt_chunk_on_the_disk_is_fetched_again_after_it_was_found()
    {
        await using var server = await ModelWebServer.Start(Model);
        using var http = new HttpClient();
        using var origin = Origin(http, server);
        var node = await Start("node");
        await using (var fetch = await node.Node.Open(Model.Manifest, origin)) await fetch.WhenStored();
        var unet = Model.Manifest.Find("unet/model.onnx")!;
        using (var file = File.OpenHandle(Path.Combine(node.Folder, "files", unet.Sha256), access: FileAccess.Write, share: FileShare.ReadWrite))
            RandomAccess.Write(file, [1, 2, 3], 50 * 1024);

        Assert.Equal([new CorruptChunkFound(unet.Sha256, 50)], await node.Cache.Verify());
        await using var again = await node.Node.Open(Model.Manifest, origin);
        await again.WhenComplete();

        Model.AssertSame(again.Folder);
        Assert.Equal((1, 0), (again.Progress.OriginChunkCount, again.Progress.PeerChunkCount));
    }

    [Fact]
    public async Task A_chunk_that_was_found_corrupt_is_fetched_again_by_the_next_one_even_while_another_uses_the_model()
    {
        await using var server = await ModelWebServer.Start(Model);
        using var http = new HttpClient();
        using var origin = Origin(http, server);
        var node = await Start("node");
        await using var user = await node.Node.Open(Model.Manifest, origin);
        await user.WhenStored();
        var unet = user.FillingFile("unet/model.onnx");
        using (var file = File.OpenHandle(unet, access: FileAccess.Write, share: FileShare.ReadWrite)) RandomAccess.Write(file, [1, 2, 3], 50 * 1024);
        Assert.Single(await node.Cache.Verify());

        await using var next = await node.Node.Open(Model.Manifest, origin);
        await next.WhenComplete();

        Assert.Equal(Model.BytesOf("unet/model.onnx"), await File.ReadAllBytesAsync(unet));
        Assert.Equal((1, 0), (next.Progress.OriginChunkCount, next.Progress.PeerChunkCount));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _folder.Dispose();
    }

    private static HttpOrigin Origin(HttpClient http, ModelWebServer server) =>
        new(http, new Uri(server.Address, "models"), new OriginOptions(), TimeProvider.System);

    private static int SameRangesOfFiles() => Model.Manifest.Chunks.Count - Model.Manifest.Chunks.Select(chunk => (chunk.Offset, chunk.Bytes)).Distinct().Count();

    private async Task<LoopbackNode> Start(string name, SwarmOptions? options = null)
    {
        var node = await LoopbackNode.Start(name, _folder.At(name), _tracker, options);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Ends a peer once some of its chunks were given.</summary>
    private sealed class KillAfter(ChunkClient client, LoopbackNode late, LoopbackNode dying, int count) : IChunkPeers
    {
        private int _given;

        public Seen Events { get; } = new();

        public Task<ModelFetch> Open(ChunkManifest manifest, IWeightsOrigin origin) => new WeightsNode(
            late.Cache, new NodeIdentity("late", late.Address), Tracker(manifest), this, new SwarmOptions { PeerSlots = 1 }, TimeProvider.System, Events)
            .Open(manifest, origin);

        public async Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation)
        {
            if (Interlocked.Increment(ref _given) == count + 1) await dying.DisposeAsync();
            return await client.Read(peer, chunk, into, cancellation);
        }

        private MemoryTracker Tracker(ChunkManifest manifest)
        {
            var tracker = new MemoryTracker(TimeProvider.System);
            var have = ChunkSet.Of(manifest.Chunks.Count, Enumerable.Range(0, manifest.Chunks.Count)).ToBytes();
            tracker.Report(new ChunkReport(manifest.Digest, manifest.Chunks.Count, "dying", dying.Address, have, [], [], 0, []), CancellationToken.None);
            return tracker;
        }
    }
}
