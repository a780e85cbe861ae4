using System.Diagnostics;
using Orleans.Concurrency;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>How calls fail.</summary>
public sealed class FailureTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IFailingGrain Grain => silos.Client.GetGrain<IFailingGrain>(_key);

    [Fact]
    public async Task A_framework_exception_crosses_with_type_and_message()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Grain.FailWithArgument().Soon());
        Assert.Equal("wrong (Parameter 'name')", failure.Message);
        Assert.Contains(nameof(FailingGrain.FailWithArgument), failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_marked_as_serializable_crosses_with_its_members_and_its_cause()
    {
        var failure = await Assert.ThrowsAsync<RefusedException>(() => Grain.FailWithOwn().Soon());
        Assert.Equal(("refused", 42), (failure.Message, failure.Code));
        Assert.Equal("the cause", Assert.IsType<InvalidOperationException>(failure.InnerException).Message);
    }

    [Fact]
    public async Task An_exception_crosses_several_grains()
    {
        var failure = await Assert.ThrowsAsync<RefusedException>(() => Grain.FailThrough($"{_key}/other").Soon());
        Assert.Equal(42, failure.Code);
    }

    [Fact]
    public async Task An_exception_before_the_first_await_crosses_as_well() =>
        Assert.Equal("at once", (await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.FailAtOnce().Soon())).Message);

    [Fact]
    public async Task A_failed_request_leaves_the_grain_as_it_is()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.FailAtOnce().Soon());
        Assert.Equal(2, await Grain.Calls().Soon());
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out_and_its_callee_goes_on()
    {
        var started = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TimeoutException>(() => Grain.TakeTooLong(_key).Soon());
        Assert.True(started.Elapsed >= TimeSpan.FromSeconds(0.9), $"It gave up after {started.Elapsed}."); // Of 1 s, by a timer that may round.
        Gate.Of(_key).Open();
        Assert.Equal("done", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_one_way_call_ends_at_once_and_tells_nothing_of_its_failure()
    {
        await Grain.FailOneWay(_key).Soon();
        await Gate.Of(_key).Entered;
    }
}

[GenerateSerializer]
public sealed class RefusedException : Exception
{
    public RefusedException(string message, int code, Exception cause)
        : base(message, cause) => Code = code;

    [Id(0)]
    public int Code { get; set; }
}

public interface IFailingGrain : IGrainWithStringKey
{
    Task FailWithArgument();

    Task FailWithOwn();

    ValueTask FailThrough(string other);

    Task FailAtOnce();

    Task<int> Calls();

    [ResponseTimeout("00:00:01")]
    Task TakeTooLong(string gate);

    [OneWay]
    Task FailOneWay(string gate);
}

public sealed class FailingGrain : Grain, IFailingGrain
{
    private int _calls;

    public async Task FailWithArgument()
    {
        await Task.Yield();
        throw new ArgumentException("wrong", "name");
    }

    public async Task FailWithOwn()
    {
        await Task.Yield();
        throw new RefusedException("refused", 42, new InvalidOperationException("the cause"));
    }

    public async ValueTask FailThrough(string other) => await GrainFactory.GetGrain<IFailingGrain>(other).FailWithOwn();

    public Task FailAtOnce()
    {
        _calls++;
        throw new InvalidOperationException("at once");
    }

    public Task<int> Calls() => Task.FromResult(++_calls);

    public async Task TakeTooLong(string gate)
    {
        await Gate.Of(gate).Pass();
        Ticks.Note(gate, "done");
    }

    public Task FailOneWay(string gate)
    {
        _ = Gate.Of(gate).Pass();
        throw new InvalidOperationException("nobody hears this");
    }
}
