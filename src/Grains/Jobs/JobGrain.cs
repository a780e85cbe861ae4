using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// One job's life. The row in the store is the truth: every change of state is committed before anybody hears of it,
/// under the fence of its epoch. What moves faster than that (steps, previews, places in the queue) is only told.
/// </summary>
internal sealed partial class JobGrain(
    IJobStore store, JobIntake intake, Members members, Departure departure, TimeProvider time, IOptions<JobOptions> options, ILogger<JobGrain> logger)
    : Grain, IJobGrain
{
    private JobRecord? _job;
    private JobCheckpoint? _checkpoint;
    private JobTale? _tale;
    private JobErrands? _errands;

    private string Id => this.GetPrimaryKeyString();

    private DateTimeOffset Now => time.GetUtcNow();

    public override async Task OnActivateAsync(CancellationToken cancellation)
    {
        _errands = new JobErrands(this, Upkeep, GrainFactory, time, options.Value, logger);
        if (await StoreRefusals.Told(() => store.Find(Id, cancellation)) is { } job) TakeUp(job);
    }

    public async Task<SubmitAnswer> Submit(JobSubmission submission)
    {
        if (_job is { } existing) return Repeat(existing, submission);

        var (job, entry, refused) = await intake.Judge(Id, submission);
        if (job is null) return No(refused!);

        var committed = await CommitNew(job);
        if (committed.Refused is not null) return committed;

        DiffusionMeter.JobAccepted(job.Spec.Model);
        await Enqueue(entry);
        return new(View(), null);
    }

    public Task<JobView?> Get(string tenantId)
    {
        if (_job is null) DeactivateOnIdle(); // Guessed ids must not fill the memory.
        return Task.FromResult(_job?.TenantId == tenantId ? View() : null);
    }

    public async IAsyncEnumerable<JobEvent> Watch(string tenantId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_job is null) DeactivateOnIdle();
        if (_job?.TenantId != tenantId || _tale is null) yield break;

        using var watch = _tale.Watch(); // Before the state is read, so that nothing falls in between.
        using var leaving = departure.Begun.UnsafeRegister(_ => watch.End(), null);
        yield return _tale.State(_job);
        if (_job.Status.IsFinal())
        {
            yield return _tale.Done(_job);
            yield break;
        }

        await foreach (var happened in watch.ReadAll(cancellation)) yield return happened;
        if (departure.Begun.IsCancellationRequested) DeactivateOnIdle(); // Whoever watches asks again at once, and shall find the job elsewhere.
    }

    public async Task<bool> Cancel(string tenantId)
    {
        if (_job is not { } job || job.TenantId != tenantId) return false;
        if (!await Finish(job, JobSignal.Cancelled)) return false;

        if (job.Status == JobStatus.Queued) _errands!.Withdraw(job);
        else _errands!.StopHolder(job);
        return true;
    }

    public async Task<JobLease?> Lease(string replicaId, string device)
    {
        if (_job is not { } job || JobMachine.Next(job.Status, JobSignal.Leased) == job.Status) return null;
        if (GrainKeys.VersionOf(replicaId) != job.Spec.ModelVersion)
        {
            await Finish(job with { Error = ModelReplaced(job) }, JobSignal.Failed);
            return null;
        }

        var isFirst = job.Epoch == 0; // Nobody can have left a checkpoint.
        var checkpoint = _checkpoint ?? (isFirst ? null : Of(await store.FindCheckpoint(Id, CancellationToken.None)));
        var leased = job with
        {
            Status = JobMachine.Next(job.Status, JobSignal.Leased),
            Epoch = job.Epoch + 1,
            ReplicaId = replicaId,
            Device = device,
            StartedAt = job.StartedAt ?? Now,
            Phases = _tale!.Phases(Now),
        };
        if (!await Commit(leased)) return null;

        _checkpoint = checkpoint;
        _errands!.Heard();
        _tale.Leased(leased, checkpoint);
        if (job.StartedAt is null) DiffusionMeter.JobLeased(job.Spec.Model, Now - job.CreatedAt);
        return new JobLease(Id, leased.Epoch, leased.Spec, checkpoint);
    }

    public Task Placed(QueuePlace place)
    {
        if (_job is { Status: JobStatus.Queued } job) _tale!.Placed(job, place);
        return Task.CompletedTask;
    }

    public async Task<bool> Report(JobReport report)
    {
        if (!IsHeldUnder(report.Epoch)) return false;

        _errands!.Heard();
        _tale!.Progressed(_job!, report);
        if (report.Checkpoint is { } checkpoint) await Keep(checkpoint, report.Epoch);
        return IsHeldUnder(report.Epoch); // It may have ended while the checkpoint was written.
    }

    public async Task<bool> Complete(JobResult result)
    {
        if (_job is { Status: JobStatus.Succeeded } done && done.Epoch == result.Epoch) return true; // The answer was lost, not the result.
        if (!IsHeldUnder(result.Epoch)) return false;

        return await Finish(_job! with { Artifacts = result.Artifacts, Warnings = result.Warnings }, JobSignal.Completed);
    }

    public async Task<bool> Fail(JobFailure failure)
    {
        if (!IsHeldUnder(failure.Epoch)) return false;
        if (failure.MayRetry) return await TryAgain(_job!, failure.Error, failure.DeviceLost);

        return await Finish(_job! with { Error = failure.Error }, JobSignal.Failed);
    }

    public async Task<bool> GiveBack(long epoch, JobCheckpoint? checkpoint)
    {
        if (!IsHeldUnder(epoch)) return false;
        if (checkpoint is not null) await Keep(checkpoint, epoch);
        return await Requeue(_job!, TimeSpan.Zero);
    }

    public async Task<bool> HolderLost(string replicaId, string siloId)
    {
        var holds = _job is { Status: JobStatus.Running, Device: { } device } && _job.ReplicaId == replicaId
            && device.StartsWith($"{siloId}/", StringComparison.Ordinal);
        return holds && await HolderGone(_job!, NodeLost(replicaId));
    }

    public async Task<bool> Abandon(JobError error) =>
        _job is { Status: JobStatus.Queued } job && await Finish(job with { Error = error }, JobSignal.Failed);

    public async Task Resume()
    {
        if (_job is { Status: JobStatus.Queued }) await Enqueue();
        else if (_job is { Status: JobStatus.Running } job) await LookAfterHolder(job);
    }

    private bool IsHeldUnder(long epoch) => _job is { Status: JobStatus.Running } job && job.Epoch == epoch;

    private async Task Enqueue(QueuedJob? entry = null)
    {
        var job = _job!;
        if (await _errands!.Enqueue(job, entry) is not { } answer) return;
        if (answer.Refused is { } refused) await Finish(job with { Error = new(refused.Code, refused.Message) }, JobSignal.Failed);
        else if (answer.Place is { } place && _job is { Status: JobStatus.Queued }) _tale!.Placed(_job, place);
    }
}
