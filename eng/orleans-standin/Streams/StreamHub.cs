using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>Every stream of a cluster: who subscribed, and what is on its way to them. Silos come and go, this stays.</summary>
internal sealed class StreamHub(Cluster cluster)
{
    private readonly ConcurrentDictionary<(string Provider, StreamId Stream), Topic> _topics = new();

    public Topic Topic(string provider, StreamId stream) => _topics.GetOrAdd((provider, stream), static (_, cluster) => new Topic(cluster), cluster);
}

/// <summary>One stream.</summary>
internal sealed class Topic(Cluster cluster)
{
    private readonly ConcurrentDictionary<Guid, Subscription> _subscriptions = new();
    private long _published;

    public Subscription Subscribe(GrainId consumer)
    {
        var subscription = new Subscription(cluster, this, consumer, cluster.Driver.NewId());
        _subscriptions[subscription.Id] = subscription;
        return subscription;
    }

    public void Unsubscribe(Guid subscription) => _subscriptions.TryRemove(subscription, out _);

    public Subscription[] Of(GrainId consumer) => [.. _subscriptions.Values.Where(s => s.Consumer == consumer)];

    public void Publish(object item)
    {
        var token = new EventToken(Interlocked.Increment(ref _published));
        Tell((consumer, id) => consumer.Deliver(id, item, token));
    }

    public void Complete() => Tell(static (consumer, id) => consumer.Complete(id));

    public void Fail(Exception failure) => Tell((consumer, id) => consumer.Fail(id, failure));

    private void Tell(Func<IStreamConsumer, Guid, Task> message)
    {
        foreach (var subscription in _subscriptions.Values.OrderBy(s => s.Id))
        {
            subscription.Tell(message);
        }
    }
}
