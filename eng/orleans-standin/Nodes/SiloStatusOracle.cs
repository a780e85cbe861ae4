using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>All silos of the process share what they know of each other; each has its own listeners.</summary>
internal sealed class SiloStatusOracle(SiloNode silo) : ISiloStatusOracle
{
    private ImmutableArray<ISiloStatusListener> _listeners = [];

    public bool HasListeners => _listeners.Length > 0;

    public SiloStatus CurrentStatus => silo.Status;

    public string SiloName => silo.Name;

    public SiloAddress SiloAddress => silo.Address ?? throw new SiloUnavailableException($"Silo {silo.Name} has not started yet.");

    public SiloAddress[] GetActiveSilos() => [.. GetApproximateSiloStatuses(onlyActive: true).Keys];

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => silo.Cluster.Find(siloAddress)?.Status ?? SiloStatus.None;

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        silo.Cluster.Silos.Where(member => !onlyActive || member.Status == SiloStatus.Active).ToDictionary(member => member.Address!, member => member.Status);

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = silo.Cluster.Find(siloAddress)?.Name;
        return siloName is not null;
    }

    public bool IsFunctionalDirectory(SiloAddress siloAddress) =>
        siloAddress.Equals(silo.Address) || GetApproximateSiloStatus(siloAddress) is not (SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead);

    public bool IsDeadSilo(SiloAddress silo) => !silo.Equals(SiloAddress) && GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        var before = _listeners;
        return !before.Contains(observer) && ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(observer));
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) =>
        ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Remove(observer));

    public void Tell(SiloAddress changed, SiloStatus status)
    {
        foreach (var listener in _listeners) listener.SiloStatusChangeNotification(changed, status);
    }
}
