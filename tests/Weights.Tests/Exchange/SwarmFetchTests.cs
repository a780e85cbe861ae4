namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>One node against peers and an origin that a test controls.</summary>
public sealed class SwarmFetchTests : IAsyncDisposable
{
    private static readonly SmallModel Model = SmallModel.Usual();
    private static readonly Uri Good = new("http://good/");
    private static readonly Uri Bad = new("http://bad/");
    private static readonly int[] All = [.. Enumerable.Range(0, 20)];

    private readonly TemporaryFolder _folder = new();
    private readonly Seen _seen = new();
    private readonly FakePeers _fakes = new(Model);
    private readonly MemoryTracker _tracker = new(TimeProvider.System);
    private readonly WeightsCache _cache;

    public SwarmFetchTests() =>
        _cache = new WeightsCache(new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = 1 << 20 }, TimeProvider.System, _seen);

    [Fact]
    public async Task Alone_everything_comes_from_the_origin_once_and_in_the_order_of_loading()
    {
        await using var fetch = await Open(new SwarmOptions { OriginSlots = 1 });

        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Equal(LoadOrder.ChunksOf(Model.Manifest).Select(chunk => chunk.Number), _fakes.OriginReads);
        Assert.Equal((0L, Model.Manifest.ContentBytes, 20), (fetch.Progress.PeerBytes, fetch.Progress.OriginBytes, fetch.Progress.OriginChunkCount));
        Assert.Equal(20, _seen.Of<ChunkFetched>().Count(what => what.Source == ChunkSource.Origin));
    }

    [Fact]
    public async Task What_peers_have_is_not_read_from_the_origin()
    {
        await Has("good", Good, All);

        await using var fetch = await Open();
        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Empty(_fakes.OriginReads);
        Assert.Equal(All, _fakes.PeerReads.Select(read => read.Chunk).Order());
    }

    [Fact]
    public async Task What_is_in_the_cache_is_not_fetched()
    {
        using (var lease = _cache.Lease(Model.Manifest))
        {
            foreach (var chunk in Model.Manifest.Chunks.Take(15)) lease.Put(chunk, Model.BytesOf(chunk));
        }

        await using var fetch = await Open();
        await fetch.WhenComplete();

        Assert.Equal([15, 16, 17, 18, 19], _fakes.OriginReads.Order());
        Assert.Equal(Model.Manifest.Chunks.Take(15).Sum(chunk => chunk.Bytes), fetch.Progress.CacheBytes);
        Assert.Equal(Model.Manifest.ContentBytes, fetch.Progress.ArrivedBytes);
    }

    [Fact]
    public async Task A_lying_peer_is_dropped_at_its_first_wrong_chunk_and_costs_only_time()
    {
        await Has("bad", Bad, All);
        _fakes.OnPeer = (_, chunk, into, _) =>
        {
            _fakes.Give(chunk, into);
            into.Span[0] ^= 1;
            return Task.FromResult(true);
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1 });
        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Equal(PeerFault.Corrupt, Assert.Single(_seen.Of<PeerDropped>()).Fault);
        Assert.Single(_fakes.PeerReads);
        Assert.Equal(All, _fakes.OriginReads.Order());
    }

    [Fact]
    public async Task A_peer_that_breaks_off_is_dropped_after_its_second_time_and_the_others_go_on()
    {
        await Has("bad", Bad, All);
        await Has("good", Good, All);
        _fakes.OnPeer = (peer, chunk, into, _) =>
        {
            _fakes.Give(chunk, into);
            return peer == Bad ? throw new IOException("broke off") : Task.FromResult(true);
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1 });
        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Empty(_fakes.OriginReads);
        Assert.InRange(_fakes.PeerReads.Count(read => read.Peer == Bad), 1, 2);
        Assert.All(_seen.Of<PeerDropped>(), dropped => Assert.Equal(("bad", PeerFault.Silent, "broke off"), (dropped.Peer, dropped.Fault, dropped.Message)));
    }

    [Fact]
    public async Task A_peer_that_lost_a_chunk_is_not_blamed()
    {
        await Has("good", Good, All);
        _fakes.OnPeer = (_, chunk, into, _) =>
        {
            _fakes.Give(chunk, into);
            if (chunk.Number == 3) _tracker.Forget("good");
            return Task.FromResult(chunk.Number != 3);
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1, WindowChunkCount = 1 });
        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Empty(_seen.Of<PeerDropped>());
        Assert.Contains(3, _fakes.OriginReads);
    }

    [Fact]
    public async Task What_a_load_begins_with_comes_first_though_it_is_not_rare()
    {
        var model = SmallModel.Of(3, ("model_index.json", 100), ("text_encoder/config.json", 100), ("unet/model.onnx", 16 * SmallModel.ChunkBytes));
        var texts = model.Manifest.Chunks.Where(chunk => LoadOrder.IsText(chunk.File.Path)).Select(chunk => chunk.Number).ToList();
        await Has("good", Good, Enumerable.Range(0, 18), model);
        await Has("bad", Bad, texts, model);
        List<int> read = [];
        _fakes.OnPeer = (_, chunk, into, _) =>
        {
            model.BytesOf(chunk).CopyTo(into.Span);
            lock (read) read.Add(chunk.Number);
            return Task.FromResult(true);
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1, BufferCountMax = 2 }, model: model);
        await fetch.WhenComplete();

        Assert.Equal(texts, read.Take(2).Order());
    }

    [Fact]
    public async Task The_rarest_chunk_is_fetched_first()
    {
        await Has("good", Good, All);
        await Has("bad", Bad, All.Where(chunk => chunk != 17));
        var first = new TaskCompletionSource<int>();
        _fakes.OnPeer = (peer, chunk, into, _) =>
        {
            _fakes.Give(chunk, into);
            first.TrySetResult(chunk.Number);
            return Task.FromResult(true);
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1, BufferCountMax = 2 });
        await fetch.WhenComplete();

        Assert.Equal(17, await first.Task);
    }

    [Fact]
    public async Task A_slow_chunk_is_asked_for_elsewhere_and_the_first_answer_counts()
    {
        await Has("bad", Bad, All);
        var clock = new HandClock();
        var isSlow = new TaskCompletionSource();
        var wasCancelled = new TaskCompletionSource();
        _fakes.OnPeer = async (_, chunk, into, cancellation) =>
        {
            _fakes.Give(chunk, into);
            if (chunk.Number != 9) return true;
            using var told = cancellation.Register(() => wasCancelled.TrySetResult());
            isSlow.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return true;
        };

        await using var fetch = await Open(new SwarmOptions { PeerSlots = 1, HedgeAfter = TimeSpan.FromSeconds(2) }, clock);
        await isSlow.Task;
        while (!fetch.WhenComplete().IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await fetch.WhenComplete();
        await wasCancelled.Task;
        Model.AssertSame(fetch.Folder);
        Assert.Contains(9, _fakes.OriginReads);
        Assert.Contains(_seen.Of<ChunkHedged>(), hedged => hedged.Chunk.Number == 9);
    }

    [Fact]
    public async Task An_origin_that_gives_other_bytes_ends_the_fetch_with_its_name_and_the_file()
    {
        _fakes.OnOrigin = (_, _, _) => Task.CompletedTask; // The buffer as it was.

        await using var fetch = await Open();
        var failure = await Assert.ThrowsAsync<WeightsException>(() => fetch.WhenComplete());

        Assert.Equal(WeightsError.OriginWrong, failure.Error);
        Assert.StartsWith("fake gives other bytes of text_encoder/model.onnx than the manifest names", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, await Assert.ThrowsAsync<WeightsException>(() => fetch.WhenArrived("unet/model.onnx")));
    }

    [Fact]
    public async Task An_origin_that_is_away_does_not_matter_while_peers_have_the_rest()
    {
        await Has("good", Good, All.Skip(1));
        _fakes.OnOrigin = (_, _, _) => throw new WeightsException(WeightsError.OriginFailed, "away");

        await using (var fetch = await Open())
        {
            var failure = await Assert.ThrowsAsync<WeightsException>(() => fetch.WhenComplete());
            Assert.Equal((WeightsError.OriginFailed, "away"), (failure.Error, failure.Message));
        }

        await Has("good", Good, All);
        await using var again = await Open();
        await again.WhenComplete();
        Model.AssertSame(again.Folder);
    }

    [Fact]
    public async Task A_tracker_that_is_away_costs_only_reads_of_the_origin()
    {
        await using var fetch = await Open(tracker: new BrokenTracker());

        await fetch.WhenComplete();

        Model.AssertSame(fetch.Folder);
        Assert.Equal(All, _fakes.OriginReads.Order());
        Assert.Contains(_seen.Of<TrackerFault>(), fault => fault.Message == "no silo");
    }

    [Fact]
    public async Task Two_who_open_the_same_model_share_one_fetch_and_the_last_to_leave_ends_it()
    {
        var isAsked = new TaskCompletionSource();
        var wasCancelled = new TaskCompletionSource();
        _fakes.OnOrigin = async (_, _, cancellation) =>
        {
            isAsked.TrySetResult();
            using var told = cancellation.Register(() => wasCancelled.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        };
        await using var node = Node(new SwarmOptions(), TimeProvider.System, _tracker);
        var one = await node.Open(Model.Manifest, _fakes);
        var two = await node.Open(Model.Manifest, _fakes);
        await isAsked.Task;

        await one.DisposeAsync();
        Assert.Equal(1, _cache.Find(Model.Manifest.Digest)!.LeaseCount);
        Assert.False(wasCancelled.Task.IsCompleted);
        await two.DisposeAsync();

        await wasCancelled.Task;
        Assert.Equal(0, _cache.Find(Model.Manifest.Digest)!.LeaseCount);
        Assert.Equal(_fakes.OriginReads.Count, _fakes.OriginReads.Distinct().Count());
    }

    [Fact]
    public async Task A_loader_goes_on_with_the_first_file_while_the_rest_is_on_its_way()
    {
        var gate = new TaskCompletionSource();
        _fakes.OnOrigin = async (chunk, into, _) =>
        {
            if (chunk.File.Path.StartsWith("unet", StringComparison.Ordinal)) await gate.Task;
            _fakes.Give(chunk, into);
        };
        await using var fetch = await Open();

        await fetch.WhenArrived("text_encoder/model.onnx");
        Assert.Equal(Model.BytesOf("text_encoder/model.onnx"), await File.ReadAllBytesAsync(Path.Combine(fetch.Folder, "text_encoder/model.onnx")));
        Assert.False(fetch.WhenArrived("unet/model.onnx").IsCompleted);

        gate.SetResult();
        await fetch.WhenArrived("unet/model.onnx");
        await fetch.WhenStored();
    }

    [Fact]
    public async Task Every_file_stands_at_its_full_length_from_the_start_where_it_fills_and_the_folder_goes_with_the_last_user()
    {
        var gate = new TaskCompletionSource();
        _fakes.OnOrigin = async (chunk, into, _) =>
        {
            await gate.Task;
            _fakes.Give(chunk, into);
        };
        var fetch = await Open();
        var folder = fetch.FillingFolder;

        Assert.All(Model.Manifest.Files, file => Assert.Equal(file.Bytes, new FileInfo(Path.Combine(folder, file.Path)).Length));
        gate.SetResult();
        await fetch.WhenStored();
        Assert.All(Model.Manifest.Files, file => Assert.Equal(Model.BytesOf(file.Path), File.ReadAllBytes(Path.Combine(folder, file.Path))));

        await fetch.DisposeAsync();
        Assert.False(Directory.Exists(folder));
    }

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    private Task<ChunkPlaces> Has(string node, Uri address, IEnumerable<int> chunks, SmallModel? model = null)
    {
        var (manifest, count) = ((model ?? Model).Manifest, (model ?? Model).Manifest.Chunks.Count);
        var report = new ChunkReport(manifest.Digest, count, node, address, ChunkSet.Of(count, chunks).ToBytes(), [], [], 0, []);
        return _tracker.Report(report, CancellationToken.None);
    }

    private Task<ModelFetch> Open(SwarmOptions? options = null, TimeProvider? time = null, IChunkTracker? tracker = null, SmallModel? model = null) =>
        Node(options ?? new SwarmOptions(), time ?? TimeProvider.System, tracker ?? _tracker).Open((model ?? Model).Manifest, _fakes);

    private WeightsNode Node(SwarmOptions options, TimeProvider time, IChunkTracker tracker) =>
        new(_cache, new NodeIdentity("me", new Uri("http://me/")), tracker, _fakes, options, time, _seen);

    private sealed class BrokenTracker : IChunkTracker
    {
        public Task<ChunkPlaces> Report(ChunkReport report, CancellationToken cancellation) => throw new InvalidOperationException("no silo");
    }
}
