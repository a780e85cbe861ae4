using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace OrleansDiffusion.OrleansStandin.Copying;

internal sealed class KeyValuePairPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context) => Pair((KeyValuePair<TKey, TValue>)value, context);

    public static IEnumerable<KeyValuePair<TKey, TValue>> Pairs(object map, CopyContext context) =>
        ((IEnumerable<KeyValuePair<TKey, TValue>>)map).Select(pair => Pair(pair, context));

    private static KeyValuePair<TKey, TValue> Pair(KeyValuePair<TKey, TValue> pair, CopyContext context) =>
        new((TKey)context.Copy(pair.Key, typeof(TKey))!, (TValue)context.Copy(pair.Value, typeof(TValue))!);
}

internal sealed class DictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context)
    {
        var copy = new Dictionary<TKey, TValue>((value as Dictionary<TKey, TValue>)?.Comparer);
        context.Remember(value, copy);
        foreach (var (key, element) in KeyValuePairPlan<TKey, TValue>.Pairs(value, context))
        {
            copy.Add(key, element);
        }

        return copy;
    }
}

internal sealed class SortedDictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context) =>
        new SortedDictionary<TKey, TValue>(
            new Dictionary<TKey, TValue>(KeyValuePairPlan<TKey, TValue>.Pairs(value, context)), ((SortedDictionary<TKey, TValue>)value).Comparer);
}

internal sealed class SortedListPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context) =>
        new SortedList<TKey, TValue>(
            new Dictionary<TKey, TValue>(KeyValuePairPlan<TKey, TValue>.Pairs(value, context)), ((SortedList<TKey, TValue>)value).Comparer);
}

internal sealed class ConcurrentDictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context) =>
        new ConcurrentDictionary<TKey, TValue>(KeyValuePairPlan<TKey, TValue>.Pairs(value, context), ((ConcurrentDictionary<TKey, TValue>)value).Comparer);
}

internal sealed class ReadOnlyDictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context) =>
        new ReadOnlyDictionary<TKey, TValue>(new Dictionary<TKey, TValue>(KeyValuePairPlan<TKey, TValue>.Pairs(value, context)));
}

internal sealed class ImmutableDictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context)
    {
        var original = (ImmutableDictionary<TKey, TValue>)value;
        return ImmutableDictionary.CreateRange(original.KeyComparer, original.ValueComparer, KeyValuePairPlan<TKey, TValue>.Pairs(value, context));
    }
}

internal sealed class ImmutableSortedDictionaryPlan<TKey, TValue> : CopyPlan
    where TKey : notnull
{
    public override object Copy(object value, CopyContext context)
    {
        var original = (ImmutableSortedDictionary<TKey, TValue>)value;
        return ImmutableSortedDictionary.CreateRange(original.KeyComparer, original.ValueComparer, KeyValuePairPlan<TKey, TValue>.Pairs(value, context));
    }
}
