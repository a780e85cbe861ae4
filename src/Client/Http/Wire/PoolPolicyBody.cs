using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>How many replicas of a model there should be.</summary>
public sealed record PoolPolicyBody
{
    private static readonly PoolPolicy Usual = new();

    /// <summary>Replicas that stay even with nothing to do.</summary>
    public required int Min { get; init; }

    public required int Max { get; init; }

    /// <summary>Replicas come and go in multiples of this.</summary>
    public required int Step { get; init; }

    /// <summary>Ready replicas with nothing to do; null keeps it equal to step.</summary>
    public required int? Standby { get; init; }

    /// <summary>Whether standby is held only while the pool's history says that it will soon be wanted.</summary>
    public bool StandbyLapses { get; init; } = Usual.StandbyLapses;

    /// <summary>Silos beside those with a replica that hold the model's weights ahead; null keeps it equal to the standby.</summary>
    public int? WeightsStandby { get; init; }

    /// <summary>How long a replica above the target may idle, unless the pool's history says more or less.</summary>
    public required double KeepAliveSeconds { get; init; }

    /// <summary>Share of the pool's own gaps between uses that an idle replica outlasts at most; 0 keeps to keep_alive_seconds.</summary>
    public double KeepAliveQuantile { get; init; } = Usual.KeepAliveQuantile;

    /// <summary>Gaps whose quantile is longer than this teach nothing.</summary>
    public double KeepAliveMaxSeconds { get; init; } = Usual.KeepAliveMax.TotalSeconds;

    /// <summary>Idle device-seconds that it is worth to spare somebody one second of waiting.</summary>
    public double WaitWorth { get; init; } = Usual.WaitWorth;

    /// <summary>Times with other numbers; of several at once the highest counts.</summary>
    public IReadOnlyList<PoolScheduleBody> Schedules { get; init; } = [];

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
        StandbyLapses = policy.StandbyLapses,
        WeightsStandby = policy.WeightsStandby,
        KeepAliveSeconds = policy.KeepAlive.TotalSeconds,
        KeepAliveQuantile = policy.KeepAliveQuantile,
        KeepAliveMaxSeconds = policy.KeepAliveMax.TotalSeconds,
        WaitWorth = policy.WaitWorth,
        Schedules = [.. policy.Schedules.Select(PoolScheduleBody.Of)],
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
        StandbyLapses = StandbyLapses,
        WeightsStandby = WeightsStandby,
        KeepAlive = TimeSpan.FromSeconds(KeepAliveSeconds),
        KeepAliveQuantile = KeepAliveQuantile,
        KeepAliveMax = TimeSpan.FromSeconds(KeepAliveMaxSeconds),
        WaitWorth = WaitWorth,
        Schedules = [.. Schedules.Select(schedule => schedule.ToSchedule())],
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
