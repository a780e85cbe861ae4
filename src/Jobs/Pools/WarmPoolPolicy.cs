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
        var policy = situation.Policy.At(situation.Now);
        var living = situation.Replicas.Where(replica => replica.Phase is not (ReplicaPhase.Draining or ReplicaPhase.Stopped)).ToList();
        var idle = living.Where(replica => replica.Phase == ReplicaPhase.Ready && replica.ActiveCount == 0).ToList();
        var demand = new PoolDemand
        {
            BusyCount = living.Count(replica => replica.ActiveCount > 0),
            IdleCount = idle.Count,
            LivingCount = living.Count,
            QueuedCount = situation.QueuedCount,
            QueuedCostSeconds = situation.QueuedCostSeconds,
            BusySecondsLeft = situation.BusySecondsLeft,
            LoadSeconds = situation.LoadSeconds,
            NowSeconds = situation.NowSeconds,
        };
        var size = Size(policy, demand, situation.History);
        return new()
        {
            AddCount = situation.CannotAddBecause is null ? size.AddCount : 0,
            Retire = Retire(situation, policy, demand, idle, size),
            DesiredCount = size.DesiredCount,
            NeededCount = size.NeededCount,
            SurplusCount = size.SurplusCount,
            StandbyCount = idle.Count,
            StandbyTarget = size.StandbyTarget,
            DeficitReason = idle.Count >= size.StandbyTarget ? null : Reason(situation, demand, size),
        };
    }

    /// <summary>The numbers alone, in a few steps whatever the size of the pool.</summary>
    /// <param name="policy">As it is now: <see cref="PoolPolicy.At"/>.</param>
    /// <param name="demand">What there is and what is wanted.</param>
    /// <param name="history">The pool's; null when none is kept.</param>
    public static PoolSize Size(PoolPolicy policy, in PoolDemand demand, ArrivalHistory? history = null)
    {
        var needed = demand.BusyCount + NeededForQueue(policy, demand);
        var standby = Standby(policy, demand, needed, history);
        var rounded = (long)DividedUp(needed, policy.Step) * policy.Step;
        var desired = (int)Math.Clamp(rounded + standby, policy.Min, policy.Max);

        // Loading replicas are no standby yet: until they are ready, the idle ones are.
        var standbyKept = Math.Clamp(desired - demand.BusyCount, 0, standby);
        return new(
            desired, (int)Math.Min(rounded, desired), standby, Math.Max(0, desired - demand.LivingCount),
            Math.Max(0, Math.Min(demand.LivingCount - desired, demand.IdleCount - standbyKept)));
    }

    /// <summary>
    /// Replicas that the waiting jobs justify: not more than could work at once, and not more than it takes to be through
    /// with them by the time that a further one would be ready. What the busy ones get done by then needs none.
    /// </summary>
    private static int NeededForQueue(PoolPolicy policy, in PoolDemand demand)
    {
        if (demand.QueuedCount == 0) return 0;
        var drainSeconds = Math.Max(demand.LoadSeconds ?? DefaultLoadSeconds, DrainSecondsMin);
        var doneByBusy = demand.BusySecondsLeft is { } left ? (demand.BusyCount * drainSeconds) - left : 0;
        if (doneByBusy > 0 && demand.QueuedCostSeconds <= doneByBusy) return 0;
        var byCount = DividedUp(demand.QueuedCount, Math.Max(1, policy.BatchMax));
        var byCost = (int)Math.Min(int.MaxValue, Math.Ceiling((demand.QueuedCostSeconds - Math.Max(0, doneByBusy)) / drainSeconds));
        return Math.Clamp(byCost, 1, byCount);
    }

    /// <summary>
    /// All that is promised. Where the policy lets it lapse, as much as is worth its while: in a large pool more than is
    /// promised, up to the square root of what is needed, which is how far independent demand strays.
    /// </summary>
    private static int Standby(PoolPolicy policy, in PoolDemand demand, int needed, ArrivalHistory? history)
    {
        if (!policy.StandbyLapses || history is null || policy.StandbyTarget == 0) return policy.StandbyTarget;
        var most = Math.Max(policy.StandbyTarget, (int)Math.Sqrt(needed));
        var count = 0;
        while (count < most && KeepAliveRule.IsWorthHaving(policy, history, needed + count + 1, demand.LoadSeconds, demand.NowSeconds)) count++;
        return count;
    }

    private static List<string> Retire(PoolSituation situation, PoolPolicy policy, PoolDemand demand, List<PoolReplica> idle, PoolSize size)
    {
        var overMax = demand.LivingCount - policy.Max;
        return idle.OrderByDescending(replica => IdleTime(replica, situation.Now)).ThenBy(replica => replica.ReplicaId, StringComparer.Ordinal)
            .Take(size.SurplusCount)
            .TakeWhile((replica, index) => index < overMax || IdleTime(replica, situation.Now).TotalSeconds >= KeepAlive(index))
            .Select(replica => replica.ReplicaId)
            .ToList();

        double KeepAlive(int index) =>
            KeepAliveRule.Seconds(policy, situation.History, demand.BusyCount + idle.Count - index, situation.LoadSeconds);
    }

    private static TimeSpan IdleTime(PoolReplica replica, DateTimeOffset now) => replica.IdleSince is { } since ? now - since : TimeSpan.Zero;

    private static string Reason(PoolSituation situation, PoolDemand demand, PoolSize size)
    {
        var loadingCount = demand.LivingCount - demand.BusyCount - demand.IdleCount;
        if (demand.LivingCount >= situation.Policy.Max) return $"the pool is at its maximum of {Counted(situation.Policy.Max)}";
        List<string> reasons = [];
        if (loadingCount > 0) reasons.Add($"{Counted(loadingCount)} on the way");
        if (size.AddCount > 0) reasons.Add(situation.CannotAddBecause ?? $"{Counted(size.AddCount)} ordered now");
        return string.Join("; ", reasons);
    }

    private static string Counted(int count) => count == 1 ? "1 replica" : $"{count} replicas";

    private static int DividedUp(int count, int by) => (int)((count + (by - 1L)) / by);
}
