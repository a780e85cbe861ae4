using System.Threading.Channels;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>Memory streams: published here, heard there.</summary>
public sealed class StreamTests(StreamSilos silos) : IClassFixture<StreamSilos>
{
    private const string Space = "events";
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IAsyncStream<string> Stream => silos.Cluster.Client.GetStreamProvider(StreamSilos.Provider).GetStream<string>(StreamId.Create(Space, _key));

    [Fact]
    public async Task A_client_hears_what_a_grain_publishes_in_order()
    {
        var heard = Channel.CreateUnbounded<string>();
        var handle = await Stream.SubscribeAsync((item, _) => Note(heard, item)).Soon();
        await silos.Cluster.Client.GetGrain<IPublishingGrain>(_key).Publish(Space, ["a", "b", "c"]).Soon();
        Assert.Equal(["a", "b", "c"], await Read(heard, 3));
        await handle.UnsubscribeAsync().Soon();
    }

    [Fact]
    public async Task A_grain_hears_what_a_client_publishes()
    {
        await silos.Cluster.Client.GetGrain<IListeningGrain>(_key).Listen(Space).Soon();
        await Stream.OnNextAsync("from the client").Soon();
        Assert.Equal("from the client", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task Every_subscriber_hears_everything()
    {
        var first = Channel.CreateUnbounded<string>();
        var second = Channel.CreateUnbounded<string>();
        await Stream.SubscribeAsync((item, _) => Note(first, item)).Soon();
        await Stream.SubscribeAsync((item, _) => Note(second, item)).Soon();
        await silos.Cluster.Client.GetGrain<IListeningGrain>(_key).Listen(Space).Soon();
        await Stream.OnNextAsync("all").Soon();
        Assert.Equal(["all"], await Read(first, 1));
        Assert.Equal(["all"], await Read(second, 1));
        Assert.Equal("all", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task After_unsubscribing_nothing_is_heard()
    {
        var left = Channel.CreateUnbounded<string>();
        var stayed = Channel.CreateUnbounded<string>();
        var leaving = await Stream.SubscribeAsync((item, _) => Note(left, item)).Soon();
        await Stream.SubscribeAsync((item, _) => Note(stayed, item)).Soon();
        Assert.Equal(2, (await Stream.GetAllSubscriptionHandles().Soon()).Count);
        await leaving.UnsubscribeAsync().Soon();
        Assert.Single(await Stream.GetAllSubscriptionHandles().Soon());
        await Stream.OnNextAsync("later").Soon();
        Assert.Equal(["later"], await Read(stayed, 1));
        Assert.False(left.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_subscription_outlives_its_activation_and_is_resumed_by_the_next()
    {
        var grain = silos.Cluster.Client.GetGrain<IListeningGrain>(_key);
        await grain.Listen(Space).Soon();
        await grain.End().Soon();
        await Stream.OnNextAsync("to the next activation").Soon();
        Assert.Equal("resumed to the next activation", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task An_observer_object_hears_items_with_growing_tokens()
    {
        var observer = new Observer();
        await Stream.SubscribeAsync(observer).Soon();
        await Stream.OnNextAsync("x").Soon();
        await Stream.OnNextAsync("y").Soon();
        var tokens = await Read(observer.Tokens, 2);
        Assert.True(tokens[0].CompareTo(tokens[1]) < 0);
    }

    [Fact]
    public void An_unknown_provider_is_not_found() =>
        Assert.Throws<KeyNotFoundException>(() => silos.Cluster.Client.GetStreamProvider("nowhere"));

    [Fact]
    public async Task A_silo_without_a_store_for_subscriptions_does_not_start()
    {
        var failure = await Assert.ThrowsAsync<OrleansConfigurationException>(() =>
            EngineCluster.Start(1, silo => silo.AddMemoryStreams(StreamSilos.Provider)));
        Assert.Contains("PubSubStore", failure.Message, StringComparison.Ordinal);
    }

    private static Task Note(Channel<string> heard, string item)
    {
        heard.Writer.TryWrite(item);
        return Task.CompletedTask;
    }

    private static async Task<List<T>> Read<T>(Channel<T> channel, int count)
    {
        var read = new List<T>();
        while (read.Count < count)
        {
            read.Add(await channel.Reader.ReadAsync(TestContext.Current.CancellationToken).Soon());
        }

        return read;
    }

    private sealed class Observer : IAsyncObserver<string>
    {
        public Channel<StreamSequenceToken> Tokens { get; } = Channel.CreateUnbounded<StreamSequenceToken>();

        public Task OnNextAsync(string item, StreamSequenceToken? token = null)
        {
            Tokens.Writer.TryWrite(token!);
            return Task.CompletedTask;
        }

        public Task OnCompletedAsync() => Task.CompletedTask;

        public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
    }
}

public sealed class StreamSilos : IAsyncLifetime
{
    public const string Provider = "memory";

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await EngineCluster.Start(
        2,
        silo => silo.AddMemoryStreams(Provider).AddMemoryGrainStorage("PubSubStore"),
        client => client.AddMemoryStreams(Provider));

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

public interface IPublishingGrain : IGrainWithStringKey
{
    Task Publish(string space, List<string> items);
}

public sealed class PublishingGrain : Grain, IPublishingGrain
{
    public async Task Publish(string space, List<string> items)
    {
        var stream = this.GetStreamProvider(StreamSilos.Provider).GetStream<string>(StreamId.Create(space, this.GetPrimaryKeyString()));
        foreach (var item in items)
        {
            await stream.OnNextAsync(item);
        }
    }
}

public interface IListeningGrain : IGrainWithStringKey
{
    Task Listen(string space);

    Task End();
}

public sealed class ListeningGrain : Grain, IListeningGrain
{
    private IAsyncStream<string> Stream(string space) =>
        this.GetStreamProvider(StreamSilos.Provider).GetStream<string>(StreamId.Create(space, this.GetPrimaryKeyString()));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var handle in await Stream("events").GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync((item, _) => Note($"resumed {item}"));
        }
    }

    public Task Listen(string space) => Stream(space).SubscribeAsync((item, _) => Note(item));

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private Task Note(string item)
    {
        Ticks.Note(this.GetPrimaryKeyString(), item);
        return Task.CompletedTask;
    }
}
