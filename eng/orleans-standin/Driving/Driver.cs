using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>
/// Everything that is not decided by the grains themselves: where and in which order turns run, what time it is,
/// when and whether a message arrives, and chance. One driver per cluster; put one into the silo's services to replace the default.
/// </summary>
public abstract class Driver
{
    /// <summary>The clock and timers of everything in the cluster.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>True: messages arrive at once and the network need not be asked, which keeps calls cheap.</summary>
    internal virtual bool DeliversAtOnce => true;

    /// <summary>How the tasks of calls and activations go on: on the thread pool, so that no turn is held up by whoever waits for it.</summary>
    internal virtual TaskCreationOptions Continuations => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Runs a turn some time soon, on any thread, never from inside this call.</summary>
    internal abstract void Schedule(Turn turn);

    /// <summary>Carries a message from one node to another; the null address is a client's.</summary>
    internal virtual void Send(SiloAddress? from, SiloAddress? to, string what, Action arrive) => arrive();

    /// <summary>Whether the next message will arrive a second time.</summary>
    internal virtual bool Repeats(SiloAddress? from, SiloAddress? to) => false;

    /// <returns>A number from 0 to <paramref name="bound"/> - 1.</returns>
    internal abstract int Roll(int bound);

    internal abstract Guid NewId();

    /// <summary>Notes what happened, where the driver keeps a trace.</summary>
    internal virtual void Note(string happening)
    {
    }
}
