using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

public interface ISlowStarterGrain : IGrainWithIntegerKey
{
    Task<string> Where();
}

public sealed class SlowStarterGrain(TimeProvider time, ILocalSiloDetails silo) : Grain, ISlowStarterGrain
{
    public static readonly TimeSpan StartTime = TimeSpan.FromSeconds(5);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Task.Delay(StartTime, time, cancellationToken);

    public Task<string> Where() => Task.FromResult(silo.Name);
}

/// <summary>Silos that die under a grain that is not there yet.</summary>
public sealed class SlowStartTests
{
    [Fact]
    public void A_grain_whose_silo_dies_while_it_comes_up_comes_up_elsewhere()
    {
        var where = "";
        Exception? lost = null;
        SimulatedCluster.Run(1, new SimulationOptions(), async simulation =>
        {
            var a = await simulation.StartSiloAsync("a");
            var grain = simulation.Client.GetGrain<ISlowStarterGrain>(0);
            var first = grain.Where();
            await Task.Delay(SlowStarterGrain.StartTime / 2, simulation.Time);
            await simulation.StartSiloAsync("b");
            simulation.Kill(a);
            lost = await Record.ExceptionAsync(() => first);
            where = await grain.Where();
        });
        Assert.IsType<SiloUnavailableException>(lost);
        Assert.Equal("b", where);
    }
}
