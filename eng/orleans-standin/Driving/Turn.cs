namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>Something with work to do, one thread at a time.</summary>
internal abstract class Turn : IThreadPoolWorkItem
{
    /// <summary>Who has the turn, as traces call it.</summary>
    public abstract string Name { get; }

    /// <summary>Runs until the queue is empty or the quantum is over.</summary>
    public abstract void Execute();

    /// <summary>Runs the oldest piece of work only.</summary>
    public abstract void ExecuteOne();
}
