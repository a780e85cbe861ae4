namespace OrleansDiffusion.Jobs;

/// <summary>A waiting job as the fair queue sees it.</summary>
/// <param name="JobId">Which job.</param>
/// <param name="TenantId">Whose turn it uses up.</param>
/// <param name="Weight">The tenant's share; 1 is normal, 2 gets twice as much.</param>
/// <param name="Priority">Orders one tenant's own jobs; higher first.</param>
/// <param name="CostSeconds">Predicted device-seconds.</param>
/// <param name="AtHead">It held a lease before, has paid for its turn, and goes before everything else.</param>
/// <param name="Deadline">Of one tenant's jobs of the same priority, the one with the earliest deadline goes first; null after them.</param>
public sealed record QueueEntry(
    string JobId, string TenantId, double Weight, int Priority, double CostSeconds, bool AtHead = false, DateTimeOffset? Deadline = null)
{
    internal RankKey KeyOf(long arrival) => new(Priority, Deadline?.UtcTicks ?? long.MaxValue, arrival);
}

public enum EnqueueOutcome
{
    Added,

    /// <summary>The job waits already; nothing changed.</summary>
    AlreadyThere,

    /// <summary>The queue is at its bound; nothing changed.</summary>
    Full,
}

/// <summary>Where a job stands, if nothing else arrived.</summary>
/// <param name="Position">1 is next.</param>
/// <param name="CostAheadSeconds">Predicted device-seconds of everything before it.</param>
public sealed record FairPlace(int Position, double CostAheadSeconds);
