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

    /// <summary>What its devices must be, beside large enough.</summary>
    public DeviceNeedsBody Needs { get; init; } = new();

    public static PoolPolicyBody From(PoolPolicy policy) => new()
    {
        Min = policy.Min,
        Max = policy.Max,
        Step = policy.Step,
        Standby = policy.Standby,
        KeepAliveSeconds = policy.KeepAlive.TotalSeconds,
        QueueCountMax = policy.QueueCountMax,
        BatchMax = policy.BatchMax,
        Needs = DeviceNeedsBody.From(policy.Needs),
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
        Needs = Needs.ToNeeds(),
    };
}

/// <param name="Provider">cpu or cuda; null is any.</param>
/// <param name="Labels">Labels that a device must carry, every one with exactly this value.</param>
public sealed record DeviceNeedsBody(string? Provider = null, IReadOnlyDictionary<string, string>? Labels = null)
{
    public static DeviceNeedsBody From(DeviceNeeds needs) => new(needs.Provider, needs.Labels);

    public DeviceNeeds ToNeeds() => new() { Provider = Provider, Labels = Labels ?? DeviceNeeds.None.Labels };
}

/// <summary>A whole policy: what is absent is as by default.</summary>
/// <param name="Min">Replicas that stay even with nothing to do. Default 1.</param>
/// <param name="Max">Replicas at most. Default 64.</param>
/// <param name="Step">Replicas come and go in multiples of this. Default 1.</param>
/// <param name="Standby">Ready replicas with nothing to do; absent keeps it equal to step.</param>
/// <param name="KeepAliveSeconds">How long a replica above the target may idle. Default 600.</param>
/// <param name="QueueCountMax">Waiting jobs at most. Default 1000.</param>
/// <param name="BatchMax">Samples that one replica advances in one step. Default 1.</param>
/// <param name="Needs">What its devices must be, beside large enough. Default: any.</param>
public sealed record SetPolicyBody(
    int? Min = null,
    int? Max = null,
    int? Step = null,
    int? Standby = null,
    double? KeepAliveSeconds = null,
    int? QueueCountMax = null,
    int? BatchMax = null,
    DeviceNeedsBody? Needs = null)
{
    public static SetPolicyBody From(PoolPolicy policy) => new(
        policy.Min, policy.Max, policy.Step, policy.Standby, policy.KeepAlive.TotalSeconds, policy.QueueCountMax, policy.BatchMax,
        DeviceNeedsBody.From(policy.Needs));
}
