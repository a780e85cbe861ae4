using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Tuples of both kinds.</summary>
internal sealed class TuplePlan(Type type, Type[] elements) : CopyPlan
{
    private readonly ConstructorInfo _constructor = type.GetConstructor(elements)!;

    public static CopyPlan? Find(Type type, CopyPlans plans)
    {
        if (!typeof(ITuple).IsAssignableFrom(type) || type.Namespace != nameof(System))
        {
            return null;
        }

        var elements = type.GetGenericArguments();
        return Array.TrueForAll(elements, plans.IsShared) ? SharedPlan.Instance : new TuplePlan(type, elements);
    }

    public override object Copy(object value, CopyContext context) =>
        _constructor.Invoke([.. elements.Select((element, i) => context.Copy(((ITuple)value)[i], element))]);
}
