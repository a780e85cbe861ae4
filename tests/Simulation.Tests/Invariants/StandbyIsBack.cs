namespace OrleansDiffusion.Simulation.Tests;

/// <summary>After the storm every pool has its standby again, or all devices that there are.</summary>
internal sealed class StandbyIsBack : Invariant
{
    public override void AtEnd(World world)
    {
        foreach (var model in world.Plan.Models)
            Require(world.HasStandby(model), $"{model} has no standby: {world.Describe(model)}");
    }
}
