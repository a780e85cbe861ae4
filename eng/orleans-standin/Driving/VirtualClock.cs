namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>Time that stands still until nothing else is left to do, then jumps to what is due next.</summary>
internal sealed class VirtualClock(Action checkThread) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<Due, (long Ticks, long Number)> _queue = new();
    private long _now;
    private long _number;

    public TimeSpan Elapsed => TimeSpan.FromTicks(_now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        checkThread();
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public Due At(TimeSpan delay, Action happen)
    {
        checkThread();
        var due = new Due(happen);
        _queue.Enqueue(due, (_now + Math.Max(0, delay.Ticks), ++_number));
        return due;
    }

    /// <returns>False: nothing is due, ever.</returns>
    public bool RunNext(SynchronizationContext context)
    {
        while (_queue.TryDequeue(out var due, out var when))
        {
            if (due.Happen is { } happen)
            {
                _now = Math.Max(_now, when.Ticks);
                RunIn(context, happen);
                return true;
            }
        }

        return false;
    }

    private static void RunIn(SynchronizationContext context, Action happen)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            happen();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Something that happens later, unless it is called off.</summary>
    internal sealed class Due(Action happen)
    {
        public Action? Happen { get; private set; } = happen;

        public void CallOff() => Happen = null;
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private Due? _next;
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.CallOff();
            _next = null;
            if (_isDisposed)
            {
                return false;
            }

            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _next = clock.At(dueTime, () => Fire(period));
            }

            return true;
        }

        public void Dispose()
        {
            _isDisposed = true;
            _next?.CallOff();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire(TimeSpan period)
        {
            if (period > TimeSpan.Zero)
            {
                _next = clock.At(period, () => Fire(period));
            }

            callback(state);
        }
    }
}
