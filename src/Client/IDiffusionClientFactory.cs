namespace OrleansDiffusion.Client;

/// <summary>Clients that act for a tenant which is known only when a request arrives. Cheap to call per request.</summary>
public interface IDiffusionClientFactory
{
    IDiffusionClient ForTenant(string tenantId);
}
