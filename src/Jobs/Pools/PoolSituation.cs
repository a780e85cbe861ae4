namespace OrleansDiffusion.Jobs;

/// <summary>A replica as its pool's policy sees it.</summary>
/// <param name="ReplicaId">Which one.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="ActiveCount">Jobs in work on it.</param>
/// <param name="IdleSince">When its last job ended, or when it became ready; null while it works or loads.</param>
public sealed record PoolReplica(string ReplicaId, ReplicaPhase Phase, int ActiveCount, DateTimeOffset? IdleSince);

/// <summary>Everything that the policy decides on.</summary>
public sealed record PoolSituation
{
    public required PoolPolicy Policy { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required IReadOnlyList<PoolReplica> Replicas { get; init; }

    /// <summary>Jobs waiting.</summary>
    public int QueuedCount { get; init; }

    /// <summary>Their predicted device-seconds.</summary>
    public double QueuedCostSeconds { get; init; }

    /// <summary>Predicted device-seconds that the busy replicas still have to do; null when unknown: then none is free in time.</summary>
    public double? BusySecondsLeft { get; init; }

    /// <summary>What the pool remembers of its requests; null keeps to the fixed keep-alive.</summary>
    public ArrivalHistory? History { get; init; }

    /// <summary><see cref="Now"/> on the clock that the history is told: seconds since 1970.</summary>
    public double NowSeconds => ArrivalHistory.SecondsOf(Now);

    /// <summary>Seconds from order to Ready as measured lately; null when unknown.</summary>
    public double? LoadSeconds { get; init; }

    /// <summary>Why a replica cannot be added now: no device has room, or the model failed to load too often. Null when it can.</summary>
    public string? CannotAddBecause { get; init; }
}

/// <summary>What the pool shall do now.</summary>
public sealed record PoolPlan
{
    /// <summary>Replicas to start.</summary>
    public required int AddCount { get; init; }

    /// <summary>Idle replicas to drain, longest idle first.</summary>
    public required IReadOnlyList<string> Retire { get; init; }

    /// <summary>Replicas that should exist.</summary>
    public required int DesiredCount { get; init; }

    /// <summary>Of these, for what is running and waiting; the others are standby.</summary>
    public required int NeededCount { get; init; }

    /// <summary>Idle replicas that are kept for nothing but habit: whoever needs their room may have it.</summary>
    public required int SurplusCount { get; init; }

    /// <summary>Ready and idle now.</summary>
    public required int StandbyCount { get; init; }

    /// <summary>Ready and idle as the policy wants it.</summary>
    public required int StandbyTarget { get; init; }

    /// <summary>Why the standby is below its target; null when it is not.</summary>
    public string? DeficitReason { get; init; }
}
