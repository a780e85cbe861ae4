using static System.Globalization.CultureInfo;

namespace OrleansDiffusion.Simulator;

/// <summary>Several policies on the same requests.</summary>
public sealed class Comparison(Trace trace, SimulatedCluster cluster, PolicySettings settings, CancellationToken cancellation = default)
{
    /// <param name="policies">Names, in the order of the rows.</param>
    /// <param name="standbys">Each makes a row of ours; named by it when there are several.</param>
    /// <param name="equalCost">Ours may spend what lru-fixed does, and gets the best settings for it; with a single standby that one or none.</param>
    public IReadOnlyList<ComparisonRow> Rows(IEnumerable<string> policies, IReadOnlyList<int> standbys, bool equalCost) =>
    [
        .. from name in policies
           from row in name == PolicyCatalog.Ours ? Ours(standbys, equalCost) : [new(name, Run(name, settings), null)]
           select row,
    ];

    private IEnumerable<ComparisonRow> Ours(IReadOnlyList<int> standbys, bool equalCost)
    {
        foreach (var standby in standbys)
        {
            var name = standbys.Count == 1 ? PolicyCatalog.Ours : string.Create(InvariantCulture, $"{PolicyCatalog.Ours} standby {standby}");
            yield return equalCost
                ? AtEqualCost(name, standby, standbys.Count == 1 ? [standby, 0] : [standby])
                : new(name, Run(PolicyCatalog.Ours, settings with { Standby = standby }), null);
        }
    }

    private ComparisonRow AtEqualCost(string name, int standby, IReadOnlyList<int> tried)
    {
        var budget = Run(PolicyCatalog.LruFixed, settings).DeviceSeconds;
        var hours = string.Create(InvariantCulture, $"the {budget / 3600:0.0} device-hours of lru-fixed");
        if (EqualCost.Search(trace, cluster, settings, budget, tried, cancellation) is not { } found)
        {
            var result = Run(PolicyCatalog.Ours, settings with { Standby = standby });
            return new(name, result, $"{name}: no setting stays within {hours}; as without --equal-cost");
        }

        var with = string.Create(InvariantCulture, $"standby {found.Settings.Standby}, wait worth {found.Settings.WaitWorth:0.00}");
        return new(name, found.Result, string.Create(InvariantCulture, $"{name}: {with}, {found.Result.DeviceSeconds / 3600:0.0} of {hours}"));
    }

    private SimulationResult Run(string name, PolicySettings with) =>
        Simulation.Run(trace, cluster, PolicyCatalog.Create(name, cluster, with), cancellation);
}

/// <summary>One row.</summary>
/// <param name="Note">What was found out on the way; null when nothing was.</param>
public sealed record ComparisonRow(string Name, SimulationResult Result, string? Note);
