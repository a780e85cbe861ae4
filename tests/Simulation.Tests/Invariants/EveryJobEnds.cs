using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>After the storm every job in the store is final, and every customer has its answer.</summary>
internal sealed class EveryJobEnds : Invariant
{
    public override void AtEnd(World world)
    {
        foreach (var job in world.Jobs) Require(job.Status.IsFinal(), $"{job.Id} is still {job.Status} under epoch {job.Epoch} on {job.Device}.");
        Require(world.WaitingCustomers == 0, $"{world.WaitingCustomers} customers still wait.");
    }
}
