namespace OrleansDiffusion.Simulation.Tests;

/// <summary>After the storm as many machines hold the weights of every model ahead as shall, as far as there are any without a replica.</summary>
internal sealed class WeightsAreAhead : Invariant
{
    public override void AtEnd(World world) => Require(world.HasWeightsAhead, $"Weights are not held ahead: {world.DescribeWeights()}");
}
