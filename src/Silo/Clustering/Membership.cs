using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansDiffusion.Silo.Starting;

namespace OrleansDiffusion.Silo.Clustering;

/// <summary>Joins silos and clients to the cluster that their options name.</summary>
internal static class Membership
{
    /// <summary>As ADO.NET knows the driver.</summary>
    private const string Driver = "Npgsql";

    private const string ClusterName = "orleans-diffusion";

    /// <summary>A gateway that left is forgotten this soon, and one that came is found.</summary>
    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A call that was on its way to a silo that died is waited for this long, and sent again. The engine's own 30 s would
    /// let a caller of the API wait as long.
    /// </summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a silo signs the table. After three missing signatures whoever joins ignores it, so that a cluster of
    /// which every process was killed at once comes up again soon: nobody was left to declare those dead.
    /// </summary>
    private static readonly TimeSpan AliveInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a silo reads the table without a reason. One that stood still and was declared dead meanwhile hears of
    /// it nowhere else, since nobody talks to it any more; the engine's own minute would let it answer its clients for as long.
    /// </summary>
    private static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After a death the engine would keep a third of all grains from living anywhere for 30 s, in case the dead silo still
    /// runs them. Ours may live twice for a moment: what they write is fenced by epochs in the store.
    /// </summary>
    private static readonly TimeSpan GrainLease = TimeSpan.Zero;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Whoever did not sign for so long is stale: as the engine counts.</summary>
    public static TimeSpan SilenceMax => AliveInterval * new ClusterMembershipOptions().NumMissedTableIAmAliveLimit;

    /// <summary>The silo finds nobody but itself. Its ports are free ones: other nodes may be alone on this machine, too.</summary>
    public static void StayAlone(this ISiloBuilder silo)
    {
        var (siloPort, gatewayPort) = LocalPorts.FindTwo();
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: ClusterName, clusterId: ClusterName);
    }

    public static void Join(this ISiloBuilder silo, MembershipOptions membership)
    {
        silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Driver, membership.Database));
        silo.Configure<ClusterOptions>(cluster => Name(cluster, membership));
        silo.AddDistributedGrainDirectory(); // The default one drops replicas on living silos when the silo dies that had their addresses.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = GrainLease);
        silo.ConfigureEndpoints(
            membership.AdvertisedAddress, membership.SiloPort, membership.GatewayPort,
            listenOnAnyHostAddress: !IPAddress.IsLoopback(membership.AdvertisedAddress));
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
        silo.Configure<ClusterMembershipOptions>(probes =>
        {
            probes.IAmAliveTablePublishTimeout = AliveInterval;
            probes.TableRefreshTimeout = TableRefresh;
            probes.ProbeTimeout = membership.ProbeTimeout;
            probes.NumMissedProbesLimit = membership.MissedProbesMax;
            probes.NumVotesForDeathDeclaration = membership.DeathVoteCount; // Of two silos, the engine asks for one at most.
        });
    }

    public static void Join(this IClientBuilder client, MembershipOptions membership)
    {
        client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Driver, membership.Database));
        client.Configure<ClusterOptions>(cluster => Name(cluster, membership));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = GatewayRefresh);
        client.UseConnectionRetryFilter(KeepTrying);
    }

    /// <summary>Who starts first does not matter: an API waits for the first silo.</summary>
    private static async Task<bool> KeepTrying(Exception problem, CancellationToken cancellation)
    {
        await Task.Delay(RetryPause, TimeProvider.System, cancellation);
        return true;
    }

    private static void Name(ClusterOptions cluster, MembershipOptions membership) =>
        (cluster.ClusterId, cluster.ServiceId) = (membership.ClusterId, membership.ClusterId);
}
