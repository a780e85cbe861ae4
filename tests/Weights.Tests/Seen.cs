using System.Collections.Concurrent;

namespace OrleansDiffusion.Weights.Tests;

/// <summary>Remembers every event.</summary>
internal sealed class Seen : IWeightsObserver
{
    private readonly ConcurrentQueue<WeightsEvent> _all = new();

    public IEnumerable<T> Of<T>() => _all.OfType<T>();

    void IWeightsObserver.Seen(WeightsEvent what) => _all.Enqueue(what);
}
