using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>The collections that Orleans carries, each rebuilt from copied elements.</summary>
internal static class CollectionPlans
{
    private static readonly Dictionary<Type, Type> BySequence = new()
    {
        [typeof(List<>)] = typeof(ListPlan<>),
        [typeof(HashSet<>)] = typeof(HashSetPlan<>),
        [typeof(SortedSet<>)] = typeof(SortedSetPlan<>),
        [typeof(Queue<>)] = typeof(QueuePlan<>),
        [typeof(Stack<>)] = typeof(StackPlan<>),
        [typeof(ConcurrentQueue<>)] = typeof(ConcurrentQueuePlan<>),
        [typeof(Collection<>)] = typeof(CollectionPlan<>),
        [typeof(ReadOnlyCollection<>)] = typeof(ReadOnlyCollectionPlan<>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayPlan<>),
        [typeof(ImmutableList<>)] = typeof(ImmutableListPlan<>),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetPlan<>),
        [typeof(ImmutableSortedSet<>)] = typeof(ImmutableSortedSetPlan<>),
        [typeof(ImmutableQueue<>)] = typeof(ImmutableQueuePlan<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryPlan<,>),
        [typeof(SortedDictionary<,>)] = typeof(SortedDictionaryPlan<,>),
        [typeof(SortedList<,>)] = typeof(SortedListPlan<,>),
        [typeof(ConcurrentDictionary<,>)] = typeof(ConcurrentDictionaryPlan<,>),
        [typeof(ReadOnlyDictionary<,>)] = typeof(ReadOnlyDictionaryPlan<,>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryPlan<,>),
        [typeof(ImmutableSortedDictionary<,>)] = typeof(ImmutableSortedDictionaryPlan<,>),
        [typeof(KeyValuePair<,>)] = typeof(KeyValuePairPlan<,>),
    };

    private static readonly Dictionary<Type, Type> ByInterface = new()
    {
        [typeof(IEnumerable<>)] = typeof(ListPlan<>),
        [typeof(ICollection<>)] = typeof(ListPlan<>),
        [typeof(IList<>)] = typeof(ListPlan<>),
        [typeof(IReadOnlyCollection<>)] = typeof(ListPlan<>),
        [typeof(IReadOnlyList<>)] = typeof(ListPlan<>),
        [typeof(ISet<>)] = typeof(HashSetPlan<>),
        [typeof(IReadOnlySet<>)] = typeof(HashSetPlan<>),
        [typeof(IDictionary<,>)] = typeof(DictionaryPlan<,>),
        [typeof(IReadOnlyDictionary<,>)] = typeof(DictionaryPlan<,>),
    };

    public static CopyPlan? Find(Type type, CopyPlans plans)
    {
        if (type.IsArray)
        {
            return ArrayPlan.For(type, plans);
        }

        if (MemoryPlans.Find(type) is { } memory)
        {
            return memory;
        }

        if (type.Namespace == typeof(FrozenSet).Namespace)
        {
            return FrozenPlan.For(type);
        }

        if (!type.IsGenericType)
        {
            return null;
        }

        var arguments = type.GetGenericArguments();
        if (TuplePlan.Find(type, plans) is { } tuple)
        {
            return tuple;
        }

        return BySequence.TryGetValue(type.GetGenericTypeDefinition(), out var plan) ? Make(plan, arguments) : null;
    }

    /// <summary>A value of a type of no renown, declared as a collection interface, arrives as the usual collection.</summary>
    public static CopyPlan? FindByInterface(Type actual, Type declared) =>
        declared.IsGenericType && ByInterface.TryGetValue(declared.GetGenericTypeDefinition(), out var plan) && declared.IsAssignableFrom(actual)
            ? Make(plan, declared.GetGenericArguments())
            : null;

    private static CopyPlan Make(Type plan, Type[] arguments) => (CopyPlan)Activator.CreateInstance(plan.MakeGenericType(arguments))!;
}
