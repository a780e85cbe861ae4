namespace OrleansDiffusion.Simulation.Tests;

/// <summary>All of them; each run has its own.</summary>
internal static class Invariants
{
    public static IReadOnlyList<Invariant> All() =>
    [
        new AcceptedIsKept(),
        new PromisedIsKept(),
        new FinalStaysFinal(),
        new NewestEpochWrites(),
        new OneHolderPerEpoch(),
        new OneThingPerDevice(),
        new MemoryFits(),
        new QueuesAreBounded(),
        new FailuresAreBounded(),
        new TenantsApart(),
        new EveryJobEnds(),
        new PicturesAsAlone(),
        new StandbyIsBack(),
        new WeightsFit(),
        new WeightsAreAhead(),
    ];
}
