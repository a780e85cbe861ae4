using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Calls;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>One life of a grain in memory: its instance, its thread and its queue.</summary>
internal sealed partial class Activation : IGrainContext
{
    private readonly TaskCompletionSource _deactivated;
    private readonly Dictionary<Type, object> _components = [];
    private readonly IServiceScope? _scope;
    private GrainReference? _reference;

    public Activation(Node host, GrainClass grainClass, GrainId grainId)
    {
        Silo = host;
        _deactivated = new TaskCompletionSource(host.Cluster.Driver.Continuations);
        Class = grainClass;
        GrainId = grainId;
        ActivationId = new ActivationId(host.Cluster.Driver.NewId());
        Scheduler = new ActivationScheduler(host.Cluster.Driver, this, $"{grainId} at {host.Name}");
        _scope = grainClass.IsObserver ? null : host.Services.CreateScope();
        _lastUsed = host.Time.GetUtcNow();
    }

    public Node Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public ActivationId ActivationId { get; }

    public ActivationScheduler Scheduler { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope?.ServiceProvider ?? Silo.Services;

    public GrainAddress Address => new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = Silo.Address };

    public GrainReference GrainReference => _reference ??= ProxyFactory.Create(Class.PrimaryInterface, Silo, GrainId);

    public Task Deactivated => _deactivated.Task;

    public IIncomingGrainCallFilter[] IncomingFilters => Silo.IncomingFilters;

    public static Activation Of(IGrainContext context) =>
        context as Activation ?? throw new InvalidOperationException("This grain's context is not one of the runtime's.");

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        lock (_components)
        {
            return _components.GetValueOrDefault(componentType) ?? (componentType.IsInstanceOfType(GrainInstance) ? GrainInstance : null);
        }
    }

    /// <summary>The activation's one <typeparamref name="T"/>, made when first asked for.</summary>
    public T Component<T>(Func<Activation, T> create)
        where T : class
    {
        lock (_components)
        {
            if (!_components.TryGetValue(typeof(T), out var component))
            {
                _components[typeof(T)] = component = create(this);
            }

            return (T)component;
        }
    }

    /// <summary>The object that answers: the grain, or one of the runtime's extensions of it.</summary>
    public object TargetOf(MethodPlan plan) => plan.IsExtension && !plan.InterfaceType.IsInstanceOfType(GrainInstance)
        ? Extensions.Find(this, plan.InterfaceType)
        : GrainInstance!;

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"[Activation {Silo.Address} {GrainId} {ActivationId} {Class.Type?.Name}]";
}
