using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <content>From creation to the end.</content>
internal sealed partial class Activation
{
    private readonly List<IDisposable> timers = [];
    private ActivationState state = ActivationState.Activating;
    private DeactivationReason reason;
    private DateTimeOffset keepUntil = DateTimeOffset.MinValue;
    private bool finishing;
    private CancellationToken shutdown;

    public ActivationState State => state;

    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return state == ActivationState.Valid && running.Count == 0 && waiting.Count == 0;
            }
        }
    }

    public DateTimeOffset LastUsed => lastUsed;

    public DateTimeOffset KeepUntil => keepUntil;

    /// <summary>Creates the instance and lets it set itself up; requests wait meanwhile.</summary>
    public void Begin() => Scheduler.Enqueue(() => _ = Activate());

    /// <summary>For instances that exist already, as observers do.</summary>
    public void Adopt(object instance)
    {
        GrainInstance = instance;
        state = ActivationState.Valid;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (state is ActivationState.Deactivating or ActivationState.Ended)
            {
                return;
            }

            reason = deactivationReason;
            shutdown = cancellationToken;
            var wasActivating = state == ActivationState.Activating;
            state = ActivationState.Deactivating;
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
        lock (gate)
        {
            state = ActivationState.Ended;
            Scheduler.Stop();
            DisposeTimers();
            List<ActivationRequest> lost = [.. running, .. waiting];
            running.Clear();
            waiting.Clear();
            deactivated.TrySetResult();
            return lost;
        }
    }

    public void DelayDeactivation(TimeSpan delay)
    {
        var now = Silo.Time.GetUtcNow();
        keepUntil = delay < TimeSpan.Zero ? DateTimeOffset.MinValue
            : delay > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue
            : now + delay;
    }

    public void AddTimer(IDisposable timer)
    {
        lock (gate)
        {
            timers.Add(timer);
        }
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
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
        lock (gate)
        {
            lastUsed = Silo.Time.GetUtcNow();
            if (state == ActivationState.Activating)
            {
                state = ActivationState.Valid;
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
        if (state == ActivationState.Deactivating && running.Count == 0 && !finishing)
        {
            finishing = true;
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
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, shutdown);
                await grain.OnDeactivateAsync(reason, either.Token).WaitAsync(either.Token);
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
        End(reason, null);
    }

    private void End(DeactivationReason why, Exception? failure)
    {
        List<ActivationRequest> left;
        lock (gate)
        {
            reason = why;
            state = ActivationState.Ended;
            left = [.. waiting];
            waiting.Clear();
        }

        DisposeTimers();
        Silo.Cluster.Directory.OnEnded(this, left, failure);
        scope?.Dispose();
        deactivated.TrySetResult();
    }

    private void DisposeTimers()
    {
        IDisposable[] ending;
        lock (gate)
        {
            ending = [.. timers];
            timers.Clear();
        }

        Array.ForEach(ending, timer => timer.Dispose());
    }

    [LoggerMessage(100, LogLevel.Warning, "Grain {Grain} failed to activate")]
    private static partial void LogActivationFailed(ILogger log, Exception failure, GrainId grain);

    [LoggerMessage(101, LogLevel.Warning, "Grain {Grain} failed while it was deactivated")]
    private static partial void LogDeactivationFailed(ILogger log, Exception failure, GrainId grain);
}
