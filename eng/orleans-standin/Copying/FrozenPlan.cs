using System.Collections.Frozen;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Frozen sets and dictionaries: their concrete types are private, so the plan goes by the public base.</summary>
internal static class FrozenPlan
{
    public static CopyPlan For(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsGenericType && level.GetGenericTypeDefinition() is var open && (open == typeof(FrozenSet<>) || open == typeof(FrozenDictionary<,>)))
            {
                var plan = open == typeof(FrozenSet<>) ? typeof(OfSet<>) : typeof(OfDictionary<,>);
                return (CopyPlan)Activator.CreateInstance(plan.MakeGenericType(level.GetGenericArguments()))!;
            }
        }

        throw new Orleans.Serialization.CodecNotFoundException($"Could not find a copier for type {type}.");
    }

    private sealed class OfSet<T> : CopyPlan
    {
        public override object Copy(object value, CopyContext context) =>
            ListPlan<T>.Elements((FrozenSet<T>)value, context).ToFrozenSet(((FrozenSet<T>)value).Comparer);
    }

    private sealed class OfDictionary<TKey, TValue> : CopyPlan
        where TKey : notnull
    {
        public override object Copy(object value, CopyContext context) =>
            KeyValuePairPlan<TKey, TValue>.Pairs(value, context).ToFrozenDictionary(((FrozenDictionary<TKey, TValue>)value).Comparer);
    }
}
