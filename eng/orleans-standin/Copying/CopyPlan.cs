namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>How values of one type are copied; made once per type.</summary>
internal abstract class CopyPlan
{
    /// <summary>The value itself may be handed on: nobody can change it.</summary>
    public virtual bool IsShared => false;

    public abstract object Copy(object value, CopyContext context);
}

internal sealed class SharedPlan : CopyPlan
{
    public static SharedPlan Instance { get; } = new();

    public override bool IsShared => true;

    public override object Copy(object value, CopyContext context) => value;
}
