using System.Reflection;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Cluster;

/// <summary>The cluster as one object. Watchers share what was asked, however many of them there are.</summary>
internal sealed class ClusterSnapshots(IDiffusionClientFactory clients, TimeProvider time, IOptions<DiffusionApiOptions> options) : IDisposable
{
    private static readonly string Version = InformationalVersion(typeof(ClusterSnapshots).Assembly);

    private static readonly string Engine = $"{typeof(IGrain).Assembly.GetName().Name} {InformationalVersion(typeof(IGrain).Assembly)}";

    private readonly SemaphoreSlim _asking = new(1);
    private ClusterBody? _latest;

    public void Dispose() => _asking.Dispose();

    public async Task<ClusterBody> AskAsync(string tenantId, CancellationToken cancellation)
    {
        var client = clients.ForTenant(tenantId);
        var view = client.GetClusterAsync(cancellation);
        var pools = client.GetPoolsAsync(cancellation);
        var grains = client.GetGrainStatisticsAsync(cancellation);
        await Task.WhenAll(view, pools, grains);
        var weights = ((await view).Weights ?? []).ToLookup(held => held.Model, StringComparer.Ordinal);
        return new ClusterBody
        {
            Engine = Engine,
            Version = Version,
            At = time.GetUtcNow(),
            Silos = [.. (await view).Silos.Select(SiloBody.From)],
            Pools = [.. (await pools).Select(pool => PoolBody.From(pool, weights[pool.Model].FirstOrDefault()))],
            Grains = [.. (await grains).Select(GrainTypeBody.From)],
        };
    }

    /// <summary>At most as old as the interval of the cluster stream.</summary>
    public async Task<ClusterBody> RecentAsync(string tenantId, CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_latest is null || time.GetUtcNow() - _latest.At >= options.Value.ClusterInterval)
                _latest = await AskAsync(tenantId, cancellation);
            return _latest;
        }
        finally
        {
            _asking.Release();
        }
    }

    private static string InformationalVersion(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return version.Split('+')[0]; // After it comes the commit.
    }
}
