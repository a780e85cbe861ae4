using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>Gives grain constructors the services of their activation.</summary>
internal sealed class ServiceActivator : IGrainActivator
{
    private readonly ConcurrentDictionary<Type, ObjectFactory> _factories = new();

    public object CreateInstance(IGrainContext context)
    {
        var factory = _factories.GetOrAdd(Activation.Of(context).Class.Type!, static type => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes));
        return factory(context.ActivationServices, null);
    }

    public async ValueTask DisposeInstance(IGrainContext context, object instance)
    {
        if (instance is IAsyncDisposable later)
        {
            await later.DisposeAsync();
        }
        else
        {
            (instance as IDisposable)?.Dispose();
        }
    }
}
