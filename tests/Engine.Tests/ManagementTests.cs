using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>What the cluster tells about itself, and how idle activations end.</summary>
public sealed class ManagementTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Hosts_are_listed_with_their_state_and_name()
    {
        await using var cluster = await EngineCluster.Start(2);
        var hosts = await Management(cluster).GetHosts(onlyActive: true).Soon();
        Assert.Equal(cluster.Silos.Select(s => s.SiloAddress).Order(), hosts.Keys.Order());
        Assert.All(hosts.Values, status => Assert.Equal(SiloStatus.Active, status));
        var detailed = await Management(cluster).GetDetailedHosts(onlyActive: true).Soon();
        Assert.Equal(cluster.Silos.Select(s => s.Name).Order(), detailed.Select(d => d.SiloName).Order());
    }

    [Fact]
    public async Task Activations_are_counted_and_named()
    {
        // One silo: the real engine counts per process what GetSimpleGrainStatistics reports per silo.
        await using var cluster = await EngineCluster.Start(1);
        foreach (var key in Enumerable.Range(0, 10))
        {
            await cluster.Client.GetGrain<IIdleGrain>($"{key}").Life().Soon();
        }

        var management = Management(cluster);
        var detailed = await management.GetDetailedGrainStatistics().Soon();
        Assert.Equal(
            Enumerable.Range(0, 10).Select(key => $"idle/{key}"),
            detailed.Where(d => d.GrainId.Type.ToString() == "idle").Select(d => d.GrainId.ToString()).Order());
        var name = detailed.First(d => d.GrainId.Type.ToString() == "idle").GrainType;
        Assert.StartsWith("OrleansDiffusion.Engine.Tests.IdleGrain", name, StringComparison.Ordinal);
        Assert.Equal(10, (await management.GetDetailedGrainStatistics([name]).Soon()).Length);
        var simple = await management.GetSimpleGrainStatistics().Soon();
        Assert.Equal(10, simple.Where(s => s.GrainType.StartsWith("OrleansDiffusion.Engine.Tests.IdleGrain", StringComparison.Ordinal)).Sum(s => s.ActivationCount));
        Assert.True(await management.GetTotalActivationCount().Soon() >= 10);
        Assert.Single(await management.GetRuntimeStatistics([]).Soon());
    }

    [Fact]
    public async Task An_activation_has_an_address()
    {
        await using var cluster = await EngineCluster.Start(2);
        var grain = cluster.Client.GetGrain<IIdleGrain>("where");
        Assert.Null(await Management(cluster).GetActivationAddress(grain).Soon());
        await grain.Life().Soon();
        Assert.Contains(await Management(cluster).GetActivationAddress(grain).Soon(), cluster.Silos.Select(s => s.SiloAddress));
    }

    [Fact]
    public async Task Idle_activations_are_collected_and_busy_ones_are_not()
    {
        await using var cluster = await EngineCluster.Start(1);
        var idle = await cluster.Client.GetGrain<IIdleGrain>("idle").Life().Soon();
        var busy = cluster.Client.GetGrain<IIdleGrain>("busy");
        var busyLife = await busy.Life().Soon();
        var request = busy.PassGate("busy");
        await Gate.Of("busy").Entered;
        await Management(cluster).ForceActivationCollection(TimeSpan.Zero).Soon();
        Assert.Equal("ended ActivationIdle", await Ticks.Next(idle).Soon());
        Gate.Of("busy").Open();
        await request.Soon();
        Assert.Equal(busyLife, await busy.Life().Soon());
    }

    [Fact]
    public async Task Idle_activations_end_by_themselves_after_their_collection_age()
    {
        await using var cluster = await EngineCluster.Start(1, silo => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(500);
            options.CollectionAge = TimeSpan.FromSeconds(1);
        }));
        var life = await cluster.Client.GetGrain<IIdleGrain>("short").Life().Soon();
        Assert.Equal("ended ActivationIdle", await Ticks.Next(life).Soon());
    }

    [Fact]
    public async Task Delayed_deactivation_keeps_an_activation()
    {
        await using var cluster = await EngineCluster.Start(1);
        var kept = cluster.Client.GetGrain<IIdleGrain>("kept");
        var life = await kept.Life().Soon();
        var other = await cluster.Client.GetGrain<IIdleGrain>("other").Life().Soon();
        await kept.Delay(Day).Soon();
        await Management(cluster).ForceActivationCollection(TimeSpan.Zero).Soon();
        Assert.Equal("ended ActivationIdle", await Ticks.Next(other).Soon());
        Assert.Equal(life, await kept.Life().Soon());
        await kept.Delay(TimeSpan.FromSeconds(-1)).Soon();
        await Management(cluster).ForceActivationCollection(TimeSpan.Zero).Soon();
        Assert.Equal("ended ActivationIdle", await Ticks.Next(life).Soon());
    }

    [Fact]
    public async Task A_class_may_ask_never_to_be_collected()
    {
        await using var cluster = await EngineCluster.Start(1);
        var keeper = cluster.Client.GetGrain<IIdleGrain>("k", nameof(KeptAliveGrain).Qualified());
        var life = await keeper.Life().Soon();
        var other = await cluster.Client.GetGrain<IIdleGrain>("o", nameof(IdleGrain).Qualified()).Life().Soon();
        await Management(cluster).ForceActivationCollection(TimeSpan.Zero).Soon();
        Assert.Equal("ended ActivationIdle", await Ticks.Next(other).Soon());
        Assert.Equal(life, await keeper.Life().Soon());
    }

    private static IManagementGrain Management(InProcessTestCluster cluster) => cluster.Client.GetGrain<IManagementGrain>(0);
}

public interface IIdleGrain : IGrainWithStringKey
{
    Task<string> Life();

    Task PassGate(string gate);

    Task Delay(TimeSpan delay);
}

public class IdleGrain : Grain, IIdleGrain
{
    private readonly string _life = Guid.NewGuid().ToString("N");

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Ticks.Note(_life, $"ended {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<string> Life() => Task.FromResult(_life);

    public Task PassGate(string gate) => Gate.Of(gate).Pass();

    public Task Delay(TimeSpan delay)
    {
        DelayDeactivation(delay);
        return Task.CompletedTask;
    }
}

[KeepAlive]
public sealed class KeptAliveGrain : IdleGrain;
