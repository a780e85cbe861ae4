using System.Threading.Channels;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>A client lends an object to grains, which call it back.</summary>
public sealed class ObserverTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task An_observer_is_told_until_its_reference_is_deleted()
    {
        var observer = new Listener();
        var reference = silos.Client.CreateObjectReference<IListener>(observer);
        var grain = silos.Client.GetGrain<ITellingGrain>(_key);
        await grain.Register(reference).Soon();
        await grain.Tell("one").Soon();
        Assert.Equal("one", await observer.Heard.Reader.ReadAsync(TestContext.Current.CancellationToken).Soon());
        silos.Client.DeleteObjectReference<IListener>(reference);
        await grain.Tell("two").Soon();
        await grain.Tell("three").Soon();
        Assert.False(observer.Heard.Reader.TryRead(out _));
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task An_observer_answers_when_its_method_returns_a_task()
    {
        var observer = new Listener();
        var reference = silos.Client.CreateObjectReference<IListener>(observer);
        var grain = silos.Client.GetGrain<ITellingGrain>(_key);
        await grain.Register(reference).Soon();
        Assert.Equal("heard question", await grain.Ask("question").Soon());
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task Code_of_a_silo_may_observe_as_well()
    {
        var observer = new Listener();
        var factory = silos.Cluster.Silos[0].Service<IGrainFactory>();
        await factory.GetGrain<ITellingGrain>(_key).Register(factory.CreateObjectReference<IListener>(observer)).Soon();
        await factory.GetGrain<ITellingGrain>(_key).Tell("to the silo").Soon();
        Assert.Equal("to the silo", await observer.Heard.Reader.ReadAsync(TestContext.Current.CancellationToken).Soon());
        GC.KeepAlive(observer);
    }

    private sealed class Listener : IListener
    {
        public Channel<string> Heard { get; } = Channel.CreateUnbounded<string>();

        public void Hear(string what) => Heard.Writer.TryWrite(what);

        public Task<string> Answer(string question) => Task.FromResult($"heard {question}");
    }
}

public interface IListener : IGrainObserver
{
    void Hear(string what);

    Task<string> Answer(string question);
}

public interface ITellingGrain : IGrainWithStringKey
{
    Task Register(IListener listener);

    Task Tell(string what);

    Task<string> Ask(string question);
}

public sealed class TellingGrain : Grain, ITellingGrain
{
    private IListener? _listener;

    public Task Register(IListener listener)
    {
        _listener = listener;
        return Task.CompletedTask;
    }

    public Task Tell(string what)
    {
        _listener!.Hear(what);
        return Task.CompletedTask;
    }

    public Task<string> Ask(string question) => _listener!.Answer(question);
}
