using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>
/// Which types can cross a grain border and how: those that Orleans' serializer would carry, by its own rules,
/// so that what passes here passes there.
/// </summary>
internal sealed class CopyPlans
{
    [ThreadStatic]
    private static HashSet<Type>? _inProgress;

    private readonly ConcurrentDictionary<(Type Actual, Type Declared), CopyPlan> _plans = new();
    private readonly Func<Type, Type, CopyPlan> _create;
    private readonly Converters _converters;
    private readonly JsonCopying _json;

    public CopyPlans(IServiceProvider services)
    {
        _converters = new Converters(services);
        _json = new JsonCopying(services.GetServices<JsonSelector>(), services.GetService<IOptions<JsonCodecOptions>>()?.Value);
        _create = Create;
    }

    public CopyPlan For(Type actual, Type declared)
    {
        // The declared type matters only where it is a collection interface.
        var key = (actual, declared.IsInterface && declared.IsGenericType ? declared : typeof(object));
        return _plans.TryGetValue(key, out var plan) ? plan : _plans.GetOrAdd(key, _create(key.actual, key.Item2));
    }

    private CopyPlan Create(Type actual, Type declared) =>
        Find(actual)
        ?? CollectionPlans.FindByInterface(actual, declared)
        ?? throw new CodecNotFoundException(Complaint(actual));

    private CopyPlan? Find(Type type) =>
        SharedTypes.Contains(type) ? SharedPlan.Instance
        : typeof(GrainReference).IsAssignableFrom(type) ? ReferencePlan.Instance
        : _converters.Find(type)
        ?? ExceptionPlan.Find(type)
        ?? CollectionPlans.Find(type, this)
        ?? MemberPlan.Find(type, this)
        ?? _json.Find(type);

    /// <summary>Values declared as this type never need a copy. A type that contains itself is taken to need one.</summary>
    public bool IsShared(Type declared)
    {
        if (SharedTypes.Contains(declared))
        {
            return true;
        }

        _inProgress ??= [];
        if (!declared.IsSealed || !_inProgress.Add(declared))
        {
            return false;
        }

        var isShared = Find(declared) is { IsShared: true };
        _inProgress.Remove(declared);
        return isShared;
    }

    private static string Complaint(Type type) => typeof(IGrainBase).IsAssignableFrom(type) || typeof(IGrainObserver).IsAssignableFrom(type)
        ? $"Could not find a copier for type {type}: send a grain as this.AsReference<T>(), an observer as CreateObjectReference<T>(...)."
        : $"Could not find a copier for type {type}: Orleans carries primitives, known collections and types marked [GenerateSerializer].";
}
