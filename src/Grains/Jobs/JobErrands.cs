using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// What a job has others do, and sees done: its pool queues it, its holder works on it, its tenant's use is counted.
/// What fails is done again at the next upkeep; a job with nothing due has no timer.
/// </summary>
internal sealed partial class JobErrands(
    IGrainBase grain, Func<Task> upkeep, IGrainFactory grains, TimeProvider time, JobOptions options, ILogger logger)
{
    /// <summary>A holder that is silent for so long is asked whether it still works on the job. Replicas speak at least every few seconds.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan UpkeepPeriod = TimeSpan.FromSeconds(1);

    private IGrainTimer? _timer;
    private DateTimeOffset? _enqueueAt;
    private DateTimeOffset _heardAt;
    private DateTimeOffset _checkpointStoredAt;
    private bool _isUnheard;
    private bool _isAsking;
    private bool _isSettled;

    public bool IsEnqueueDue => _enqueueAt is { } due && time.GetUtcNow() >= due;

    public bool IsLeaseOverdue => time.GetUtcNow() - _heardAt > options.LeaseTimeout;

    /// <summary>The job came from the store: nobody knows yet whether it is queued, or whether its holder lives.</summary>
    public void TakenUp(JobRecord job)
    {
        _heardAt = time.GetUtcNow();
        _isUnheard = job.Status == JobStatus.Running;
        _isSettled = job.Status.IsFinal();
        if (job.Status == JobStatus.Queued) EnqueueAfter(UpkeepPeriod);
        if (job.Status == JobStatus.Running) KeepUp();
    }

    /// <summary>The holder of the lease spoke, or has just got it.</summary>
    public void Heard()
    {
        _heardAt = time.GetUtcNow();
        _isUnheard = false;
        KeepUp();
    }

    public void EnqueueAfter(TimeSpan delay)
    {
        _enqueueAt = time.GetUtcNow() + delay;
        KeepUp();
    }

    /// <summary>Puts the job into its pool's queue. Null when the pool could not be reached: then it is tried again.</summary>
    /// <param name="job">It waits.</param>
    /// <param name="admitted">As its tenant has just admitted it; null when that was long ago.</param>
    public async Task<EnqueueAnswer?> Enqueue(JobRecord job, QueuedJob? admitted)
    {
        try
        {
            var entry = admitted ?? await Admitted(job);
            var answer = await Pool(job).Enqueue(entry);
            _enqueueAt = null;
            Rest();
            return answer;
        }
        catch (Exception problem)
        {
            Log.NotEnqueued(logger, job.Id, problem);
            EnqueueAfter(UpkeepPeriod);
            return null;
        }
    }

    private async Task<QueuedJob> Admitted(JobRecord job)
    {
        var admission = await grains.GetGrain<ITenantGrain>(job.TenantId).Admit(job.Id, Cost(job)); // Counted once, however often.
        return new(job.Id, job.TenantId, admission.Weight, job.Spec.Priority, Cost(job), AtHead: job.Epoch > 0, job.DueAt());
    }

    /// <summary>Counts the job's use, once it is final.</summary>
    public async Task Settle(JobRecord job)
    {
        if (_isSettled) return;
        try
        {
            var deviceSeconds = job.Phases.Where(phase => Ledger.IsOnDevice(phase.Name)).Sum(phase => phase.Seconds);
            await grains.GetGrain<ITenantGrain>(job.TenantId).Finished(job.Id, deviceSeconds, job.Artifacts.Count);
            _isSettled = true;
            Rest();
        }
        catch (Exception problem)
        {
            Log.NotSettled(logger, job.Id, problem);
            KeepUp();
        }
    }

    /// <summary>Takes a cancelled job out of its queue. Should that fail, it is not leased when its turn comes.</summary>
    public void Withdraw(JobRecord job) => _ = Message.Try(() => Pool(job).Withdraw(job.Id), job.Id, logger);

    /// <summary>Has the model left alone for a while. Should that fail, its next job tells it.</summary>
    public void TellPoisoned(JobRecord job, string reason) => _ = Message.Try(() => Pool(job).Poisoned(reason), job.Id, logger);

    /// <summary>Stops the replica at its next step. Should that fail, it hears of it with its next report.</summary>
    public void StopHolder(JobRecord job) => _ = Message.Try(() => Replica(job).Cancel(job.Id, job.Epoch), job.Id, logger);

    /// <summary>Asks a silent holder whether it still works on the job. Nobody waits for the answer: it may hang as long as a dead silo.</summary>
    public void AskHolder(JobRecord job)
    {
        var isSilent = _isUnheard || time.GetUtcNow() - _heardAt > SilenceMax;
        if (isSilent && !_isAsking) _ = Ask(job);
    }

    /// <summary>At most one checkpoint per interval goes to the store; finished pictures always do.</summary>
    public bool MayStoreCheckpoint(JobCheckpoint checkpoint)
    {
        var now = time.GetUtcNow();
        if (checkpoint.StepsDone > 0 && now - _checkpointStoredAt < options.CheckpointInterval) return false;
        _checkpointStoredAt = now;
        return true;
    }

    private async Task Ask(JobRecord job)
    {
        _isAsking = true;
        try
        {
            var replica = await Replica(job).View();
            if (replica.ActiveJobs.Contains(job.Id)) Heard();
            else if (replica.Phase is ReplicaPhase.Ready or ReplicaPhase.Draining) await Self(job).GiveBack(job.Epoch, checkpoint: null); // It never got the lease.
            else await Self(job).HolderLost(job.ReplicaId!, SiloName.OfDevice(job.Device!));
        }
        catch (Exception problem)
        {
            Log.HolderUnreachable(logger, job.Id, job.ReplicaId, problem);
        }
        finally
        {
            _isAsking = false;
        }
    }

    private void KeepUp() =>
        _timer ??= grain.RegisterGrainTimer(_ => upkeep(), new GrainTimerCreationOptions(UpkeepPeriod, UpkeepPeriod) { KeepAlive = true });

    private void Rest()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>What is told by its own name comes after whatever the job is doing now.</summary>
    private IJobGrain Self(JobRecord job) => grains.GetGrain<IJobGrain>(job.Id);

    private ISchedulerGrain Pool(JobRecord job) => grains.GetGrain<ISchedulerGrain>(job.Spec.Model);

    private IModelGrain Replica(JobRecord job) => grains.GetGrain<IModelGrain>(job.ReplicaId!);

    private static double Cost(JobRecord job) => CostModel.DeviceSeconds(job.Spec, stepSecondsPerMegapixel: null);

    private static partial class Log
    {
        [LoggerMessage(1051, LogLevel.Warning, "{JobId} could not be queued; trying again")]
        public static partial void NotEnqueued(ILogger logger, string jobId, Exception problem);

        [LoggerMessage(1052, LogLevel.Warning, "The use of {JobId} could not be counted; trying again")]
        public static partial void NotSettled(ILogger logger, string jobId, Exception problem);

        [LoggerMessage(1053, LogLevel.Information, "{JobId}: {ReplicaId} cannot be reached")]
        public static partial void HolderUnreachable(ILogger logger, string jobId, string? replicaId, Exception problem);
    }
}
