using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Grains come to life when called, once at a time in the whole cluster.</summary>
public sealed class ActivationTests
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Concurrent_first_calls_meet_one_activation_per_key()
    {
        await using var cluster = await EngineCluster.Start(3);
        var calls =
            from caller in cluster.Silos.Select(s => s.Service<IGrainFactory>()).Append(cluster.Client)
            from call in Enumerable.Range(0, 50)
            select (Key: $"{_key}/{call % 10}", Life: caller.GetGrain<ILifeGrain>($"{_key}/{call % 10}").Life());
        var lives = calls.ToList();
        await Task.WhenAll(lives.Select(l => l.Life)).Soon();
        var perKey = lives.GroupBy(l => l.Key).ToDictionary(g => g.Key, g => g.Select(l => l.Life.Result).Distinct().Count());
        Assert.Equal(10, perKey.Count);
        Assert.All(perKey.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Setting_up_ends_before_the_first_request_runs()
    {
        await using var cluster = await EngineCluster.Start(1);
        var life = cluster.Client.GetGrain<ILifeGrain>($"slow/{_key}").Life();
        await Gate.Of($"slow/{_key}").Entered;
        Assert.False(life.IsCompleted);
        Gate.Of($"slow/{_key}").Open();
        Assert.Equal("set up", await cluster.Client.GetGrain<ILifeGrain>($"slow/{_key}").State().Soon());
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_and_the_next_call_tries_again()
    {
        await using var cluster = await EngineCluster.Start(1);
        var grain = cluster.Client.GetGrain<ILifeGrain>($"fails-once/{_key}");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Life().Soon());
        Assert.Equal($"cannot set up fails-once/{_key}", failure.Message);
        Assert.Equal("set up", await grain.State().Soon());
    }

    [Fact]
    public async Task Deactivate_on_idle_ends_the_activation_and_the_next_call_meets_another()
    {
        await using var cluster = await EngineCluster.Start(1);
        var grain = cluster.Client.GetGrain<ILifeGrain>(_key);
        var first = await grain.Life().Soon();
        await grain.End().Soon();
        Assert.NotEqual(first, await grain.Life().Soon());
        Assert.Equal(nameof(DeactivationReasonCode.ApplicationRequested), LifeGrain.Ended[first]);
    }

    [Fact]
    public async Task Requests_that_wait_when_the_activation_ends_are_answered_by_the_next()
    {
        await using var cluster = await EngineCluster.Start(1);
        var grain = cluster.Client.GetGrain<ILifeGrain>(_key);
        var first = await grain.Life().Soon();
        var ending = grain.EndBehind(_key);
        await Gate.Of(_key).Entered;
        var waiting = Enumerable.Range(0, 5).Select(_ => grain.Life()).ToList();
        Gate.Of(_key).Open();
        await ending.Soon();
        var lives = await Task.WhenAll(waiting).Soon();
        Assert.Single(lives.Distinct());
        Assert.DoesNotContain(first, lives);
    }

    [Fact]
    public async Task Constructors_get_services_also_by_key()
    {
        await using var cluster = await EngineCluster.Start(1, silo => silo.Services.AddKeyedSingleton("greeting", "hello"));
        Assert.Equal("hello", await cluster.Client.GetGrain<IGreetingGrain>(_key).Greet().Soon());
    }

    [Fact]
    public async Task Stopping_the_cluster_ends_activations_for_shutdown()
    {
        Guid life;
        await using (var cluster = await EngineCluster.Start(1))
        {
            life = await cluster.Client.GetGrain<ILifeGrain>(_key).Life().Soon();
        }

        Assert.Equal(nameof(DeactivationReasonCode.ShuttingDown), LifeGrain.Ended[life]);
    }
}

public interface ILifeGrain : IGrainWithStringKey
{
    Task<Guid> Life();

    Task<string> State();

    Task End();

    Task EndBehind(string gate);
}

public sealed class LifeGrain : Grain, ILifeGrain
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Failed = new();
    private readonly Guid _life = Guid.NewGuid();
    private string _state = "created";

    public static System.Collections.Concurrent.ConcurrentDictionary<Guid, string> Ended { get; } = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (key.StartsWith("slow/", StringComparison.Ordinal))
        {
            await Gate.Of(key).Pass(cancellationToken);
        }

        if (key.StartsWith("fails-once/", StringComparison.Ordinal) && Failed.TryAdd(key, true))
        {
            throw new InvalidOperationException($"cannot set up {key}");
        }

        _state = "set up";
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Ended[_life] = reason.ReasonCode.ToString();
        return Task.CompletedTask;
    }

    public Task<Guid> Life() => Task.FromResult(_life);

    public Task<string> State() => Task.FromResult(_state);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task EndBehind(string gate)
    {
        DeactivateOnIdle();
        await Gate.Of(gate).Pass();
    }
}

public interface IGreetingGrain : IGrainWithStringKey
{
    Task<string> Greet();
}

public sealed class GreetingGrain([FromKeyedServices("greeting")] string greeting) : Grain, IGreetingGrain
{
    public Task<string> Greet() => Task.FromResult(greeting);
}
