using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Accepted means committed: a job that its customer was told of is in the store, as it was told, from then on.</summary>
internal sealed class AcceptedIsKept : Invariant
{
    private readonly Dictionary<string, JobRecord> _accepted = new(StringComparer.Ordinal);

    public override void Accepted(JobRecord job) => _accepted.TryAdd(job.Id, job);

    public override void Look(World world)
    {
        foreach (var (id, job) in _accepted)
        {
            var row = world.Row(id);
            Require(row is not null, $"{id} was accepted and is not in the store.");
            Require(row!.TenantId == job.TenantId && row.Spec == job.Spec, $"{id} is not what was accepted.");
        }
    }

    public override void AtEnd(World world) => Look(world);
}
