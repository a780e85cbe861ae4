namespace OrleansDiffusion.Jobs;

/// <summary>How many replicas of a model there should be. Defaults suit one machine.</summary>
public sealed record PoolPolicy
{
    /// <summary>Replicas that stay even with nothing to do. 0 with <see cref="Standby"/> 0 allows scaling to zero.</summary>
    public int Min { get; init; } = 1;

    /// <summary>Replicas at most; more than the devices can hold is harmless. 0 pauses the pool: jobs wait. Default 64.</summary>
    public int Max { get; init; } = 64;

    /// <summary>Replicas come and go in multiples of this. Larger steps react faster and cost more. Default 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Ready replicas with nothing to do; null (the default) keeps it equal to <see cref="Step"/>.</summary>
    public int? Standby { get; init; }

    /// <summary>How long a replica above the target may idle before it goes. Longer saves loads, costs memory. Default 10 min.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Waiting jobs at most; the next one is refused with Retry-After. Default 1000.</summary>
    public int QueueCountMax { get; init; } = 1000;

    /// <summary>Samples that one replica advances in one step, when their shapes agree. Default 1.</summary>
    public int BatchMax { get; init; } = 1;

    /// <summary>Provider and labels of the devices that its replicas may be put on. Default: any.</summary>
    public DeviceNeeds Needs { get; init => field = value ?? DeviceNeeds.None; } = DeviceNeeds.None;

    public int StandbyTarget => Standby ?? Step;
}
