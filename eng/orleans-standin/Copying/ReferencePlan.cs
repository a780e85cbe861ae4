using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>A reference arrives bound to its receiver.</summary>
internal sealed class ReferencePlan : CopyPlan
{
    public static ReferencePlan Instance { get; } = new();

    public override object Copy(object value, CopyContext context) => ((GrainReference)value).Rebind(context.Owner);
}
