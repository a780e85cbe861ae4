namespace OrleansDiffusion.Jobs;

/// <summary>A pool in numbers, for whoever keeps them as they change rather than counting replicas anew.</summary>
public readonly record struct PoolDemand
{
    /// <summary>Replicas with work.</summary>
    public required int BusyCount { get; init; }

    /// <summary>Ready replicas without.</summary>
    public required int IdleCount { get; init; }

    /// <summary>All that are not leaving: busy, idle, and on their way.</summary>
    public required int LivingCount { get; init; }

    /// <summary>Jobs waiting.</summary>
    public int QueuedCount { get; init; }

    /// <summary>Their predicted device-seconds.</summary>
    public double QueuedCostSeconds { get; init; }

    /// <summary>Predicted device-seconds that the busy replicas still have to do; null when unknown: then none is free in time.</summary>
    public double? BusySecondsLeft { get; init; }

    /// <summary>Seconds from order to Ready; null when unknown.</summary>
    public double? LoadSeconds { get; init; }

    /// <summary>On the clock of the pool's history; without a history it does not matter.</summary>
    public double NowSeconds { get; init; }
}

/// <summary>How large a pool should be.</summary>
/// <param name="DesiredCount">Replicas that should exist.</param>
/// <param name="NeededCount">Of these, for what is running and waiting; the rest is standby and <see cref="PoolPolicy.Min"/>.</param>
/// <param name="StandbyTarget">Ready and idle as the policy wants it now.</param>
/// <param name="AddCount">Replicas to order.</param>
/// <param name="SurplusCount">Idle replicas that may go once their keep-alive is over.</param>
public readonly record struct PoolSize(int DesiredCount, int NeededCount, int StandbyTarget, int AddCount, int SurplusCount);
