using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>No tenant is shown another's jobs.</summary>
internal sealed class TenantsApart : Invariant
{
    public override void Shown(string tenantId, JobRecord job) => Require(job.TenantId == tenantId, $"{tenantId} was shown {job.Id} of {job.TenantId}.");
}
