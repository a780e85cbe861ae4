using System.Collections.Concurrent;
using Orleans;
using Orleans.Streams;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>The observers that one grain activation, or one client, has attached to its subscriptions.</summary>
internal sealed class StreamConsumer : IStreamConsumer, IGrainObserver
{
    private readonly ConcurrentDictionary<Guid, Attached> _observers = new();

    public void Attach<T>(Guid subscription, IAsyncObserver<T> observer) => _observers[subscription] =
        new Attached((item, token) => observer.OnNextAsync((T)item, token), observer.OnErrorAsync, observer.OnCompletedAsync);

    public void Detach(Guid subscription) => _observers.TryRemove(subscription, out _);

    // Nobody attached: the subscriber has not resumed its subscription, and the event is lost to it.
    public Task Deliver(Guid subscription, object item, StreamSequenceToken token) =>
        _observers.TryGetValue(subscription, out var observer) ? observer.OnNext(item, token) : Task.CompletedTask;

    public Task Complete(Guid subscription) =>
        _observers.TryGetValue(subscription, out var observer) ? observer.OnCompleted() : Task.CompletedTask;

    public Task Fail(Guid subscription, Exception failure) =>
        _observers.TryGetValue(subscription, out var observer) ? observer.OnError(failure) : Task.CompletedTask;

    private sealed record Attached(Func<object, StreamSequenceToken, Task> OnNext, Func<Exception, Task> OnError, Func<Task> OnCompleted);
}
