using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>How many replicas of a model there should be.</summary>
public sealed record PoolPolicyBody
{
    /// <summary>Replicas that stay even with nothing to do.</summary>
    public required int Min { get; init; }

    public required int Max { get; init; }

    /// <summary>Replicas come and go in multiples of this.</summary>
    public required int Step { get; init; }

    /// <summary>Ready replicas with nothing to do; null keeps it equal to step.</summary>
    public required int? Standby { get; init; }

    /// <summary>How long a replica above the target may idle.</summary>
    public required double KeepAliveSeconds { get; init; }

    /// <summary>Waiting jobs at most.</summary>
    public required int QueueCountMax { get; init; }

    /// <summary>Samples that one replica advances in one step.</summary>
    public required int BatchMax { get; init; }

    public static PoolPolicyBody From(PoolPolicy policy) => new()
    {
        Min = policy.Min,
        Max = policy.Max,
        Step = policy.Step,
        Standby = policy.Standby,
        KeepAliveSeconds = policy.KeepAlive.TotalSeconds,
        QueueCountMax = policy.QueueCountMax,
        BatchMax = policy.BatchMax,
    };

    public PoolPolicy ToPolicy() => new()
    {
        Min = Min,
        Max = Max,
        Step = Step,
        Standby = Standby,
        KeepAlive = TimeSpan.FromSeconds(KeepAliveSeconds),
        QueueCountMax = QueueCountMax,
        BatchMax = BatchMax,
    };
}
