namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>What a node says of the models that it has.</summary>
public sealed class ReportingTests : IAsyncDisposable
{
    private static readonly SmallModel Model = SmallModel.Usual();

    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _clock = new();
    private readonly Seen _seen = new();
    private readonly WeightsCache _cache;

    public ReportingTests() =>
        _cache = new WeightsCache(new WeightsCacheOptions { Folder = _folder.Path, BudgetBytes = 1 << 20 }, TimeProvider.System);

    [Fact]
    public async Task A_node_goes_on_reporting_and_outlives_a_tracker_that_fails()
    {
        using (var lease = _cache.Lease(Model.Manifest)) Model.PutAll(lease);
        using var stop = new CancellationTokenSource();
        var tracker = new TellingTracker();
        await using var node = new WeightsNode(
            _cache, new NodeIdentity("me", new Uri("http://me/")), tracker, new FakePeers(Model), new SwarmOptions(), _clock, _seen);
        var reporting = node.KeepReporting(stop.Token);

        Assert.Equal(20, ChunkSet.FromBytes(20, (await tracker.Next()).Have)!.Count);
        tracker.Failure = new InvalidOperationException("no silo");
        await Tick(tracker);
        tracker.Failure = null;
        await Tick(tracker);

        Assert.Equal("no silo", Assert.Single(_seen.Of<TrackerFault>()).Message);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reporting);
    }

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    private async Task Tick(TellingTracker tracker)
    {
        var next = tracker.Next();
        _clock.Advance(new SwarmOptions().ReportInterval);
        Assert.Equal("me", (await next).Node);
    }

    private sealed class TellingTracker : IChunkTracker
    {
        private readonly System.Threading.Channels.Channel<ChunkReport> _reports = System.Threading.Channels.Channel.CreateUnbounded<ChunkReport>();

        public Exception? Failure { get; set; }

        public Task<ChunkReport> Next() => _reports.Reader.ReadAsync().AsTask();

        public Task<ChunkPlaces> Report(ChunkReport report, CancellationToken cancellation)
        {
            var failure = Failure; // Before the test hears of the report and changes it.
            _reports.Writer.TryWrite(report);
            return failure is null ? Task.FromResult(new ChunkPlaces([], [], [])) : Task.FromException<ChunkPlaces>(failure);
        }
    }
}
