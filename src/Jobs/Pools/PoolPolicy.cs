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

    /// <summary>
    /// Share of the pool's own gaps between uses that an idle replica outlasts at most, once there is history; 0 keeps to
    /// <see cref="KeepAlive"/> always. Higher spares loads and costs memory. Default 0.99.
    /// </summary>
    public double KeepAliveQuantile { get; init; } = 0.99;

    /// <summary>Gaps whose quantile is longer than this teach nothing: then <see cref="KeepAlive"/> is the limit. Default 24 h.</summary>
    public TimeSpan KeepAliveMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Idle device-seconds that it is worth to spare somebody one second of waiting. Higher waits less and costs more. Also
    /// with 0 a replica idles for as long as that is cheaper than a load. Default 10.
    /// </summary>
    public double WaitWorth { get; init; } = 10;

    /// <summary>
    /// Whether standby is held only as far as the pool's history says that it will soon be wanted: down to <see cref="Min"/>,
    /// and in a large pool up to the square root of what is in use, unless <see cref="Standby"/> is 0. For many models on few
    /// devices, where nobody can hold it for all of them; needs a history. Default: it is always held, and no more.
    /// </summary>
    public bool StandbyLapses { get; init; }

    /// <summary>Times with other numbers; of several at once the highest counts. Default: none.</summary>
    public IReadOnlyList<PoolSchedule> Schedules { get => field; init => field = value is null ? ScheduleList.None : new ScheduleList(value); } =
        ScheduleList.None;

    /// <summary>Waiting jobs at most; the next one is refused with Retry-After. Default 1000.</summary>
    public int QueueCountMax { get; init; } = 1000;

    /// <summary>Samples that one replica advances in one step, when their shapes agree. Default 1.</summary>
    public int BatchMax { get; init; } = 1;

    /// <summary>Provider and labels of the devices that its replicas may be put on. Default: any.</summary>
    public DeviceNeeds Needs { get; init => field = value ?? DeviceNeeds.None; } = DeviceNeeds.None;

    /// <summary>
    /// Silos beside those with a replica that hold the model's weights ahead, on their disks and as far as there is room in their
    /// memory. 0 holds none. Null (the default) keeps it equal to the standby.
    /// </summary>
    public int? WeightsStandby { get; init; }

    public int StandbyTarget => Standby ?? Step;

    /// <summary>None while the pool is paused: nobody would load them.</summary>
    public int WeightsStandbyTarget => Max == 0 ? 0 : WeightsStandby ?? StandbyTarget;

    /// <summary>The same with the numbers of this moment: what the schedules that are on say, instead of its own.</summary>
    public PoolPolicy At(DateTimeOffset now)
    {
        if (Schedules.Count == 0) return this;
        var on = Schedules.Where(schedule => schedule.IsOn(now)).ToList();
        return on.Count == 0 ? this : this with
        {
            Min = Math.Min(Max, on.Max(schedule => schedule.Min) ?? Min),
            Standby = on.Max(schedule => schedule.Standby) ?? Standby,
        };
    }
}
