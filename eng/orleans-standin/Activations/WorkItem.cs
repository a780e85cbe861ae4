namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>A piece of work for an <see cref="ActivationScheduler"/>.</summary>
internal abstract class WorkItem
{
    public abstract void Run();
}
