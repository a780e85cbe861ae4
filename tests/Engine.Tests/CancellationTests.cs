using Orleans.Configuration;
using Orleans.Hosting;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>A token crosses with the call: cancelled there when it is cancelled here.</summary>
public sealed class CancellationTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ICancelGrain Grain => silos.Client.GetGrain<ICancelGrain>(_key);

    [Fact]
    public async Task Cancelling_at_the_caller_cancels_at_the_callee_and_ends_the_call_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain.WaitForCancellation(_key, cancellation.Token);
        await Gate.Of(_key).Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.True(call.IsCanceled);
        Assert.Equal("cancelled", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task Cancellation_crosses_from_grain_to_grain()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain.PassOn($"{_key}/2", cancellation.Token);
        await Gate.Of($"{_key}/2").Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal("cancelled", await Ticks.Next($"{_key}/2").Soon());
    }

    [Fact]
    public async Task A_call_with_a_token_that_is_cancelled_already_is_not_sent()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.WaitForCancellation(_key, new CancellationToken(canceled: true)).Soon());
        Assert.False(Gate.Of(_key).IsEntered);
    }

    [Fact]
    public async Task A_callee_that_ignores_its_token_keeps_running_after_the_caller_has_gone()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain.IgnoreCancellation(_key, cancellation.Token);
        await Gate.Of(_key).Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Gate.Of(_key).Open();
        Assert.Equal("done", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_call_that_waits_for_the_acknowledgement_ends_with_the_callee()
    {
        await using var cluster = await EngineCluster.Start(
            1, configureClient: client => client.Configure<ClientMessagingOptions>(o => o.WaitForCancellationAcknowledgement = true));
        using var cancellation = new CancellationTokenSource();
        var call = cluster.Client.GetGrain<ICancelGrain>(_key).IgnoreCancellation(_key, cancellation.Token);
        await Gate.Of(_key).Entered;
        await cancellation.CancelAsync();
        Gate.Of(_key).Open();
        Assert.True(await call.Soon());
    }

    [Fact]
    public async Task A_request_that_still_waits_is_taken_back()
    {
        using var cancellation = new CancellationTokenSource();
        var running = Grain.IgnoreCancellation(_key, CancellationToken.None);
        await Gate.Of(_key).Entered;
        var waiting = Grain.WaitForCancellation($"{_key}/never", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        Gate.Of(_key).Open();
        await running.Soon();
        Assert.False(await Grain.CanBeCancelled(CancellationToken.None).Soon());
    }
}

public interface ICancelGrain : IGrainWithStringKey
{
    Task WaitForCancellation(string gate, CancellationToken cancellationToken);

    Task<bool> IgnoreCancellation(string gate, CancellationToken cancellationToken);

    Task PassOn(string other, CancellationToken cancellationToken);

    Task<bool> CanBeCancelled(CancellationToken cancellationToken);
}

public sealed class CancelGrain : Grain, ICancelGrain
{
    public async Task WaitForCancellation(string gate, CancellationToken cancellationToken)
    {
        try
        {
            await Gate.Of(gate).Pass(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Ticks.Note(gate, "cancelled");
            throw;
        }
    }

    public async Task<bool> IgnoreCancellation(string gate, CancellationToken cancellationToken)
    {
        await Gate.Of(gate).Pass(CancellationToken.None);
        Ticks.Note(gate, "done");
        return true;
    }

    public Task PassOn(string other, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<ICancelGrain>(other).WaitForCancellation(other, cancellationToken);

    public Task<bool> CanBeCancelled(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.IsCancellationRequested);
}
