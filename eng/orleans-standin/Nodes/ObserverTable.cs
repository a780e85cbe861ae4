using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Calls;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>
/// Objects outside of grains that grains can call. They are held weakly: whoever created the reference keeps the object.
/// Calls to one observer run one at a time, in order.
/// </summary>
internal sealed class ObserverTable(Cluster cluster)
{
    private readonly ConcurrentDictionary<GrainId, (Activation Context, WeakReference<IGrainObserver> Object)> _observers = new();

    public GrainReference Add(Node owner, Type observerInterface, IGrainObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (observer is GrainReference or Grain)
        {
            throw new ArgumentException("A grain is its own reference: use AsReference instead of CreateObjectReference.", nameof(observer));
        }

        var observerClass = GrainClass.ForObserver(observerInterface);
        var id = GrainId.Create(observerClass.GrainType, cluster.Driver.NewId().ToString("N"));
        _observers[id] = (new Activation(owner, observerClass, id), new WeakReference<IGrainObserver>(observer));
        return ProxyFactory.Create(observerInterface, owner, id);
    }

    public void Remove(IGrainObserver reference)
    {
        if (reference is not GrainReference { GrainId: var id })
        {
            throw new ArgumentException("Give the reference that CreateObjectReference returned.", nameof(reference));
        }

        _observers.TryRemove(id, out _);
    }

    /// <returns>Null: not an observer, or one that is no longer there.</returns>
    public Activation? Find(GrainId id)
    {
        if (id.Type != GrainClass.ObserverType || !_observers.TryGetValue(id, out var entry))
        {
            return null;
        }

        if (!entry.Object.TryGetTarget(out var target))
        {
            _observers.TryRemove(id, out _);
            return null;
        }

        entry.Context.Adopt(target);
        return entry.Context;
    }
}
