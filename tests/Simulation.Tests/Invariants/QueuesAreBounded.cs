using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// A pool queues as many jobs as its policy says; beyond it only those that held a lease before and those that an earlier
/// activation of the pool admitted, which are never refused, and those whose hand-over failed, of which there is one per slot.
/// </summary>
internal sealed class QueuesAreBounded : Invariant
{
    /// <summary>Between its admission and its commit a job may cross to the next activation.</summary>
    private static readonly TimeSpan OnItsWayMax = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SchedulerGrain, DateTimeOffset?> _admittedBefore = [];

    public override void Look(World world)
    {
        foreach (var grain in world.Grains.OfType<SchedulerGrain>())
        {
            var pool = grain.View().GetAwaiter().GetResult();
            var slotCount = world.DeviceCount * world.Plan.Policy.BatchMax;
            var neverRefusedCount = world.Jobs.Count(job => job.Spec.Model == pool.Model && IsNeverRefused(job, AdmittedBefore(grain, pool.Model, world)));
            var countMax = pool.Policy.QueueCountMax + slotCount + neverRefusedCount;
            Require(pool.QueuedCount <= countMax, $"{pool.Model} queues {pool.QueuedCount} jobs; at most {countMax}, {neverRefusedCount} of them never refused.");
        }
    }

    /// <summary>Null for the first activation of a pool: everything in its queue it has admitted itself.</summary>
    private DateTimeOffset? AdmittedBefore(SchedulerGrain grain, string model, World world)
    {
        if (_admittedBefore.TryGetValue(grain, out var before)) return before;
        var isFirst = _admittedBefore.Keys.All(other => other.View().GetAwaiter().GetResult().Model != model);
        return _admittedBefore[grain] = isFirst ? null : world.Now + OnItsWayMax;
    }

    private static bool IsNeverRefused(JobRecord job, DateTimeOffset? admittedBefore) =>
        job.Status == JobStatus.Queued && (job.Epoch > 0 || job.CreatedAt < admittedBefore);
}
