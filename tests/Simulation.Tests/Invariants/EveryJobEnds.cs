using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>After the storm every job in the store is final, and every customer has its answer.</summary>
internal sealed class EveryJobEnds : Invariant
{
    public override void AtEnd(World world)
    {
        foreach (var order in world.Plan.Orders)
        {
            var row = world.Row(order.JobId);
            if (row is not null) Require(row.Status.IsFinal(), $"{row.Id} is still {row.Status} under epoch {row.Epoch} on {row.Device}.");
        }

        Require(world.WaitingCustomers == 0, $"{world.WaitingCustomers} customers still wait.");
    }
}
