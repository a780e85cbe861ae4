namespace OrleansDiffusion.Simulator;

/// <summary>
/// Ours with the settings that wait least, on average, and do not take more device-hours than were spent elsewhere. For
/// each standby the worth of waiting is bisected, since more worth takes more hours; the answer is always the same.
/// </summary>
public static class EqualCost
{
    private const int BisectionCount = 12;
    private const double WorthMin = 0.01;
    private const double WorthMax = 10_000;

    /// <param name="trace">The requests.</param>
    /// <param name="cluster">The devices.</param>
    /// <param name="settings">Where to begin; standby and worth are replaced.</param>
    /// <param name="deviceSecondsMax">What may be spent.</param>
    /// <param name="standbys">Standbys to try.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Null when nothing is cheap enough.</returns>
    public static EqualCostAnswer? Search(
        Trace trace, SimulatedCluster cluster, PolicySettings settings, double deviceSecondsMax,
        IReadOnlyList<int> standbys, CancellationToken cancellation = default)
    {
        EqualCostAnswer? best = null;
        foreach (var standby in standbys)
        {
            var (low, high) = (Math.Log(WorthMin), Math.Log(WorthMax));
            for (var i = 0; i < BisectionCount; i++)
            {
                var tried = settings with { Standby = standby, WaitWorth = Math.Exp((low + high) / 2) };
                var result = Simulation.Run(trace, cluster, PolicyCatalog.Create(PolicyCatalog.Ours, cluster, tried), cancellation);
                var isCheapEnough = result.DeviceSeconds <= deviceSecondsMax;
                if (isCheapEnough && (best is null || result.WaitMeanSeconds < best.Result.WaitMeanSeconds)) best = new(tried, result);
                if (isCheapEnough) low = Math.Log(tried.WaitWorth);
                else high = Math.Log(tried.WaitWorth);
            }
        }

        return best;
    }
}

/// <summary>What was found.</summary>
public sealed record EqualCostAnswer(PolicySettings Settings, SimulationResult Result);
