namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>Time that stands still until nothing else is left to do, then jumps to what is due next.</summary>
internal sealed class VirtualClock(Action checkThread) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<Due, (long Ticks, long Number)> queue = new();
    private long now;
    private long number;

    public TimeSpan Elapsed => TimeSpan.FromTicks(now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    public override long GetTimestamp() => now;

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
        queue.Enqueue(due, (now + Math.Max(0, delay.Ticks), ++number));
        return due;
    }

    /// <returns>False: nothing is due, ever.</returns>
    public bool RunNext(SynchronizationContext context)
    {
        while (queue.TryDequeue(out var due, out var when))
        {
            if (due.Happen is { } happen)
            {
                now = Math.Max(now, when.Ticks);
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
        private Due? next;
        private bool isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            next?.CallOff();
            next = null;
            if (isDisposed)
            {
                return false;
            }

            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                next = clock.At(dueTime, () => Fire(period));
            }

            return true;
        }

        public void Dispose()
        {
            isDisposed = true;
            next?.CallOff();
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
                next = clock.At(period, () => Fire(period));
            }

            callback(state);
        }
    }
}
