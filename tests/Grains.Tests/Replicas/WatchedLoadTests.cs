using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class WatchedLoadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly LoadLedger _ledger;
    private readonly TaskCompletionSource<IReplicaRuntime> _load = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _stop;

    public WatchedLoadTests() => _ledger = new LoadLedger(_time);

    [Theory]
    [InlineData(0L, 120)]
    [InlineData(50L << 20, 121)]
    [InlineData(5000L << 20, 220)]
    public void The_limit_grows_with_the_model(long bytes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WatchedLoad.LimitOf(bytes, TimeSpan.FromMinutes(2)));

    [Fact]
    public async Task A_load_that_moves_may_take_as_long_as_it_wants()
    {
        var loading = Run();
        for (var part = 1; part <= 10; part++)
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            _ledger.Report(new LoadProgress(ReplicaPhase.Loading, $"part {part}", part / 10.0));
        }

        var runtime = new FakeRuntime(new FakeStudio(), "silo", "fake0");
        _load.SetResult(runtime);

        Assert.Same(runtime, await loading);
        Assert.False(_stop.IsCancellationRequested);
    }

    [Fact]
    public void What_came_from_where_is_known_with_the_time_that_the_last_of_it_took()
    {
        Assert.Null(_ledger.Weights);
        _time.Advance(TimeSpan.FromSeconds(3));
        _ledger.Report(Fetching(0, 0));
        _time.Advance(TimeSpan.FromSeconds(2));
        _ledger.Report(Fetching(60, 30));
        _time.Advance(TimeSpan.FromSeconds(5));
        _ledger.Report(Fetching(60, 30)); // Nothing came in these.
        _ledger.Report(new LoadProgress(ReplicaPhase.Warming, "warm_up", 1));

        Assert.Equal(new LoadedWeights(100, 10, 60, 30, Seconds: 2), _ledger.Weights);
    }

    [Fact]
    public async Task One_that_stands_still_is_told_to_end_and_fails_with_where_it_stood()
    {
        var loading = Run();
        _ledger.Report(new LoadProgress(ReplicaPhase.Fetching, "fetch", 0.25));
        _time.Advance(TimeSpan.FromSeconds(59));
        await new Func<Task<int>>(() => Task.FromResult(_time.TimerCount)).Until(count => count == 1);
        _ledger.Report(new LoadProgress(ReplicaPhase.Fetching, "fetch", 0.25)); // The same again.
        Assert.False(_stop.IsCancellationRequested);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _stopped.Task;
        _load.SetCanceled(_stop);

        var problem = await Assert.ThrowsAsync<InferenceException>(() => loading);
        Assert.Equal("Nothing of the load moved for 60 s; the last was fetch.", problem.Message);
    }

    [Fact]
    public async Task One_that_does_not_end_either_has_the_device_hanging()
    {
        var loading = Run();
        _time.Advance(Limit);
        await _stopped.Task;
        await new Func<Task<int>>(() => Task.FromResult(_time.TimerCount)).Until(count => count == 1); // It waits for the end once more.
        Assert.False(loading.IsCompleted);

        _time.Advance(Limit);

        var problem = await Assert.ThrowsAsync<DeviceHungException>(() => loading);
        Assert.Equal("A load that stood still for 60 s does not end.", problem.Message);
    }

    [Fact]
    public async Task Who_is_not_wanted_any_more_is_cancelled_and_not_at_fault()
    {
        using var unwanted = new CancellationTokenSource();
        var loading = Run(unwanted.Token);

        await unwanted.CancelAsync();
        _load.SetCanceled(_stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
    }

    private static LoadProgress Fetching(long peers, long origin) =>
        new(ReplicaPhase.Fetching, "fetch", 0, new LoadedWeights(100, 10, peers, origin));

    private Task<IReplicaRuntime> Run(CancellationToken unwanted = default) => WatchedLoad.Run(
        stop =>
        {
            _stop = stop;
            stop.Register(_stopped.SetResult);
            return _load.Task;
        },
        _ledger, Limit, _time, unwanted);
}
