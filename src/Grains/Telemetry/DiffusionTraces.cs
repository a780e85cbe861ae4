using System.Diagnostics;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The ledgers of jobs and loads as activities: one for the whole, one below it for each phase. They are made when it is over,
/// from what was noted anyway, so that they cost nothing while nobody listens.
/// </summary>
public static class DiffusionTraces
{
    public const string Name = "OrleansDiffusion";

    private static readonly ActivitySource Source = new(Name);

    internal static void JobFinished(JobRecord job)
    {
        if (!Source.HasListeners() || job.FinishedAt is not { } finishedAt) return;
        TellAlone(() =>
        {
            using var whole = Start("job", job.CreatedAt, default);
            if (whole is null) return;
            whole.SetTag("od.job", job.Id).SetTag("od.model", job.Spec.Model).SetTag("od.status", job.Status.ToString().ToLowerInvariant())
                .SetTag("od.device", job.Device).SetTag("od.pictures", job.Artifacts.Count).SetTag("od.leases", job.Epoch);
            if (job.Error is { } error) whole.SetStatus(ActivityStatusCode.Error, error.Message).SetTag("error.type", ErrorTable.Of(error.Code).WireName);
            Phases(whole, job.CreatedAt, job.Phases);
            whole.SetEndTime(finishedAt.UtcDateTime);
        });
    }

    internal static void Loaded(ReplicaStatus replica, DateTimeOffset orderedAt, DateTimeOffset readyAt)
    {
        if (!Source.HasListeners()) return;
        TellAlone(() =>
        {
            using var whole = Start("load", orderedAt, default);
            if (whole is null) return;
            whole.SetTag("od.replica", replica.ReplicaId).SetTag("od.model", replica.Model).SetTag("od.device", $"{replica.SiloId}/{replica.DeviceId}")
                .SetTag("od.bytes", replica.MemoryBytes);
            Weights(whole, replica.LoadedWeights);
            Phases(whole, orderedAt, replica.LoadPhases);
            whole.SetEndTime(readyAt.UtcDateTime);
        });
    }

    private static void Weights(Activity whole, LoadedWeights? weights)
    {
        if (weights is null) return;
        whole.SetTag("od.weights.cache_bytes", weights.CacheBytes).SetTag("od.weights.peer_bytes", weights.PeerBytes)
            .SetTag("od.weights.origin_bytes", weights.OriginBytes).SetTag("od.weights.seconds", weights.Seconds);
    }

    private static void Phases(Activity whole, DateTimeOffset zero, IReadOnlyList<PhaseTime> phases)
    {
        foreach (var phase in phases)
        {
            using var part = Start(phase.Name, zero.AddSeconds(phase.StartSeconds), whole.Context);
            part?.SetEndTime(zero.AddSeconds(phase.StartSeconds + phase.Seconds).UtcDateTime);
        }
    }

    private static Activity? Start(string name, DateTimeOffset at, ActivityContext parent) =>
        Source.StartActivity(name, ActivityKind.Internal, parent, startTime: at);

    /// <summary>Whoever tells of an end is not what it was part of.</summary>
    private static void TellAlone(Action tell)
    {
        var around = Activity.Current;
        Activity.Current = null;
        tell();
        Activity.Current = around;
    }
}
