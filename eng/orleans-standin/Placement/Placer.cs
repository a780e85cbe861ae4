using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansDiffusion.OrleansStandin.Calls;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Placement;

/// <summary>Finds the silo for a new activation: filters first, then the director of the grain's strategy.</summary>
internal sealed class Placer : IPlacementContext
{
    private readonly Cluster _cluster;
    private readonly SiloNode _local;

    private Placer(Cluster cluster, SiloNode local)
    {
        _cluster = cluster;
        _local = local;
    }

    public SiloAddress LocalSilo => _local.Address!;

    public SiloStatus LocalSiloStatus => _local.Status;

    public static async Task<SiloNode> Place(GrainRequest request, Cluster cluster)
    {
        var local = request.Call.Origin as SiloNode ?? Gateway(cluster, request.Target);
        var strategy = GrainCatalog.Application[request.Target.Type].Placement;
        var director = local.Services.GetKeyedService<IPlacementDirector>(strategy.GetType())
            ?? throw new OrleansException($"There is no placement director for {strategy.GetType()}; add one with AddPlacementDirector.");
        var target = new PlacementTarget(request.Target, request.Context, request.Call.Target.InterfaceType, 0);
        var chosen = await director.OnAddActivation(strategy, target, new Placer(cluster, local));
        return cluster.Find(chosen) ?? throw new OrleansException($"{director.GetType()} chose {chosen}, which is no silo of the cluster.");
    }

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target)
    {
        SiloAddress[] silos = [.. _cluster.ActiveSilos.Select(s => s.Address!)];
        if (!_local.Services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.AssumeHomogenousSilosForTesting)
        {
            silos = Filter(target, silos);
        }

        return silos.Length > 0
            ? silos
            : throw new OrleansException(
                $"No active nodes are compatible with grain {target.GrainIdentity.Type} and interface {target.InterfaceType} version {target.InterfaceVersion}.");
    }

    private SiloAddress[] Filter(PlacementTarget target, SiloAddress[] silos)
    {
        IEnumerable<SiloAddress> left = silos;
        foreach (var filter in GrainCatalog.Application[target.GrainIdentity.Type].PlacementFilters)
        {
            var director = _local.Services.GetKeyedService<IPlacementFilterDirector>(filter.GetType())
                ?? throw new OrleansException($"There is no director for placement filter {filter.GetType()}; add one with AddPlacementFilter.");
            left = director.Filter(filter, target, left);
        }

        return [.. left];
    }

    // As if the client had sent it there: always the same one for a grain, while members stay the same.
    private static SiloNode Gateway(Cluster cluster, GrainId grain)
    {
        SiloNode[] silos = [.. cluster.ActiveSilos];
        return silos.Length > 0
            ? silos[grain.GetUniformHashCode() % (uint)silos.Length]
            : throw new SiloUnavailableException("There is no active silo.");
    }
}
