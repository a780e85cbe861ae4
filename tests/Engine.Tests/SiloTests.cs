using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Silos come and go.</summary>
public sealed class SiloTests
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_stopped_silo_lets_its_grains_end_and_they_come_back_elsewhere()
    {
        await using var cluster = await EngineCluster.Start(2);
        var leaving = cluster.Silos[1];
        var life = await On(leaving).Life().Soon();
        await cluster.StopSiloAsync(leaving);
        Assert.Equal("ended ShuttingDown", await Ticks.Next(life).Soon());
        Assert.NotEqual(life, await Grain(cluster).Life().Soon());
        Assert.Equal(cluster.Silos.Single().SiloAddress, await Grain(cluster).Where().Soon());
    }

    [Fact]
    public async Task The_grains_of_a_killed_silo_come_back_elsewhere()
    {
        await using var cluster = await EngineCluster.Start(2, FastFailureDetection);
        var dying = cluster.Silos[1];
        var life = await On(dying).Life().Soon();
        await cluster.KillSiloAsync(dying);
        Assert.Equal(cluster.Silos.Single().SiloAddress, await Retry(() => Grain(cluster).Where()).Soon());
        Assert.NotEqual(life, await Grain(cluster).Life().Soon());
    }

    [Fact]
    public async Task A_call_between_grains_in_flight_to_a_killed_silo_fails_as_unavailable()
    {
        await using var cluster = await EngineCluster.Start(2, FastFailureDetection);
        var dying = cluster.Silos[1];
        await On(dying).Life().Soon();
        var caller = cluster.Silos[0].Service<IGrainFactory>().GetGrain<IHomeGrain>($"caller/{_key}");
        Assert.Equal(cluster.Silos[0].SiloAddress, await caller.Where().Soon());
        var call = caller.PassGateOf(_key);
        await Gate.Of(_key).Entered;
        await cluster.KillSiloAsync(dying);
        Assert.Equal(nameof(SiloUnavailableException), await call.Soon());
    }

    [Fact]
    public async Task An_added_silo_takes_new_grains()
    {
        await using var cluster = await EngineCluster.Start(1);
        var added = await cluster.StartAdditionalSiloAsync();
        Assert.Equal(2, cluster.Silos.Count);
        Assert.Equal(added.SiloAddress, await On(added).Where().Soon());
        Assert.Equal(added.SiloAddress, await Grain(cluster).Where().Soon());
    }

    [Fact]
    public async Task Silos_know_who_they_are()
    {
        await using var cluster = await EngineCluster.Start(2);
        var details = cluster.Silos.Select(s => s.Service<ILocalSiloDetails>()).ToList();
        Assert.Equal(cluster.Silos.Select(s => s.SiloAddress), details.Select(d => d.SiloAddress));
        Assert.Equal(cluster.Silos.Select(s => s.Name), details.Select(d => d.Name));
        Assert.Equal(2, details.Select(d => d.SiloAddress).Distinct().Count());
    }

    private static void FastFailureDetection(ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(options =>
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 1;
        options.NumVotesForDeathDeclaration = 1;
    });

    /// <summary>Until the death is known, calls are refused.</summary>
    private static async Task<T> Retry<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OrleansMessageRejectionException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    private IHomeGrain On(InProcessSiloHandle silo) => silo.Service<IGrainFactory>().GetGrain<IHomeGrain>(_key);

    private IHomeGrain Grain(InProcessTestCluster cluster) => cluster.Client.GetGrain<IHomeGrain>(_key);
}

public interface IHomeGrain : IGrainWithStringKey
{
    Task<string> Life();

    Task<SiloAddress> Where();

    Task PassGate(string gate);

    Task<string> PassGateOf(string other);
}

[PreferLocalPlacement]
public sealed class HomeGrain : Grain, IHomeGrain
{
    private readonly string _life = Guid.NewGuid().ToString("N");

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Ticks.Note(_life, $"ended {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<string> Life() => Task.FromResult(_life);

    public Task<SiloAddress> Where() => Task.FromResult(GrainContext.Address.SiloAddress!);

    public Task PassGate(string gate) => Gate.Of(gate).Pass();

    public async Task<string> PassGateOf(string other)
    {
        try
        {
            await GrainFactory.GetGrain<IHomeGrain>(other).PassGate(other);
            return "passed";
        }
        catch (Exception failure)
        {
            return failure.GetType().Name;
        }
    }
}
