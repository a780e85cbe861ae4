using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Everything that is asked before a job is committed: is it valid, may its tenant have it, has its queue room.</summary>
internal sealed class JobIntake(CatalogCache catalog, IGrainFactory grains, TimeProvider time, IOptions<JobOptions> options)
{
    public async Task<Intake> Judge(string jobId, JobSubmission submission)
    {
        if (!JobId.IsValid(jobId)) return Intake.No(new(ErrorCode.InvalidRequest, $"\"{jobId}\" is no job id."));

        var request = submission.Request;
        if (await catalog.Find(request.Model) is not { } model) return Intake.No(UnknownModel(request.Model));

        var answer = SpecRules.Resolve(request, model.Facts, model.Name, model.Version, options.Value.Limits, submission.SeedIfNone);
        if (answer.Spec is not { } spec) return Intake.No(Refusal.Invalid(answer.Problems));

        var cost = CostModel.DeviceSeconds(spec, stepSecondsPerMegapixel: null);
        var tenant = grains.GetGrain<ITenantGrain>(submission.TenantId);
        var admission = await tenant.Admit(jobId, cost);
        if (admission.Refused is { } overQuota) return Intake.No(overQuota);

        var entry = new QueuedJob(
            jobId, submission.TenantId, admission.Weight, spec.Priority, cost, AtHead: false, DeadlineOf(spec), spec.Width, spec.Height);
        if (await grains.GetGrain<ISchedulerGrain>(spec.Model).Admits(entry) is { } noRoom)
        {
            await tenant.Finished(jobId, deviceSeconds: 0, pictureCount: 0);
            return Intake.No(noRoom);
        }

        return new Intake(Record(jobId, submission, spec), entry, null);
    }

    /// <summary>What was admitted was not committed after all.</summary>
    public async Task TakeBack(JobRecord job)
    {
        await grains.GetGrain<ITenantGrain>(job.TenantId).Finished(job.Id, deviceSeconds: 0, pictureCount: 0);
        await grains.GetGrain<ISchedulerGrain>(job.Spec.Model).Withdraw(job.Id);
    }

    private DateTimeOffset? DeadlineOf(GenerationSpec spec) => spec.DeadlineSeconds is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null;

    private JobRecord Record(string jobId, JobSubmission submission, GenerationSpec spec) => new()
    {
        Id = jobId,
        TenantId = submission.TenantId,
        Spec = spec,
        RequestDigest = RequestDigest.Of(submission.Request),
        CreatedAt = time.GetUtcNow(),
    };

    private Refusal UnknownModel(string? name)
    {
        var names = string.Join(", ", catalog.Names);
        if (names.Length == 0) return new(ErrorCode.ModelNotFound, "No model is registered yet.");
        var message = $"There is no model \"{name}\". There is: {names}.";
        return new(ErrorCode.ModelNotFound, message) { Problems = [new("model", message)] };
    }
}

/// <summary>A job that may be committed and then queued, or the reason why not.</summary>
internal sealed record Intake(JobRecord? Job, QueuedJob? Entry, Refusal? Refused)
{
    public static Intake No(Refusal refusal) => new(null, null, refusal);
}
