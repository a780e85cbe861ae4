namespace OrleansDiffusion.Weights.Tests;

/// <summary>Moves only when it is told to. Timers fire while it moves.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<HandTimer> _timers = [];
    private long _ticks = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Ends when a timer of at least this length is set.</summary>
    public TaskCompletionSource<TimeSpan>? NextTimer { get; set; }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, callback, state);
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        List<HandTimer> due;
        lock (_lock) due = [.. _timers.Where(timer => timer.DueTicks <= _ticks)];
        foreach (var timer in due) timer.Fire();
    }

    private sealed class HandTimer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long DueTicks { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            DueTicks = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
            if (dueTime != Timeout.InfiniteTimeSpan) clock.NextTimer?.TrySetResult(dueTime);
            return true;
        }

        public void Fire()
        {
            DueTicks = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + _period.Ticks;
            callback(state);
        }

        public void Dispose()
        {
            DueTicks = long.MaxValue;
            lock (clock._lock) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
