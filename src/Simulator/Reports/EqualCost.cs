namespace OrleansDiffusion.Simulator;

/// <summary>
/// Ours with the settings that wait least, on average, and do not take more device-hours than were spent elsewhere. For
/// each standby a coarse grid of worths is tried, and the step from cheap enough to too dear is bisected: more worth takes
/// more hours, but not strictly where devices are short. The answer is always the same.
/// </summary>
public static class EqualCost
{
    private const int BisectionCount = 8;
    private const double WorthMin = 0.01;
    private const double WorthMax = 10_000;
    private const int GridCount = 25; // Steps of 1.78.

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
            var step = (high - low) / (GridCount - 1);
            var last = -1;
            for (var i = 0; i < GridCount; i++)
                if (IsCheapEnough(standby, low + (i * step))) last = i;
            if (last == GridCount - 1) continue;
            (low, high) = (low + (last * step), low + ((last + 1) * step));
            for (var i = 0; i < BisectionCount && last >= 0; i++)
            {
                var middle = (low + high) / 2;
                if (IsCheapEnough(standby, middle)) low = middle;
                else high = middle;
            }
        }

        return best;

        bool IsCheapEnough(int standby, double logWorth)
        {
            var tried = settings with { Standby = standby, WaitWorth = Math.Exp(logWorth) };
            var result = Simulation.Run(trace, cluster, PolicyCatalog.Create(PolicyCatalog.Ours, cluster, tried), cancellation);
            if (result.DeviceSeconds > deviceSecondsMax) return false;
            if (best is null || result.WaitMeanSeconds < best.Result.WaitMeanSeconds) best = new(tried, result);
            return true;
        }
    }
}

/// <summary>What was found.</summary>
public sealed record EqualCostAnswer(PolicySettings Settings, SimulationResult Result);
