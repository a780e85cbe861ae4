using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

public interface IListenerGrain : IGrainWithIntegerKey
{
    Task Wait(CancellationToken cancellation);

    Task<int> WaitCount();
}

public sealed class ListenerGrain : Grain, IListenerGrain
{
    private int _waitCount;

    public Task Wait(CancellationToken cancellation)
    {
        _waitCount++;
        return Task.CompletedTask;
    }

    public Task<int> WaitCount() => Task.FromResult(_waitCount);
}

/// <summary>Calls that are given up before they arrive.</summary>
public sealed class CancelledCallTests
{
    [Fact]
    public void A_call_that_is_cancelled_before_its_grain_has_a_place_does_not_run()
    {
        var count = -1;
        SimulatedCluster.Run(1, new SimulationOptions(), async simulation =>
        {
            await simulation.StartSiloAsync("a");
            var grain = simulation.Client.GetGrain<IListenerGrain>(0);
            using var cancellation = new CancellationTokenSource();
            var call = grain.Wait(cancellation.Token);
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            count = await grain.WaitCount();
        });
        Assert.Equal(0, count);
    }
}
