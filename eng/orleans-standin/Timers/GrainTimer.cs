using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Timers;

/// <summary>Ticks enter the activation's queue as requests do; the next is due a period after the last has ended.</summary>
internal sealed partial class GrainTimer : ActivationRequest, IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _wasChanged;

    private GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _timer = activation.Silo.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override bool IsAlwaysInterleave => _options.Interleave;

    public override bool KeepsAlive => _options.KeepAlive;

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
        _wasChanged = true;
        _dueTime = dueTime;
        _period = period;
        if (!_isTicking && !_disposed.IsCancellationRequested)
        {
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _activation.RemoveTimer(this);
        _timer.Dispose();
        _disposed.Cancel();
    }

    public override async Task RunOn(Activation activation)
    {
        _wasChanged = false;
        try
        {
            if (!_disposed.IsCancellationRequested)
            {
                await _callback(_disposed.Token);
            }
        }
        catch (Exception failure)
        {
            LogTickFailed(activation.Silo.Log, failure, activation.GrainId);
        }

        _isTicking = false;
        if (!_disposed.IsCancellationRequested)
        {
            _timer.Change(_wasChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
        }
    }

    // The activation has ended, and its timers with it.
    public override void Reject(Node by, Exception failure)
    {
    }

    public override string ToString() => $"timer of {_activation.GrainId}";

    private static void Check(TimeSpan span, string name)
    {
        const uint MillisecondsMax = 0xfffffffe;
        var milliseconds = (long)span.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, MillisecondsMax, name);
    }

    private void Tick()
    {
        _isTicking = true;
        _activation.TryReceive(this);
    }

    [LoggerMessage(110, LogLevel.Warning, "A timer of {Grain} failed; it goes on")]
    private static partial void LogTickFailed(ILogger log, Exception failure, GrainId grain);
}
