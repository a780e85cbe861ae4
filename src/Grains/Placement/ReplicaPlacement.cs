using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>Puts a replica where the cluster granted it room: whoever orders it names the silo in the request context.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReplicaPlacementAttribute() : PlacementAttribute(new ReplicaPlacement());

[Serializable]
internal sealed class ReplicaPlacement : PlacementStrategy;

/// <summary>
/// The cluster has already decided, with the devices' memory in view; here the decision is carried out. A call that
/// names no silo, or one that is gone, is only a question about a replica: any silo can answer that it has none.
/// </summary>
internal sealed class ReplicaPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        var named = target.RequestContextData?.GetValueOrDefault(GrainKeys.PlacementSilo) as string;
        var chosen = silos.FirstOrDefault(silo => SiloName.Of(silo) == named)
            ?? silos.FirstOrDefault(silo => silo.Equals(context.LocalSilo))
            ?? silos[0];
        return Task.FromResult(chosen);
    }
}
