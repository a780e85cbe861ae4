using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What a replica is made from.</summary>
internal sealed record ReplicaParts(
    IReplicaLoader Loader, PictureStore Pictures, LocalReplicas Local, DeviceFaults Faults, TimeProvider Time, ReplicaOptions Options, ILogger Logger);

/// <summary>A replica's life in a straight line: load, warm up, work until drained or broken, free the device.</summary>
internal sealed partial class Replica : IReplicaListener, IDisposable
{
    private readonly ReplicaParts _parts;
    private readonly LoadOrder _order;
    private readonly IGrainFactory _grains;
    private readonly ReplicaVoice _voice;
    private readonly LoadLedger _load;
    private readonly CancellationTokenSource _unwanted = new();
    private ReplicaStatus _status;
    private ReplicaLoop? _loop;

    public Replica(string id, LoadOrder order, ReplicaParts parts, IGrainFactory grains)
    {
        (_order, _parts, _grains) = (order, parts, grains);
        _load = new LoadLedger(parts.Time);
        _status = new ReplicaStatus
        {
            ReplicaId = id,
            Model = order.Model.Name,
            SiloId = order.SiloId,
            DeviceId = order.DeviceId,
            Phase = ReplicaPhase.Provisioning,
            MemoryBytes = order.RoomBytes,
            Since = parts.Time.GetUtcNow(),
        };
        _voice = new ReplicaVoice(grains.GetGrain<ISchedulerGrain>(order.Model.Name), () => Status, parts.Local, parts.Logger);
    }

    public ReplicaStatus Status => _loop is not { } loop ? _status : _status with
    {
        ActiveJobs = loop.Jobs.Select(job => job.Id).ToArray(),
        FreeSlots = _status.Phase == ReplicaPhase.Ready ? loop.FreeSlots : 0,
        StepSecondsPerMegapixel = loop.StepSecondsPerMegapixel,
    };

    public bool TryAdd(JobLease lease)
    {
        if (_status.Phase != ReplicaPhase.Ready || _loop is null || !_loop.TryAdd(lease)) return false;
        Changed();
        return true;
    }

    public void Cancel(string jobId, long epoch) => _loop?.Cancel(jobId, epoch);

    public void Drain(bool finishRunning)
    {
        if (_loop is null) _unwanted.Cancel(); // Nothing runs yet: the load ends.
        _loop?.Drain(finishRunning);
        if (_status.Phase == ReplicaPhase.Ready) Enter(ReplicaPhase.Draining);
    }

    /// <summary>From time to time: says where a load stands, and that jobs are still worked on.</summary>
    public void Beat()
    {
        NoteLoad();
        _loop?.Beat();
        Changed();
    }

    public void Changed() => _voice.Changed();

    public void LeaseEnded(string jobId) => _voice.LeaseEnded(jobId);

    /// <summary>Ends when the device is free again and the pool knows it.</summary>
    public async Task Live()
    {
        WatchedRuntime? runtime = null;
        string? endedBecause = null;
        try
        {
            Changed();
            var loaded = await Load();
            runtime = new WatchedRuntime(loaded, _order.DeviceId, _parts.Time, _parts.Options.DeviceTimeout);
            _parts.Local.Weights.Read(_order.Model.Version);
            await GetReady(runtime);
            await _loop!.Run();
            endedBecause = _loop.BrokenBecause;
        }
        catch (OperationCanceledException) when (_unwanted.IsCancellationRequested)
        {
            Log.Unwanted(_parts.Logger, _status.ReplicaId);
        }
        catch (DeviceHungException problem) when (runtime is null)
        {
            DiffusionMeter.LoadFailed(_order.Model.Name);
            _parts.Faults.Note(_order.DeviceId, endedBecause = problem.Message);
        }
        catch (Exception problem)
        {
            Log.Failed(_parts.Logger, _status.ReplicaId, problem);
            DiffusionMeter.LoadFailed(_order.Model.Name);
            endedBecause = problem.Message;
        }

        await Free(runtime);
        if (runtime?.HungBecause is { } hung) _parts.Faults.Note(_order.DeviceId, hung);
        _status = _status with { Message = endedBecause };
        Enter(ReplicaPhase.Stopped);
        await _voice.Flushed();
    }

    public void Dispose() => _unwanted.Dispose();

    private Task<IReplicaRuntime> Load() => WatchedLoad.Run(
        stop => _parts.Loader.Load(_order.Model, _order.DeviceId, _load, stop),
        _load, WatchedLoad.LimitOf(_order.Model.MemoryBytes, _parts.Options.DeviceTimeout), _parts.Time, _unwanted.Token);

    private async Task GetReady(WatchedRuntime runtime)
    {
        _load.Report(new LoadProgress(ReplicaPhase.Warming, "warm_up", 1));
        NoteLoad();
        Changed();
        await WarmUp.Draw(runtime, _order.Model, _order.Shapes ?? [], _parts.Logger, _unwanted.Token);
        _load.End();

        _loop = new ReplicaLoop(
            runtime, Math.Max(1, _order.Model.Policy.BatchMax), id => _grains.GetGrain<IJobGrain>(id), _parts.Pictures, this,
            _parts.Time, _parts.Options, _parts.Logger);
        var seconds = _load.Seconds;
        _status = _status with { LoadSeconds = seconds, LoadPhases = _load.Read().Phases, LoadedWeights = _load.Weights, Progress = 1, Message = null };
        DiffusionMeter.Loaded(_order.Model.Name, TimeSpan.FromSeconds(seconds));
        var readyAt = _parts.Time.GetUtcNow();
        DiffusionTraces.Loaded(_status, readyAt.AddSeconds(-seconds), readyAt);
        Log.Ready(_parts.Logger, _status.ReplicaId, seconds);
        Enter(ReplicaPhase.Ready);
    }

    private async Task Free(WatchedRuntime? runtime)
    {
        try
        {
            if (runtime is not null) await runtime.DisposeAsync();
        }
        catch (Exception problem)
        {
            Log.Failed(_parts.Logger, _status.ReplicaId, problem);
        }
    }

    private void NoteLoad()
    {
        if (_loop is not null || _status.Phase == ReplicaPhase.Stopped) return;
        var (phase, name, progress, phases) = _load.Read();
        var since = phase == _status.Phase ? _status.Since : _parts.Time.GetUtcNow();
        _status = _status with { Phase = phase, Progress = progress, Message = name, LoadPhases = phases, LoadedWeights = _load.Weights, Since = since };
    }

    private void Enter(ReplicaPhase phase)
    {
        _status = _status with { Phase = phase, Since = _parts.Time.GetUtcNow() };
        Changed();
    }

    private static partial class Log
    {
        [LoggerMessage(3151, LogLevel.Information, "{ReplicaId} is ready after {Seconds} s")]
        public static partial void Ready(ILogger logger, string replicaId, double seconds);

        [LoggerMessage(3152, LogLevel.Error, "{ReplicaId} failed")]
        public static partial void Failed(ILogger logger, string replicaId, Exception problem);

        [LoggerMessage(3153, LogLevel.Information, "{ReplicaId} is not wanted any more")]
        public static partial void Unwanted(ILogger logger, string replicaId);
    }
}
