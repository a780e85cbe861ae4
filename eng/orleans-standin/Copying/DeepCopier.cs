using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Copies what crosses a grain border, for one node.</summary>
internal sealed class DeepCopier(CopyPlans plans, Node owner)
{
    public object? Copy(object? value) => CopyAs(value, typeof(object), true);

    /// <param name="value">What crosses.</param>
    /// <param name="declared">The type that the method, field or collection states for it.</param>
    /// <param name="deep">False: it is promised to be immutable, and only its type is checked.</param>
    /// <exception cref="Orleans.Serialization.CodecNotFoundException">Orleans could not carry a value of this type.</exception>
    public object? CopyAs(object? value, Type declared, bool deep)
    {
        if (value is null)
        {
            return null;
        }

        var plan = plans.For(value.GetType(), declared);
        return plan.IsShared || !deep ? value : plan.Copy(value, new CopyContext(plans, owner));
    }

    public Exception CopyException(Exception failure)
    {
        try
        {
            return (Exception)Copy(failure)!;
        }
        catch (Exception problem)
        {
            return problem;
        }
    }
}
