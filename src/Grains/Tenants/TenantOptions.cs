using Microsoft.Extensions.Options;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What tenants may use.</summary>
public sealed class TenantOptions
{
    public const string Section = "Diffusion:Tenants";

    /// <summary>For every tenant that is not named below.</summary>
    [ValidateObjectMembers]
    public TenantLimits Default { get; set; } = new();

    /// <summary>By tenant id.</summary>
    public Dictionary<string, TenantLimits> ByTenant { get; set; } = [];

    public TenantLimits Of(string tenantId) => ByTenant.GetValueOrDefault(tenantId, Default);
}
