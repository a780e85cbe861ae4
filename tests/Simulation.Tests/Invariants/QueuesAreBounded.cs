using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A pool queues a job once, and none that was never submitted.</summary>
internal sealed class QueuesAreBounded : Invariant
{
    public override void Look(World world)
    {
        foreach (var pool in world.Grains.OfType<SchedulerGrain>().Select(grain => grain.View().GetAwaiter().GetResult()))
        {
            var submitted = world.Plan.Orders.Count(order => order.Request.Model == pool.Model);
            Require(pool.QueuedCount <= submitted, $"{pool.Model} queues {pool.QueuedCount} jobs of {submitted}.");
        }
    }
}
