using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulator;

/// <summary>The policies by name; docs/SIMULATE.md says what each stands for.</summary>
public static class PolicyCatalog
{
    public const string Ours = "od";

    public const string LruFixed = "lru-fixed";

    public const string Reactive = "reactive";

    public const string AllOn = "all-on";

    public static IReadOnlyList<string> Names { get; } = [Ours, LruFixed, Reactive, AllOn];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="cluster">The reactive one keeps a replica for as long as a load takes.</param>
    /// <param name="settings">What can be turned.</param>
    public static SimulatedPolicy Create(string name, SimulatedCluster cluster, PolicySettings settings) => name switch
    {
        Ours => OursWith(cluster, settings),
        LruFixed => OnDemand(name, cluster, settings.KeepAlive),
        Reactive => OnDemand(name, cluster, TimeSpan.FromSeconds(cluster.LoadSeconds)) with { CountsRequests = true },
        AllOn => OnDemand(name, cluster, settings.KeepAlive) with { IsAllOn = true },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such policy."),
    };

    private static SimulatedPolicy OursWith(SimulatedCluster cluster, PolicySettings settings) => new()
    {
        Name = Ours,
        Pool = new()
        {
            Min = 0,
            Max = cluster.DeviceCount,
            Standby = settings.Standby,
            StandbyLapses = !settings.StandbyAlways,
            KeepAlive = settings.KeepAlive,
            KeepAliveQuantile = settings.KeepAliveQuantile,
            KeepAliveMax = settings.KeepAliveMax,
            WaitWorth = settings.WaitWorth,
        },
        Residency = ResidencyPolicy.Instance,
        EstimatesStart = true,
    };

    private static SimulatedPolicy OnDemand(string name, SimulatedCluster cluster, TimeSpan keepAlive) => new()
    {
        Name = name,
        Pool = new() { Min = 0, Max = cluster.DeviceCount, Standby = 0, KeepAlive = keepAlive, KeepAliveQuantile = 0 },
        Residency = LruResidency.Instance,
    };
}

/// <summary>What can be turned in the policies.</summary>
public sealed record PolicySettings
{
    /// <summary>Ours: ready replicas with nothing to do, per pool.</summary>
    public int Standby { get; init; } = 1;

    /// <summary>Ours: every pool holds its standby from the first moment to the last, not only while it is worth its while.</summary>
    public bool StandbyAlways { get; init; }

    /// <summary>The fixed keep-alive; of ours the limit while there is little history.</summary>
    public TimeSpan KeepAlive { get; init; } = new PoolPolicy().KeepAlive;

    public double KeepAliveQuantile { get; init; } = new PoolPolicy().KeepAliveQuantile;

    public TimeSpan KeepAliveMax { get; init; } = new PoolPolicy().KeepAliveMax;

    public double WaitWorth { get; init; } = new PoolPolicy().WaitWorth;
}
