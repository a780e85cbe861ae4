using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// A pool queues as many jobs as its policy says; beyond it only those that held a lease before, which are never refused,
/// and those whose hand-over to a replica failed, of which there is one per slot.
/// </summary>
internal sealed class QueuesAreBounded : Invariant
{
    public override void Look(World world)
    {
        foreach (var pool in world.Grains.OfType<SchedulerGrain>().Select(grain => grain.View().GetAwaiter().GetResult()))
        {
            var slotCount = world.DeviceCount * world.Plan.Policy.BatchMax;
            var returnedCount = world.Jobs.Count(job => job.Spec.Model == pool.Model && job.Status == JobStatus.Queued && job.Epoch > 0);
            var countMax = pool.Policy.QueueCountMax + slotCount + returnedCount;
            Require(pool.QueuedCount <= countMax, $"{pool.Model} queues {pool.QueuedCount} jobs; at most {countMax}, {returnedCount} of them returned.");
        }
    }
}
