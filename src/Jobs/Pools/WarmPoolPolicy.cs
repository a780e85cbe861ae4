namespace OrleansDiffusion.Jobs;

/// <summary>
/// Keeps as many replicas ready and idle as the pool grows by at once, so that nobody waits for a load: taking one into
/// use orders its replacement. Desired = clamp(roundUp(needed, step) + standby, min, max).
/// </summary>
public static class WarmPoolPolicy
{
    /// <summary>Assumed for a model that was never loaded.</summary>
    public const double DefaultLoadSeconds = 10;

    /// <summary>Nothing is started to shorten a queue that is over in less than this.</summary>
    public const double DrainSecondsMin = 1;

    public static PoolPlan Decide(PoolSituation situation)
    {
        var policy = situation.Policy;
        var living = situation.Replicas.Where(replica => replica.Phase is not (ReplicaPhase.Draining or ReplicaPhase.Stopped)).ToList();
        var busyCount = living.Count(replica => replica.ActiveCount > 0);
        var idle = living.Where(replica => replica.Phase == ReplicaPhase.Ready && replica.ActiveCount == 0).ToList();

        var loadingCount = living.Count - busyCount - idle.Count;
        var desired = Desired(policy, busyCount + NeededForQueue(situation));
        var addCount = situation.CannotAddBecause is null ? Math.Max(0, desired - living.Count) : 0;
        return new()
        {
            AddCount = addCount,
            Retire = Retire(situation, living.Count, busyCount, idle, desired),
            DesiredCount = desired,
            StandbyCount = idle.Count,
            StandbyTarget = policy.StandbyTarget,
            DeficitReason = idle.Count >= policy.StandbyTarget ? null : Reason(situation, living.Count, loadingCount, desired),
        };
    }

    /// <summary>
    /// Replicas that the waiting jobs justify: not more than could work at once, and not more than it takes to be through
    /// with them by the time that a further one would be ready.
    /// </summary>
    private static int NeededForQueue(PoolSituation situation)
    {
        var byCount = DividedUp(situation.QueuedCount, Math.Max(1, situation.Policy.BatchMax));
        var drainSeconds = Math.Max(situation.LoadSeconds ?? DefaultLoadSeconds, DrainSecondsMin);
        var byCost = (int)Math.Min(int.MaxValue, Math.Ceiling(situation.QueuedCostSeconds / drainSeconds));
        return situation.QueuedCount == 0 ? 0 : Math.Clamp(byCost, 1, byCount);
    }

    private static int Desired(PoolPolicy policy, int needed) =>
        (int)Math.Clamp(((long)DividedUp(needed, policy.Step) * policy.Step) + policy.StandbyTarget, policy.Min, policy.Max);

    private static List<string> Retire(PoolSituation situation, int livingCount, int busyCount, List<PoolReplica> idle, int desired)
    {
        // Loading replicas are no standby yet: until they are ready, the idle ones are.
        var standbyKept = Math.Clamp(desired - busyCount, 0, situation.Policy.StandbyTarget);
        var countMax = Math.Min(livingCount - desired, idle.Count - standbyKept);
        var overMax = livingCount - situation.Policy.Max;
        return idle.OrderByDescending(replica => IdleTime(replica, situation.Now)).ThenBy(replica => replica.ReplicaId, StringComparer.Ordinal)
            .Take(Math.Max(0, countMax))
            .Where((replica, index) => index < overMax || IdleTime(replica, situation.Now) >= situation.Policy.KeepAlive)
            .Select(replica => replica.ReplicaId)
            .ToList();
    }

    private static TimeSpan IdleTime(PoolReplica replica, DateTimeOffset now) => replica.IdleSince is { } since ? now - since : TimeSpan.Zero;

    private static string Reason(PoolSituation situation, int livingCount, int loadingCount, int desired)
    {
        if (livingCount >= situation.Policy.Max) return $"the pool is at its maximum of {Counted(situation.Policy.Max)}";
        List<string> reasons = [];
        if (loadingCount > 0) reasons.Add($"{Counted(loadingCount)} on the way");
        if (desired > livingCount) reasons.Add(situation.CannotAddBecause ?? $"{Counted(desired - livingCount)} ordered now");
        return string.Join("; ", reasons);
    }

    private static string Counted(int count) => count == 1 ? "1 replica" : $"{count} replicas";

    private static int DividedUp(int count, int by) => (int)((count + (by - 1L)) / by);
}
