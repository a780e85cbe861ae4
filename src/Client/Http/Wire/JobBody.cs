using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A job as the REST API shows it.</summary>
public sealed record JobBody
{
    public required string Id { get; init; }

    /// <summary>queued, running, succeeded, failed or cancelled; the last three are final.</summary>
    public required JobStatus Status { get; init; }

    public required string Model { get; init; }

    /// <summary>Digest of the model that made, or will make, the pictures.</summary>
    public required string ModelVersion { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What was asked for, with every default filled in.</summary>
    public required JobChoicesBody Request { get; init; }

    public required ProgressBody Progress { get; init; }

    public required IReadOnlyList<ArtifactBody> Artifacts { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public required JobErrorBody? Error { get; init; }

    /// <summary>Where the time went, in the order in which it was spent.</summary>
    public required IReadOnlyList<PhaseTime> Phases { get; init; }

    /// <summary>What its owner should know without it being an error, such as a truncated prompt.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>"silo/device" where it runs or ran.</summary>
    public required string? Device { get; init; }

    public required string? Replica { get; init; }

    /// <summary>How often its work was lost to a failure and taken up again.</summary>
    public required int FailedAttempts { get; init; }

    public static JobBody From(JobView job) => From(job.Record, job.Progress);

    /// <summary>A stored job, of which nobody knows more than its row: a page of a list.</summary>
    public static JobBody From(JobRecord record) => From(record, ProgressBody.Of(record));

    public static JobBody From(JobRecord record, JobProgress progress) => new()
    {
        Id = record.Id,
        Status = record.Status,
        Model = record.Spec.Model,
        ModelVersion = record.Spec.ModelVersion,
        CreatedAt = record.CreatedAt,
        StartedAt = record.StartedAt,
        FinishedAt = record.FinishedAt,
        Request = JobChoicesBody.From(record.Spec),
        Progress = ProgressBody.From(progress),
        Artifacts = [.. record.Artifacts.Select(ArtifactBody.From)],
        Error = record.Error is { } error ? JobErrorBody.From(error) : null,
        Phases = record.Phases,
        Warnings = record.Warnings,
        Device = record.Device,
        Replica = record.ReplicaId,
        FailedAttempts = record.FailedAttempts,
    };

    /// <summary>The record as a caller can know it: its fencing epoch and its digest stay with the cluster.</summary>
    public JobRecord ToRecord(string tenantId) => new()
    {
        Id = Id,
        TenantId = tenantId,
        Spec = Request.ToSpec(Model, ModelVersion),
        RequestDigest = "",
        Status = Status,
        FailedAttempts = FailedAttempts,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ReplicaId = Replica,
        Device = Device,
        Artifacts = [.. Artifacts.Select(a => a.ToRef())],
        Error = Error?.ToError(),
        Phases = Phases,
        Warnings = Warnings,
    };

    public JobView ToView(string tenantId) => new(ToRecord(tenantId), Progress.ToProgress());
}

/// <param name="Jobs">Newest first.</param>
/// <param name="NextCursor">For the page after, or null when this is the last.</param>
public sealed record JobListBody(IReadOnlyList<JobBody> Jobs, string? NextCursor);

/// <summary>Why a job failed.</summary>
/// <param name="Code">A code of the error table, such as device_failed.</param>
/// <param name="Message">For the job's owner.</param>
public sealed record JobErrorBody(string Code, string Message)
{
    public static JobErrorBody From(JobError error) => new(ErrorNames.Of(error.Code), error.Message);

    public JobError ToError() => new(ErrorNames.Parse(Code), Message);
}
