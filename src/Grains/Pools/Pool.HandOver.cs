using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Which job goes to which replica.</summary>
internal sealed partial class Pool
{
    /// <summary>The next job and the idle or least busy replica for it; null when one of them is missing.</summary>
    /// <param name="isLeaving">Whether a silo is on its way out. To a pool that has just come up, its replicas may seem ready still.</param>
    public HandOver? NextHandOver(Func<string, bool> isLeaving)
    {
        while (Queue.Count > 0 && LeastBusy() is { } replica)
        {
            if (isLeaving(replica.Status.SiloId))
            {
                replica.IsRetiring = true;
                continue;
            }

            if (Queue.Dequeue() is not { } job) return null;
            replica.Give(job.JobId, job.CostSeconds, Now);
            return new HandOver(job, replica);
        }

        return null;
    }

    private PooledReplica? LeastBusy() => _replicas.Values.Where(replica => replica.FreeSlots > 0)
        .OrderBy(replica => replica.Leases.Count)
        .ThenBy(replica => replica.Status.StepSecondsPerMegapixel ?? double.MaxValue)
        .ThenBy(replica => replica.Id, StringComparer.Ordinal)
        .FirstOrDefault();
}

/// <summary>A job on its way to a replica that has room for it.</summary>
internal sealed record HandOver(QueueEntry Job, PooledReplica Replica);
