using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Where a job stands, what it waits for, and when it will be done.</summary>
internal sealed partial class Pool
{
    private QueuePlace? PlaceOf(QueueEntry entry)
    {
        if (Queue.PlaceOf(entry.JobId) is not { } place) return null;
        var (waiting, isForLoad) = Waiting();
        return new QueuePlace(place.Position, Eta(place.CostAheadSeconds, entry.CostSeconds), waiting, isForLoad);
    }

    /// <summary>In words, what everything waits for; nothing, when only for the jobs before it.</summary>
    private (string? Waiting, bool IsForLoad) Waiting()
    {
        if (_replicas.Values.Any(replica => replica.Status.Phase == ReplicaPhase.Ready && !replica.IsRetiring)) return (null, false);
        if (Policy.Max == 0) return ("the pool is paused", false);
        var nearest = _replicas.Values.Where(replica => !replica.IsRetiring).MaxBy(replica => replica.Status.Progress);
        if (nearest is not null) return ($"the model is loading ({nearest.Status.Progress * 100:0} %)", true);
        return (Health.MayNotLoadBecause(Now) ?? NoRoomBecause ?? "the model is about to be loaded", false);
    }

    private QueueEntry Entry(QueuedJob job) =>
        new(job.JobId, job.TenantId, job.Weight, job.Priority, Scaled(job.CostSeconds), job.AtHead, job.Deadline);

    /// <summary>When a job would be done if it came now; null before anything was measured, since a guess refuses nobody.</summary>
    private double? EtaOf(QueuedJob job)
    {
        if (_stepSeconds is null) return null;
        var entry = Entry(job);
        Queue.Enqueue(entry, evenIfFull: true); // Its turn depends on whose it is, so that it has to be there to be found.
        var place = Queue.PlaceOf(entry.JobId)!;
        Queue.Withdraw(entry.JobId);
        return Eta(place.CostAheadSeconds, entry.CostSeconds) ?? place.CostAheadSeconds + entry.CostSeconds + (_loadSeconds ?? 0);
    }

    private double? Eta(double costAheadSeconds, double ownCostSeconds) =>
        CostModel.EtaSeconds(costAheadSeconds, ownCostSeconds, [.. _replicas.Values.Where(replica => !replica.IsRetiring).SelectMany(SlotsFreeIn)]);

    private IEnumerable<double> SlotsFreeIn(PooledReplica replica)
    {
        if (replica.Status.Phase != ReplicaPhase.Ready)
            return [(_loadSeconds ?? WarmPoolPolicy.DefaultLoadSeconds) * (1 - replica.Status.Progress)];
        var slots = replica.Leases.Select(lease => lease.SecondsLeft(Now)).Concat(Enumerable.Repeat(0.0, replica.FreeSlots));
        return slots.OrderDescending().Take(Math.Max(1, Policy.BatchMax)); // A job that is about to end shares its slot with the next one.
    }

    /// <summary>Costs come as if nothing were measured; the pool knows better.</summary>
    private double Scaled(double costSeconds) => costSeconds * (_stepSeconds ?? CostModel.DefaultStepSecondsPerMegapixel) / CostModel.DefaultStepSecondsPerMegapixel;
}
