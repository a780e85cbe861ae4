using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace OrleansDiffusion.OrleansStandin.Copying;

internal sealed class ListPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context)
    {
        var copy = new List<T>(value is ICollection<T> { Count: var count } ? count : 0);
        context.Remember(value, copy);
        copy.AddRange(Elements((IEnumerable<T>)value, context));
        return copy;
    }

    public static IEnumerable<T> Elements(IEnumerable<T> source, CopyContext context) =>
        source.Select(element => (T)context.Copy(element, typeof(T))!);
}

internal sealed class HashSetPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        new HashSet<T>(ListPlan<T>.Elements((IEnumerable<T>)value, context), (value as HashSet<T>)?.Comparer);
}

internal sealed class SortedSetPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        new SortedSet<T>(ListPlan<T>.Elements((SortedSet<T>)value, context), ((SortedSet<T>)value).Comparer);
}

internal sealed class QueuePlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) => new Queue<T>(ListPlan<T>.Elements((Queue<T>)value, context));
}

internal sealed class StackPlan<T> : CopyPlan
{
    // A stack enumerates from its top, and is filled from its bottom.
    public override object Copy(object value, CopyContext context) => new Stack<T>(ListPlan<T>.Elements(((Stack<T>)value).Reverse(), context));
}

internal sealed class ConcurrentQueuePlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        new ConcurrentQueue<T>(ListPlan<T>.Elements((ConcurrentQueue<T>)value, context));
}

internal sealed class CollectionPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) => new Collection<T>([.. ListPlan<T>.Elements((Collection<T>)value, context)]);
}

internal sealed class ReadOnlyCollectionPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        new ReadOnlyCollection<T>([.. ListPlan<T>.Elements((ReadOnlyCollection<T>)value, context)]);
}

internal sealed class ImmutableArrayPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        ((ImmutableArray<T>)value).IsDefault ? value : ImmutableArray.CreateRange(ListPlan<T>.Elements((ImmutableArray<T>)value, context));
}

internal sealed class ImmutableListPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) => ImmutableList.CreateRange(ListPlan<T>.Elements((ImmutableList<T>)value, context));
}

internal sealed class ImmutableHashSetPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        ImmutableHashSet.CreateRange(((ImmutableHashSet<T>)value).KeyComparer, ListPlan<T>.Elements((ImmutableHashSet<T>)value, context));
}

internal sealed class ImmutableSortedSetPlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) =>
        ImmutableSortedSet.CreateRange(((ImmutableSortedSet<T>)value).KeyComparer, ListPlan<T>.Elements((ImmutableSortedSet<T>)value, context));
}

internal sealed class ImmutableQueuePlan<T> : CopyPlan
{
    public override object Copy(object value, CopyContext context) => ImmutableQueue.CreateRange(ListPlan<T>.Elements((ImmutableQueue<T>)value, context));
}
