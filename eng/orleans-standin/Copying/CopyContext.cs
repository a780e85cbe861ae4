using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>One copy of one object graph: what occurs twice in the original occurs twice in the copy.</summary>
internal sealed class CopyContext(CopyPlans plans, Node owner)
{
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Grain references in the copy belong to it.</summary>
    public Node Owner => owner;

    public object? Copy(object? value, Type declared)
    {
        if (value is null)
        {
            return null;
        }

        var plan = plans.For(value.GetType(), declared);
        if (plan.IsShared)
        {
            return value;
        }

        return _copies.TryGetValue(value, out var copy) ? copy : plan.Copy(value, this);
    }

    /// <summary>To be called before the insides are copied, so that cycles end.</summary>
    public void Remember(object original, object copy) => _copies[original] = copy;
}
