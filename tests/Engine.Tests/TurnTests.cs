using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>One request at a time, unless class, method or call chain say otherwise.</summary>
public sealed class TurnTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_second_request_waits_until_the_first_has_ended()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        var first = grain.PassGate($"{_key}/1");
        await Gate.Of($"{_key}/1").Entered;
        var second = grain.PassGate($"{_key}/2");
        await grain.Probe().Soon();
        Assert.False(Gate.Of($"{_key}/2").IsEntered);
        Gate.Of($"{_key}/2").Open();
        Gate.Of($"{_key}/1").Open();
        Assert.Equal(1, await first.Soon());
        Assert.Equal(2, await second.Soon());
    }

    [Fact]
    public async Task Requests_sent_without_waiting_all_run_once_in_no_promised_order()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => grain.Append(i))).Soon();
        Assert.Equal(Enumerable.Range(0, 200), (await grain.Appended().Soon()).Order());
    }

    [Fact]
    public async Task An_always_interleave_method_runs_while_another_request_waits()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        var waiting = grain.PassGate(_key);
        await Gate.Of(_key).Entered;
        Assert.Equal(1, await grain.Probe().Soon());
        Gate.Of(_key).Open();
        await waiting.Soon();
    }

    [Fact]
    public async Task Requests_of_a_reentrant_class_interleave()
    {
        var grain = silos.Client.GetGrain<IReentrantGrain>(_key);
        var first = grain.PassGate($"{_key}/1");
        await Gate.Of($"{_key}/1").Entered;
        var second = grain.PassGate($"{_key}/2");
        await Gate.Of($"{_key}/2").Entered;
        Gate.Of($"{_key}/2").Open();
        await second.Soon();
        Assert.False(first.IsCompleted);
        Gate.Of($"{_key}/1").Open();
        await first.Soon();
    }

    [Fact]
    public async Task Read_only_requests_interleave_with_each_other_and_not_with_others()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        var firstRead = grain.Read($"{_key}/1");
        await Gate.Of($"{_key}/1").Entered;
        var write = grain.PassGate($"{_key}/w");
        var secondRead = grain.Read($"{_key}/2");
        await Gate.Of($"{_key}/2").Entered;
        Assert.False(Gate.Of($"{_key}/w").IsEntered);
        Gate.Of($"{_key}/1").Open();
        Gate.Of($"{_key}/2").Open();
        Gate.Of($"{_key}/w").Open();
        await Task.WhenAll(firstRead, secondRead, write).Soon();
    }

    [Fact]
    public async Task Tasks_started_in_a_grain_never_overlap_and_stay_on_its_scheduler()
    {
        var report = await silos.Client.GetGrain<ITurnGrain>(_key).RunBackgroundTasks(tasks: 8, steps: 50).Soon();
        Assert.Equal("400 steps, 0 overlaps, 0 elsewhere", report);
    }

    [Fact]
    public async Task Task_run_leaves_the_grain_and_the_await_comes_back_to_it()
    {
        Assert.Equal("default scheduler inside, the grain's after", await silos.Client.GetGrain<ITurnGrain>(_key).LeaveAndComeBack().Soon());
    }

    [Fact]
    public async Task A_call_that_comes_back_to_a_waiting_grain_times_out()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        Assert.Equal(nameof(TimeoutException), await grain.CallBackThrough($"{_key}/other", allow: false).Soon());
    }

    [Fact]
    public async Task A_call_that_comes_back_enters_where_its_call_chain_was_allowed()
    {
        var grain = silos.Client.GetGrain<ITurnGrain>(_key);
        Assert.Equal("entered", await grain.CallBackThrough($"{_key}/other", allow: true).Soon());
    }
}

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> PassGate(string gate);

    [ReadOnly]
    Task Read(string gate);

    [AlwaysInterleave]
    Task<int> Probe();

    Task Append(int number);

    Task<List<int>> Appended();

    Task<string> RunBackgroundTasks(int tasks, int steps);

    Task<string> LeaveAndComeBack();

    Task<string> CallBackThrough(string other, bool allow);

    [ResponseTimeout("00:00:02")]
    Task CallBack(ITurnGrain caller);

    [ResponseTimeout("00:00:01")]
    Task Enter();
}

public sealed class TurnGrain : Grain, ITurnGrain
{
    private readonly List<int> _appended = [];
    private int _started;
    private int _inside;
    private int _overlaps;
    private int _elsewhere;
    private int _stepsDone;

    public async Task<int> PassGate(string gate)
    {
        var order = ++_started;
        await Gate.Of(gate).Pass();
        return order;
    }

    public Task Read(string gate) => Gate.Of(gate).Pass();

    public Task<int> Probe() => Task.FromResult(_started);

    public Task Append(int number)
    {
        _appended.Add(number);
        return Task.CompletedTask;
    }

    public Task<List<int>> Appended() => Task.FromResult(_appended);

    public async Task<string> RunBackgroundTasks(int tasks, int steps)
    {
        var own = TaskScheduler.Current;
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Step(steps, own)));
        return $"{_stepsDone} steps, {_overlaps} overlaps, {_elsewhere} elsewhere";
    }

    public async Task<string> LeaveAndComeBack()
    {
        var own = TaskScheduler.Current;
        var inside = await Task.Run(() => TaskScheduler.Current);
        return $"{(inside == TaskScheduler.Default ? "default" : "other")} scheduler inside, {(TaskScheduler.Current == own ? "the grain's" : "another")} after";
    }

    public async Task<string> CallBackThrough(string other, bool allow)
    {
        using var section = allow ? RequestContext.AllowCallChainReentrancy() : RequestContext.SuppressCallChainReentrancy();
        try
        {
            await GrainFactory.GetGrain<ITurnGrain>(other).CallBack(this.AsReference<ITurnGrain>());
            return "entered";
        }
        catch (TimeoutException)
        {
            return nameof(TimeoutException);
        }
    }

    public Task CallBack(ITurnGrain caller) => caller.Enter();

    public Task Enter() => Task.CompletedTask;

    private async Task Step(int steps, TaskScheduler own)
    {
        for (var i = 0; i < steps; i++)
        {
            _overlaps += Interlocked.Increment(ref _inside) == 1 ? 0 : 1;
            _elsewhere += TaskScheduler.Current == own ? 0 : 1;
            _stepsDone++;
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }
    }
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task PassGate(string gate);
}

[Reentrant]
public sealed class ReentrantGrain : Grain, IReentrantGrain
{
    public Task PassGate(string gate) => Gate.Of(gate).Pass();
}
