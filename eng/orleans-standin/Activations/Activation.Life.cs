using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <content>From creation to the end.</content>
internal sealed partial class Activation
{
    private readonly List<IDisposable> _timers = [];
    private ActivationState _state = ActivationState.Activating;
    private DeactivationReason _reason;
    private DateTimeOffset _keepUntil = DateTimeOffset.MinValue;
    private bool _finishing;
    private CancellationToken _shutdown;

    public ActivationState State => _state;

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _state == ActivationState.Valid && _running.Count == 0 && _waiting.Count == 0;
            }
        }
    }

    public DateTimeOffset LastUsed => _lastUsed;

    public DateTimeOffset KeepUntil => _keepUntil;

    /// <summary>Creates the instance and lets it set itself up; requests wait meanwhile.</summary>
    public void Begin() => Scheduler.Enqueue(() => _ = Activate());

    /// <summary>For instances that exist already, as observers do.</summary>
    public void Adopt(object instance)
    {
        GrainInstance = instance;
        _state = ActivationState.Valid;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_state is ActivationState.Deactivating or ActivationState.Ended)
            {
                return;
            }

            _reason = deactivationReason;
            _shutdown = cancellationToken;
            var wasActivating = _state == ActivationState.Activating;
            _state = ActivationState.Deactivating;
            if (!wasActivating)
            {
                FinishIfIdle();
            }
        }
    }

    /// <summary>The process is gone: nothing of this activation runs any more.</summary>
    /// <returns>The requests it had, none of which will be answered.</returns>
    public List<ActivationRequest> Kill()
    {
        lock (_gate)
        {
            _state = ActivationState.Ended;
            Scheduler.Stop();
            DisposeTimers();
            List<ActivationRequest> lost = [.. _running, .. _waiting];
            _running.Clear();
            _waiting.Clear();
            _deactivated.TrySetResult();
            return lost;
        }
    }

    public void DelayDeactivation(TimeSpan delay)
    {
        var now = Silo.Time.GetUtcNow();
        _keepUntil = delay < TimeSpan.Zero ? DateTimeOffset.MinValue
            : delay > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue
            : now + delay;
    }

    public void AddTimer(IDisposable timer)
    {
        lock (_gate)
        {
            _timers.Add(timer);
        }
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private async Task Activate()
    {
        try
        {
            GrainInstance = Silo.Activator.CreateInstance(this);
            if (GrainInstance is IGrainBase grain)
            {
                using var limit = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
                await grain.OnActivateAsync(limit.Token);
            }
        }
        catch (Exception failure)
        {
            LogActivationFailed(Silo.Log, failure, GrainId);
            End(new DeactivationReason(DeactivationReasonCode.ActivationFailed, failure, "The grain failed to activate."), failure);
            return;
        }

        Silo.Cluster.Driver.Note($"{Silo.Name} activated {GrainId}");
        lock (_gate)
        {
            _lastUsed = Silo.Time.GetUtcNow();
            if (_state == ActivationState.Activating)
            {
                _state = ActivationState.Valid;
                StartWhatMayRun();
            }
            else
            {
                FinishIfIdle();
            }
        }
    }

    private void FinishIfIdle()
    {
        if (_state == ActivationState.Deactivating && _running.Count == 0 && !_finishing)
        {
            _finishing = true;
            Scheduler.Enqueue(() => _ = Finish());
        }
    }

    private async Task Finish()
    {
        DisposeTimers();
        try
        {
            if (GrainInstance is IGrainBase grain)
            {
                using var limit = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _shutdown);
                await grain.OnDeactivateAsync(_reason, either.Token).WaitAsync(either.Token);
            }
        }
        catch (Exception failure)
        {
            LogDeactivationFailed(Silo.Log, failure, GrainId);
        }

        if (GrainInstance is { } instance)
        {
            await Silo.Activator.DisposeInstance(this, instance);
        }

        Silo.Cluster.Driver.Note($"{Silo.Name} deactivated {GrainId}");
        End(_reason, null);
    }

    private void End(DeactivationReason why, Exception? failure)
    {
        List<ActivationRequest> left;
        lock (_gate)
        {
            _reason = why;
            _state = ActivationState.Ended;
            left = [.. _waiting];
            _waiting.Clear();
        }

        DisposeTimers();
        Silo.Cluster.Directory.OnEnded(this, left, failure);
        _scope?.Dispose();
        _deactivated.TrySetResult();
    }

    private void DisposeTimers()
    {
        IDisposable[] ending;
        lock (_gate)
        {
            ending = [.. _timers];
            _timers.Clear();
        }

        Array.ForEach(ending, timer => timer.Dispose());
    }

    [LoggerMessage(100, LogLevel.Warning, "Grain {Grain} failed to activate")]
    private static partial void LogActivationFailed(ILogger log, Exception failure, GrainId grain);

    [LoggerMessage(101, LogLevel.Warning, "Grain {Grain} failed while it was deactivated")]
    private static partial void LogDeactivationFailed(ILogger log, Exception failure, GrainId grain);
}
