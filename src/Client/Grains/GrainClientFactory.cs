namespace OrleansDiffusion.Client.Grains;

internal sealed class GrainClientFactory(IClusterClient grains, IArtifactSource artifacts, GrainCalls calls, TimeProvider time) : IDiffusionClientFactory
{
    public IDiffusionClient ForTenant(string tenantId) => new DiffusionClient(tenantId, grains, artifacts, calls, time);
}
