using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Timers;

/// <summary>Ticks enter the activation's queue as requests do; the next is due a period after the last has ended.</summary>
internal sealed partial class GrainTimer : ActivationRequest, IGrainTimer
{
    private readonly Activation activation;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly CancellationTokenSource disposed = new();
    private readonly ITimer timer;
    private TimeSpan dueTime;
    private TimeSpan period;
    private bool isTicking;
    private bool wasChanged;

    private GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.activation = activation;
        this.callback = callback;
        this.options = options;
        timer = activation.Silo.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override bool IsAlwaysInterleave => options.Interleave;

    public override bool KeepsAlive => options.KeepAlive;

    public static GrainTimer Start(IGrainContext context, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var activation = Activation.Of(context);
        if (RuntimeContext.Current != activation)
        {
            throw new InvalidOperationException("A grain timer is registered from a turn of its own grain.");
        }

        var timer = new GrainTimer(activation, callback, options);
        activation.AddTimer(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        wasChanged = true;
        this.dueTime = dueTime;
        this.period = period;
        if (!isTicking && !disposed.IsCancellationRequested)
        {
            timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        activation.RemoveTimer(this);
        timer.Dispose();
        disposed.Cancel();
    }

    public override async Task RunOn(Activation activation)
    {
        wasChanged = false;
        try
        {
            if (!disposed.IsCancellationRequested)
            {
                await callback(disposed.Token);
            }
        }
        catch (Exception failure)
        {
            LogTickFailed(activation.Silo.Log, failure, activation.GrainId);
        }

        isTicking = false;
        if (!disposed.IsCancellationRequested)
        {
            timer.Change(wasChanged ? dueTime : period, Timeout.InfiniteTimeSpan);
        }
    }

    // The activation has ended, and its timers with it.
    public override void Reject(Node by, Exception failure)
    {
    }

    public override string ToString() => $"timer of {activation.GrainId}";

    private static void Check(TimeSpan span, string name)
    {
        const uint MillisecondsMax = 0xfffffffe;
        var milliseconds = (long)span.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, MillisecondsMax, name);
    }

    private void Tick()
    {
        isTicking = true;
        activation.TryReceive(this);
    }

    [LoggerMessage(110, LogLevel.Warning, "A timer of {Grain} failed; it goes on")]
    private static partial void LogTickFailed(ILogger log, Exception failure, GrainId grain);
}
