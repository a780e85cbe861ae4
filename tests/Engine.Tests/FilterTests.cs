using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Filters stand around calls; request context travels with them.</summary>
public sealed class FilterTests
{
    [Fact]
    public async Task Incoming_filters_run_in_order_around_the_call_and_the_grains_own_is_the_last()
    {
        var log = new List<string>();
        await using var cluster = await EngineCluster.Start(1, silo => silo
            .AddIncomingGrainCallFilter(Noting(log, "first"))
            .AddIncomingGrainCallFilter(Noting(log, "second")));
        Assert.Equal("hello world", await cluster.Client.GetGrain<IFilteredGrain>("k").Say("world").Soon());
        Assert.Equal(["first in Say(world)", "second in Say(world)", "second out hello world", "first out hello world"], log);
        Assert.Equal(["own Say"], FilteredGrain.Seen);
    }

    [Fact]
    public async Task A_filter_may_answer_instead_of_the_grain_change_the_result_and_refuse()
    {
        await using var cluster = await EngineCluster.Start(1, silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.Grain is not FilteredGrain)
            {
                await context.Invoke();
                return;
            }

            switch ((string?)context.Request.GetArgument(0))
            {
                case "answered":
                    context.Result = "by the filter";
                    break;
                case "refused":
                    throw new UnauthorizedAccessException("not you");
                default:
                    await context.Invoke();
                    context.Result = $"{context.Result}!";
                    break;
            }
        }));
        var grain = cluster.Client.GetGrain<IFilteredGrain>("k2");
        Assert.Equal("by the filter", await grain.Say("answered").Soon());
        Assert.Equal("hello world!", await grain.Say("world").Soon());
        Assert.Equal("not you", (await Assert.ThrowsAsync<UnauthorizedAccessException>(() => grain.Say("refused").Soon())).Message);
    }

    [Fact]
    public async Task Outgoing_filters_see_the_calls_of_clients_and_of_grains()
    {
        var fromClient = new List<string>();
        var fromGrains = new List<string>();
        await using var cluster = await EngineCluster.Start(
            1,
            silo => silo.AddOutgoingGrainCallFilter(Noting(fromGrains)),
            client => client.AddOutgoingGrainCallFilter(Noting(fromClient)));
        Assert.Equal("hello world", await cluster.Client.GetGrain<IFilteredGrain>("k3").SayThrough("k4", "world").Soon());
        Assert.Equal(["SayThrough"], fromClient);
        Assert.Equal(["Say"], fromGrains);
    }

    [Fact]
    public async Task Request_context_travels_to_callees_and_not_back()
    {
        await using var cluster = await EngineCluster.Start(1);
        RequestContext.Set("tenant", "t1");
        try
        {
            var grain = cluster.Client.GetGrain<IFilteredGrain>("k5");
            Assert.Equal("t1", await grain.Tenant().Soon());
            Assert.Equal("t1", await grain.TenantThrough("k6").Soon());
            await grain.SetTenant("t2").Soon();
            Assert.Equal("t1", RequestContext.Get("tenant"));
        }
        finally
        {
            RequestContext.Clear();
        }

        Assert.Null(await cluster.Client.GetGrain<IFilteredGrain>("k5").Tenant().Soon());
    }

    private static IncomingGrainCallFilterDelegate Noting(List<string> log, string name) => async context =>
    {
        if (context.Grain is not FilteredGrain)
        {
            await context.Invoke();
            return;
        }

        log.Add($"{name} in {context.MethodName}({context.Request.GetArgument(0)})");
        await context.Invoke();
        log.Add($"{name} out {context.Result}");
    };

    private static OutgoingGrainCallFilterDelegate Noting(List<string> log) => async context =>
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IFilteredGrain))
        {
            log.Add(context.MethodName);
        }

        await context.Invoke();
    };
}

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Say(string name);

    Task<string> SayThrough(string other, string name);

    Task<string?> Tenant();

    Task<string?> TenantThrough(string other);

    Task SetTenant(string tenant);
}

public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public static List<string> Seen { get; } = [];

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (this.GetPrimaryKeyString() == "k")
        {
            Seen.Add($"own {context.ImplementationMethod.Name}");
        }

        await context.Invoke();
    }

    public Task<string> Say(string name) => Task.FromResult($"hello {name}");

    public Task<string> SayThrough(string other, string name) => GrainFactory.GetGrain<IFilteredGrain>(other).Say(name);

    public Task<string?> Tenant() => Task.FromResult((string?)RequestContext.Get("tenant"));

    public Task<string?> TenantThrough(string other) => GrainFactory.GetGrain<IFilteredGrain>(other).Tenant();

    public Task SetTenant(string tenant)
    {
        RequestContext.Set("tenant", tenant);
        return Task.CompletedTask;
    }
}
