using System.Threading.Channels;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Timers tick as turns of their grain.</summary>
public sealed class TimerTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ITimerGrain Grain => silos.Client.GetGrain<ITimerGrain>(_key);

    [Fact]
    public async Task A_timer_ticks_again_and_again()
    {
        await Grain.Start(interleave: false).Soon();
        for (var tick = 1; tick <= 3; tick++)
        {
            Assert.Equal($"tick {tick}", await Ticks.Next(_key).Soon());
        }
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_request()
    {
        await Grain.Start(interleave: false).Soon();
        await Ticks.Next(_key).Soon();
        var request = Grain.PassGateAndNote(_key);
        await Gate.Of(_key).Entered;
        Gate.Of(_key).Open();
        Assert.Equal(0, await request.Soon());
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        var request = Grain.StartAndPassGate(_key, interleave: true);
        await Gate.Of(_key).Entered;
        Assert.Equal("tick 1", await Ticks.Next(_key).Soon());
        Gate.Of(_key).Open();
        await request.Soon();
    }

    [Fact]
    public async Task A_request_waits_for_the_running_tick()
    {
        await Grain.StartGated(_key).Soon();
        await Gate.Of(_key).Entered;
        var request = Grain.Count();
        Assert.Equal(0, await Grain.Probe().Soon());
        Assert.False(request.IsCompleted);
        Gate.Of(_key).Open();
        Assert.Equal(1, await request.Soon());
    }

    [Fact]
    public async Task A_timer_that_was_disposed_ticks_no_more_and_its_token_is_cancelled()
    {
        await Grain.StartUntilCancelled(_key).Soon();
        await Gate.Of(_key).Entered;
        await Grain.DisposeTimer().Soon();
        Assert.Equal("cancelled", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_changed_timer_keeps_its_new_times()
    {
        await Grain.StartOnce().Soon();
        Assert.Equal("tick 1", await Ticks.Next(_key).Soon());
        await Grain.Change(TimeSpan.FromMilliseconds(1)).Soon();
        Assert.Equal("tick 2", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_timer_goes_on_after_a_tick_that_failed()
    {
        await Grain.StartFailing().Soon();
        Assert.Equal("tick 1", await Ticks.Next(_key).Soon());
        Assert.Equal("tick 2", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task Timers_end_with_their_activation()
    {
        await Grain.Start(interleave: false).Soon();
        await Ticks.Next(_key).Soon();
        await Grain.End().Soon();
        Assert.Equal(0, await Grain.Count().Soon());
    }
}

public static class Ticks
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Channel<string>> All = new();

    public static void Note(string key, string what) => Of(key).Writer.TryWrite(what);

    public static ValueTask<string> Next(string key) => Of(key).Reader.ReadAsync(TestContext.Current.CancellationToken);

    private static Channel<string> Of(string key) => All.GetOrAdd(key, static _ => Channel.CreateUnbounded<string>());
}

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(bool interleave);

    Task StartOnce();

    Task StartFailing();

    Task StartGated(string gate);

    Task StartUntilCancelled(string gate);

    Task StartAndPassGate(string gate, bool interleave);

    Task<int> PassGateAndNote(string gate);

    Task Change(TimeSpan dueTime);

    [AlwaysInterleave]
    Task DisposeTimer();

    Task End();

    Task<int> Count();

    [AlwaysInterleave]
    Task<int> Probe();
}

public sealed class TimerGrain : Grain, ITimerGrain
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(1);
    private IGrainTimer? _timer;
    private int _ticks;

    public Task Start(bool interleave)
    {
        _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Often, Often) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StartOnce()
    {
        _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Often, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    public Task StartFailing()
    {
        _timer = this.RegisterGrainTimer(
            async () =>
            {
                await Tick();
                throw new InvalidOperationException("a tick that fails");
            },
            Often,
            Often);
        return Task.CompletedTask;
    }

    public Task StartGated(string gate)
    {
        _timer = this.RegisterGrainTimer(
            static async with =>
            {
                await Gate.Of(with.Gate).Pass();
                with.Grain._ticks++;
            },
            (Grain: this, Gate: gate),
            new GrainTimerCreationOptions(Often, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    public Task StartUntilCancelled(string gate)
    {
        _timer = this.RegisterGrainTimer(
            async token =>
            {
                try
                {
                    await Gate.Of(gate).Pass(token);
                }
                catch (OperationCanceledException)
                {
                    Ticks.Note(gate, "cancelled");
                }
            },
            Often,
            Often);
        return Task.CompletedTask;
    }

    public async Task StartAndPassGate(string gate, bool interleave)
    {
        await Start(interleave);
        await Gate.Of(gate).Pass();
    }

    public async Task<int> PassGateAndNote(string gate)
    {
        var before = _ticks;
        await Gate.Of(gate).Pass();
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        return _ticks - before;
    }

    public Task Change(TimeSpan dueTime)
    {
        _timer!.Change(dueTime, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task DisposeTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<int> Count() => Task.FromResult(_ticks);

    public Task<int> Probe() => Task.FromResult(_ticks);

    private Task Tick()
    {
        Ticks.Note(this.GetPrimaryKeyString(), $"tick {++_ticks}");
        return Task.CompletedTask;
    }
}
