namespace OrleansDiffusion.Simulator;

/// <summary>What each load takes: always the same, or drawn from measured ones by a seed.</summary>
internal sealed class LoadTimes(SimulatedCluster cluster)
{
    private readonly Dice _dice = new(cluster.Seed);

    public double Next() => cluster.MeasuredLoads is { Count: > 0 } measured ? measured[_dice.Below(measured.Count)] : cluster.LoadSeconds;
}
