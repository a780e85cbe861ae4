using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>The grain classes of the application, and which of them stands behind an interface.</summary>
internal sealed class GrainCatalog
{
    private readonly Dictionary<GrainType, GrainClass> _classes = [];
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainClass> _behind = new();

    public GrainCatalog(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(IsGrainClass))
        {
            var grainClass = GrainClass.Of(type);
            if (!_classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new InvalidOperationException(
                    $"{type} and {_classes[grainClass.GrainType].Type} are both named \"{grainClass.GrainType}\"; give one of them a [GrainType].");
            }
        }
    }

    /// <summary>Of all application assemblies; scanned once.</summary>
    public static GrainCatalog Application { get; } = new(ApplicationTypes.All());

    public GrainClass this[GrainType type] =>
        _classes.TryGetValue(type, out var found) ? found : throw new ArgumentException($"Could not find an implementation for grain type {type}");

    public GrainClass Behind(Type interfaceType, string? prefix) => _behind.GetOrAdd((interfaceType, prefix), key => Find(key.Interface, key.Prefix));

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
        && typeof(IGrain).IsAssignableFrom(type)
        && !typeof(GrainReference).IsAssignableFrom(type);

    private GrainClass Find(Type interfaceType, string? prefix)
    {
        GrainClass[] candidates = [.. _classes.Values.Where(c => interfaceType.IsAssignableFrom(c.Type)
            && (prefix is null || c.Type!.FullName!.StartsWith(prefix, StringComparison.Ordinal)))];
        if (candidates.Length == 0)
        {
            throw new ArgumentException($"Could not find an implementation for interface {interfaceType}{Mention(prefix)}");
        }

        return candidates.Length == 1
            ? candidates[0]
            : candidates.FirstOrDefault(c => c.Type!.Name == interfaceType.Name[1..] || c.Type.FullName == prefix)
                ?? throw new ArgumentException(
                    $"Unable to identify a single appropriate grain type for interface {interfaceType}{Mention(prefix)}. "
                    + $"Candidates: {string.Join<GrainClass>(", ", candidates)}");
    }

    private static string Mention(string? prefix) => prefix is null ? "" : $" with implementation prefix \"{prefix}\"";
}
