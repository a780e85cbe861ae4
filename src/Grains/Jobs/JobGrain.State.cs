using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>How a job's state is committed, and what follows from it.</summary>
internal sealed partial class JobGrain
{
    private async Task<SubmitAnswer> CommitNew(JobRecord job)
    {
        try
        {
            var stored = await store.Insert(job, CancellationToken.None);
            TakeUp(stored);
            return Repeat(stored, job.TenantId, job.RequestDigest) with { IsRepeat = false };
        }
        catch (StorageException problem)
        {
            Log.NotCommitted(logger, Id, problem);
            await intake.TakeBack(job);
            return No(new(problem.Code, "The job could not be stored, so it was not accepted."));
        }
    }

    /// <summary>Stores the next state. False when another activation wrote first: then its word counts, and this one's does not.</summary>
    private async Task<bool> Commit(JobRecord next)
    {
        if (await store.Update(next, _job!.Epoch, CancellationToken.None))
        {
            _job = next;
            return true;
        }

        Log.Overtaken(logger, Id, next.Epoch);
        if (await store.Find(Id, CancellationToken.None) is { } truth) TakeUp(truth);
        return false;
    }

    private async Task<bool> Finish(JobRecord ended, JobSignal how)
    {
        var status = JobMachine.Next(ended.Status, how);
        if (status == ended.Status) return false;
        var final = ended with { Status = status, FinishedAt = Now, Phases = _tale!.Phases(Now) };
        if (!await Commit(final)) return false;

        _checkpoint = null;
        _tale.Ended(final);
        DiffusionMeter.JobFinished(final);
        DiffusionTraces.JobFinished(final);
        Log.Finished(logger, Id, final.Status, final.Epoch);
        await _errands!.Settle(final);
        return true;
    }

    /// <summary>
    /// Nobody works on the job any more. That counts against it only if it got nowhere: one that comes further with every
    /// node ends at last, however many nodes die, and one that kills its node each time does not.
    /// </summary>
    private async Task<bool> HolderGone(JobRecord job, JobError error)
    {
        var kept = await store.FindCheckpoint(Id, CancellationToken.None);
        return kept?.Epoch == job.Epoch
            ? await Requeue(job with { FailedAttempts = 0 }, TimeSpan.Zero)
            : await TryAgain(job, error, deviceLost: true);
    }

    /// <summary>
    /// An attempt failed. Another one follows, unless there were too many; at once when its device was lost for the first time,
    /// which most probably was not its fault. One that costs a device each time is its model's misfortune, too.
    /// </summary>
    private async Task<bool> TryAgain(JobRecord job, JobError error, bool deviceLost)
    {
        var failed = job with { FailedAttempts = Math.Min(job.FailedAttempts + 1, CountMax(error)) };
        Log.AttemptFailed(logger, Id, failed.FailedAttempts, error.Code);
        if (options.Value.Retries.MayRetry(failed.FailedAttempts))
            return await Requeue(failed, deviceLost && failed.FailedAttempts == 1 ? TimeSpan.Zero : Backoff(failed));

        var message = $"{failed.FailedAttempts} attempts failed, the last one so: {error.Message}";
        if (!await Finish(failed with { Error = new(ErrorCode.RetriesExhausted, message) }, JobSignal.Failed)) return false;
        if (deviceLost) _errands!.TellPoisoned(job, $"{job.Id} lost its device in each of {failed.FailedAttempts} attempts, the last one so: {error.Message}");
        return true;
    }

    /// <summary>Accepted is accepted: while pictures cannot be stored, jobs are tried again for as long as it takes.</summary>
    private int CountMax(JobError error) =>
        error.Code is ErrorCode.StorageFull or ErrorCode.StorageUnavailable ? options.Value.Retries.FailedAttemptsMax - 1 : int.MaxValue;

    private async Task<bool> Requeue(JobRecord job, TimeSpan delay)
    {
        var status = JobMachine.Next(job.Status, JobSignal.LeaseLost);
        var queued = job with { Status = status, ReplicaId = null, Device = null, Phases = _tale!.Phases(Now) };
        if (!await Commit(queued)) return false;

        DiffusionMeter.JobRequeued(job.Spec.Model);
        _tale.Requeued(queued);
        _errands!.EnqueueAfter(delay);
        if (delay == TimeSpan.Zero) await Enqueue();
        return true;
    }

    private TimeSpan Backoff(JobRecord job) => options.Value.Retries.DelayBefore(job.FailedAttempts, Chance.Of(Id, job.Epoch));

    /// <summary>Once a second while something is due: an enqueue to repeat, a lease to watch, an end to settle.</summary>
    private async Task Upkeep()
    {
        if (_job is not { } job) return;
        if (job.Status == JobStatus.Queued && _errands!.IsEnqueueDue) await Enqueue();
        else if (job.Status.IsFinal()) await _errands!.Settle(job);
        else if (job.Status == JobStatus.Running) await LookAfterHolder(job);
    }

    /// <summary>A holder whose silo is dead is not waited for; one that is silent is asked first.</summary>
    private async Task LookAfterHolder(JobRecord job)
    {
        if (members.IsHolderDead(job.Device)) await HolderGone(job, NodeLost(job.ReplicaId));
        else if (_errands!.IsLeaseOverdue) await HolderGone(job, new(ErrorCode.Timeout, $"Nothing was heard of {job.ReplicaId} for too long."));
        else _errands.AskHolder(job);
    }

    /// <summary>Keeps the newest checkpoint in memory, and now and then in the store; losing one costs time, not the job.</summary>
    private async Task Keep(JobCheckpoint checkpoint, long epoch)
    {
        if (_checkpoint is { } kept && IsBefore(checkpoint, kept)) return; // Late: delivery may reorder.
        _checkpoint = checkpoint;
        if (!_errands!.MayStoreCheckpoint(checkpoint)) return;
        try
        {
            var row = new StoredCheckpoint(Id, epoch, checkpoint.ImageIndex, checkpoint.StepsDone, checkpoint.State, checkpoint.Artifacts);
            await store.SaveCheckpoint(row, CancellationToken.None);
        }
        catch (StorageException problem)
        {
            Log.CheckpointNotStored(logger, Id, problem);
        }
    }

    private static bool IsBefore(JobCheckpoint a, JobCheckpoint b) =>
        (a.ImageIndex, a.StepsDone).CompareTo((b.ImageIndex, b.StepsDone)) < 0;

    private static JobCheckpoint? Of(StoredCheckpoint? row) =>
        row is null ? null : new(row.ImageIndex, row.StepsDone, row.State, row.Artifacts.ToArray());

    private void TakeUp(JobRecord job)
    {
        _job = job;
        _checkpoint = null;
        _tale ??= new JobTale(job, time, options.Value, PublishToFeed, logger);
        _tale.TakenUp(job);
        _errands!.TakenUp(job);
    }

    private Task PublishToFeed(JobFeedItem item) =>
        this.GetStreamProvider(GrainKeys.StreamProvider)
            .GetStream<JobFeedItem>(StreamId.Create(GrainKeys.JobFeed, _job!.TenantId))
            .OnNextAsync(item);

    private JobView View() => new(_tale!.Current(_job!), _tale.Progress);

    private SubmitAnswer Repeat(JobRecord existing, JobSubmission again) =>
        Repeat(existing, again.TenantId, RequestDigest.Of(again.Request));

    private SubmitAnswer Repeat(JobRecord existing, string tenantId, string digest) =>
        existing.TenantId == tenantId && existing.RequestDigest == digest
            ? new(View(), null, IsRepeat: true)
            : No(new(ErrorCode.IdempotencyKeyReused, "This key belongs to another request. Send that one again, or use a new key."));

    private static SubmitAnswer No(Refusal refusal)
    {
        DiffusionMeter.JobRefused(refusal.Code);
        return new(null, refusal);
    }

    private static JobError NodeLost(string? replicaId) => new(ErrorCode.DeviceFailed, $"The node of {replicaId} was lost.");

    private static JobError ModelReplaced(JobRecord job) =>
        new(ErrorCode.ModelNotFound, $"The model {job.Spec.Model} was replaced before the job ran; submit it again to use the new one.");

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "{JobId} ended as {Status} under epoch {Epoch}")]
        public static partial void Finished(ILogger logger, string jobId, JobStatus status, long epoch);

        [LoggerMessage(1002, LogLevel.Warning, "{JobId} was not stored and therefore not accepted")]
        public static partial void NotCommitted(ILogger logger, string jobId, Exception problem);

        [LoggerMessage(1003, LogLevel.Warning, "{JobId} was written by another activation; epoch {Epoch} changes nothing")]
        public static partial void Overtaken(ILogger logger, string jobId, long epoch);

        [LoggerMessage(1004, LogLevel.Warning, "Attempt {Attempt} of {JobId} failed: {Code}")]
        public static partial void AttemptFailed(ILogger logger, string jobId, int attempt, ErrorCode code);

        [LoggerMessage(1005, LogLevel.Warning, "A checkpoint of {JobId} was not stored")]
        public static partial void CheckpointNotStored(ILogger logger, string jobId, Exception problem);
    }
}
