namespace OrleansDiffusion.Fakes;

/// <summary>A clock that moves when a test says so, and fires what is due on the way, in order.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Timers that will fire; a test that sees one knows that somebody waits.</summary>
    public int TimerCount
    {
        get
        {
            lock (_gate) return _timers.Count(timer => timer.DueAt is not null);
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = _now + by;
        while (Next(until) is { } timer)
        {
            _now = timer.DueAt!.Value;
            timer.Fire();
        }

        _now = until;
    }

    private ManualTimer? Next(DateTimeOffset until)
    {
        lock (_gate) return _timers.Where(timer => timer.DueAt <= until).OrderBy(timer => timer.DueAt).FirstOrDefault();
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                if (!time._timers.Contains(this)) time._timers.Add(this);
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                _period = period;
            }

            return true;
        }

        public void Fire()
        {
            DueAt = _period > TimeSpan.Zero ? time._now + _period : null;
            callback();
        }

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
