using System.Net;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Management;

/// <summary>Reads what all silos of the process know.</summary>
[Reentrant]
internal sealed class ManagementGrain(SiloNode silo) : Grain, IManagementGrain
{
    private IEnumerable<SiloNode> Running => silo.Cluster.Silos.Where(s => s.Status is SiloStatus.Active or SiloStatus.ShuttingDown);

    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false) =>
        Task.FromResult(Members(onlyActive).ToDictionary(s => s.Address!, s => s.Status));

    public Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false) => Task.FromResult(Members(onlyActive).Select(Entry).ToArray());

    public Task<SiloRuntimeStatistics[]> GetRuntimeStatistics(SiloAddress[] hostsIds) =>
        Task.FromResult(Chosen(hostsIds).Select(Statistics).ToArray());

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => GetSimpleGrainStatistics([]);

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) =>
        Task.FromResult(Chosen(hostsIds).SelectMany(s => s.Activations.CountBy(a => TypeName(a)).Select(count => new SimpleGrainStatistic
        {
            GrainType = count.Key,
            SiloAddress = s.Address!,
            ActivationCount = count.Value,
        })).ToArray());

    public Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null) =>
        Task.FromResult(Chosen(hostsIds).SelectMany(s => s.Activations).Where(a => types is null || types.Contains(TypeName(a))).Select(Detail).ToArray());

    public Task<int> GetGrainActivationCount(GrainReference grainReference) =>
        Task.FromResult(Running.Sum(s => s.Activations.Count(a => a.GrainId == grainReference.GrainId)));

    public Task<int> GetTotalActivationCount() => Task.FromResult(Running.Sum(s => s.ActivationCount));

    public ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) => new(silo.Cluster.Directory.Find(reference.GetGrainId())?.Silo.Address);

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) =>
        new(Running.SelectMany(s => s.Activations).Select(a => a.GrainId).Where(g => type.IsDefault || g.Type == type).Order().ToList());

    public Task ForceActivationCollection(TimeSpan ageLimit) => ForceActivationCollection([], ageLimit);

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) =>
        Task.WhenAll(Chosen(hostsIds).SelectMany(s => s.Collector.Collect(ageLimit)).Select(a => a.Deactivated));

    public Task ForceGarbageCollection(SiloAddress[] hostsIds)
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    private static MembershipEntry Entry(SiloNode member) => new()
    {
        SiloAddress = member.Address!,
        SiloName = member.Name,
        HostName = Dns.GetHostName(),
        Status = member.Status,
        ProxyPort = member.Endpoint.GatewayPort,
        StartTime = member.Started.UtcDateTime,
        IAmAliveTime = member.Time.GetUtcNow().UtcDateTime,
    };

    private static SiloRuntimeStatistics Statistics(SiloNode member)
    {
        var now = member.Time.GetUtcNow();
        var recent = member.Activations.Count(a => now - a.LastUsed < TimeSpan.FromMinutes(1));
        return new SiloRuntimeStatistics(member.ActivationCount, recent, now.UtcDateTime);
    }

    private static DetailedGrainStatistic Detail(Activation activation) =>
        new() { GrainType = TypeName(activation), GrainId = activation.GrainId, SiloAddress = activation.Silo.Address! };

    private static string TypeName(Activation activation) => $"{activation.Class.Type!.FullName},{activation.Class.Type.Assembly.GetName().Name}";

    private IEnumerable<SiloNode> Members(bool onlyActive) => silo.Cluster.Silos.Where(s => !onlyActive || s.Status == SiloStatus.Active);

    private IEnumerable<SiloNode> Chosen(SiloAddress[]? hosts) => Running.Where(s => hosts is null or [] || hosts.Contains(s.Address!));
}
