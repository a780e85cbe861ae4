using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A lease is held by one replica of one silo.</summary>
internal sealed class OneHolderPerEpoch : Invariant
{
    private readonly Dictionary<(string JobId, long Epoch), string> _holders = [];

    public override void Taken(string replicaId, string siloId, JobLease lease)
    {
        var (key, holder) = ((lease.JobId, lease.Epoch), $"{replicaId} on {siloId}");
        Require(_holders.TryAdd(key, holder) || _holders[key] == holder, $"{key.JobId}: epoch {key.Epoch} is held by {_holders[key]} and by {holder}.");
    }
}
