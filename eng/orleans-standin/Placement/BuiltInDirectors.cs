using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.OrleansStandin.Placement;

internal sealed class RandomPlacementDirector(Driver driver) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) ?? silos[driver.Roll(silos.Length)]);
    }
}

internal sealed class PreferLocalPlacementDirector(Driver driver) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        var chosen = IPlacementDirector.GetPlacementHint(target.RequestContextData, silos)
            ?? (context.LocalSiloStatus == SiloStatus.Active && silos.Contains(context.LocalSilo) ? context.LocalSilo : silos[driver.Roll(silos.Length)]);
        return Task.FromResult(chosen);
    }
}

internal sealed class HashBasedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        Array.Sort(silos);
        var hash = target.GrainIdentity.GetUniformHashCode();
        return Task.FromResult(IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) ?? silos[hash % (uint)silos.Length]);
    }
}
