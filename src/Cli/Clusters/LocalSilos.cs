using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using SiloStatus = OrleansDiffusion.Jobs.SiloStatus;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>
/// Silos as processes of this machine: started when the cluster lacks room, asked to leave when they hold nothing. What
/// runs is read from the cluster's folder each time, since silos come and go by other hands too.
/// </summary>
internal sealed partial class LocalSilos(DirectoryInfo data, string database, string ownName, ILogger<LocalSilos> logger) : INodeProvisioner
{
    /// <summary>Of `od silo`: it may start others.</summary>
    public const string Option = "--provision";

    private const string Prefix = "silo-";

    /// <summary>What every process of a cluster is told that may grow.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(int countMin, int countMax) => new Dictionary<string, string>
    {
        ["Diffusion:Scaling:MinSilos"] = $"{countMin}", ["Diffusion:Scaling:MaxSilos"] = $"{countMax}", ["Diffusion:Scaling:Interval"] = "00:00:02",
    };

    public async Task Have(int desiredCount, IReadOnlyList<SiloStatus> silos)
    {
        var cluster = new LocalCluster(data, database) { SiloArguments = [Option] };
        var alive = cluster.Processes.Where(process => process.Name.StartsWith(Prefix, StringComparison.Ordinal) && process.IsAlive).ToList();
        var free = Enumerable.Range(1, int.MaxValue).Select(number => $"{Prefix}{number}").Where(name => alive.All(silo => silo.Name != name));
        foreach (var name in free.Take(Math.Max(0, desiredCount - alive.Count)))
        {
            Log.Starting(logger, name, desiredCount);
            await cluster.StartAsync(name, 0, CancellationToken.None);
        }

        // This one last: whoever hosts the cluster's grain next goes on.
        foreach (var silo in alive.Where(silo => MayLeave(silo, silos)).OrderBy(silo => silo.Name == ownName).Take(Math.Max(0, alive.Count - desiredCount)))
        {
            Log.Leaving(logger, silo.Name, desiredCount);
            silo.AskToLeave();
        }
    }

    /// <summary>One that has joined and holds nothing.</summary>
    private static bool MayLeave(LocalProcess process, IReadOnlyList<SiloStatus> silos) =>
        silos.FirstOrDefault(silo => silo.HostName == process.Name) is { IsDraining: false } silo
        && silo.Replicas.All(replica => replica.Phase is ReplicaPhase.Draining or ReplicaPhase.Stopped);

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Information, "{Name} is started: the cluster wants {Count} silos")]
        public static partial void Starting(ILogger logger, string name, int count);

        [LoggerMessage(6002, LogLevel.Information, "{Name} is asked to leave: the cluster wants {Count} silos")]
        public static partial void Leaving(ILogger logger, string name, int count);
    }
}
