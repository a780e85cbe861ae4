using Orleans.Runtime;
using Orleans.Streams;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Streams;

/// <summary>The streams of one provider, seen from one node.</summary>
internal sealed class MemoryStreamProvider(string name, Node node) : IStreamProvider
{
    public string Name => name;

    public bool IsRewindable => true;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new MemoryStream<T>(name, streamId, node);
}

/// <summary>One stream, seen from one node.</summary>
internal sealed class MemoryStream<T>(string provider, StreamId id, Node node) : IAsyncStream<T>
{
    public bool IsRewindable => true;

    public string ProviderName => provider;

    public StreamId StreamId => id;

    private (GrainId Id, StreamConsumer Consumer) Local => node.LocalConsumer();

    private Topic Topic => node.Cluster.Streams.Topic(provider, id);

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        node.ThrowIfStopped();
        Topic.Publish(node.Copier.CopyAs(item, typeof(T), deep: true)!);
        return Task.CompletedTask;
    }

    public async Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        foreach (var item in batch)
        {
            await OnNextAsync(item, token);
        }
    }

    public Task OnCompletedAsync()
    {
        Topic.Complete();
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        Topic.Fail(ex);
        return Task.CompletedTask;
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (token is not null || filterData is not null)
        {
            throw new NotSupportedException("The stand-in's memory streams cannot be rewound or filtered.");
        }

        node.ThrowIfStopped();
        var local = Local;
        var subscription = Topic.Subscribe(local.Id);
        local.Consumer.Attach(subscription.Id, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(new Handle(this, subscription.Id));
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        IList<StreamSubscriptionHandle<T>> handles = [.. Topic.Of(Local.Id).Select(s => new Handle(this, s.Id))];
        return Task.FromResult(handles);
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.StreamId == id && other.ProviderName == provider;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private sealed class Handle(MemoryStream<T> stream, Guid handleId) : StreamSubscriptionHandle<T>
    {
        private bool _isSpent;

        public override StreamId StreamId => stream.StreamId;

        public override string ProviderName => stream.ProviderName;

        public override Guid HandleId => handleId;

        public override Task UnsubscribeAsync()
        {
            Spend();
            stream.Local.Consumer.Detach(handleId);
            stream.Topic.Unsubscribe(handleId);
            return Task.CompletedTask;
        }

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
        {
            Spend();
            stream.Local.Consumer.Attach(handleId, observer);
            return Task.FromResult<StreamSubscriptionHandle<T>>(new Handle(stream, handleId));
        }

        public override bool Equals(StreamSubscriptionHandle<T>? other) => other?.HandleId == handleId;

        public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

        public override int GetHashCode() => handleId.GetHashCode();

        private void Spend()
        {
            if (_isSpent)
            {
                throw new InvalidOperationException("Handle is no longer valid. It has been used to unsubscribe or resume.");
            }

            _isSpent = true;
        }
    }
}
