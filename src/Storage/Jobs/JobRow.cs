using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>A job as its table has it: columns for what queries need, JSON for the rest.</summary>
internal sealed record JobRow
{
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string Model { get; init; }

    public required string Status { get; init; }

    public required long Epoch { get; init; }

    public required long FailedAttempts { get; init; }

    public required string RequestDigest { get; init; }

    public required long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? FinishedAt { get; init; }

    public string? ReplicaId { get; init; }

    public string? Device { get; init; }

    public required string Spec { get; init; }

    public required string Artifacts { get; init; }

    public string? Error { get; init; }

    public required string Phases { get; init; }

    public required string Warnings { get; init; }

    public static JobRow Of(JobRecord job) => new()
    {
        Id = job.Id,
        TenantId = job.TenantId,
        Model = job.Spec.Model,
        Status = StatusText(job.Status),
        Epoch = job.Epoch,
        FailedAttempts = job.FailedAttempts,
        RequestDigest = job.RequestDigest,
        CreatedAt = StoredTime.Of(job.CreatedAt),
        StartedAt = StoredTime.Of(job.StartedAt),
        FinishedAt = StoredTime.Of(job.FinishedAt),
        ReplicaId = job.ReplicaId,
        Device = job.Device,
        Spec = StorageJson.Write(job.Spec, StorageJson.Default.GenerationSpec),
        Artifacts = StorageJson.Write(job.Artifacts, StorageJson.Default.IReadOnlyListArtifactRef),
        Error = job.Error is { } error ? StorageJson.Write(error, StorageJson.Default.JobError) : null,
        Phases = StorageJson.Write(job.Phases, StorageJson.Default.IReadOnlyListPhaseTime),
        Warnings = StorageJson.Write(job.Warnings, StorageJson.Default.IReadOnlyListString),
    };

    public JobRecord ToRecord() => new()
    {
        Id = Id,
        TenantId = TenantId,
        Spec = StorageJson.Read(Spec, StorageJson.Default.GenerationSpec),
        RequestDigest = RequestDigest,
        Status = Enum.Parse<JobStatus>(Status, ignoreCase: true),
        Epoch = Epoch,
        FailedAttempts = (int)FailedAttempts,
        CreatedAt = StoredTime.Read(CreatedAt),
        StartedAt = StoredTime.Read(StartedAt),
        FinishedAt = StoredTime.Read(FinishedAt),
        ReplicaId = ReplicaId,
        Device = Device,
        Artifacts = StorageJson.Read(Artifacts, StorageJson.Default.IReadOnlyListArtifactRef),
        Error = Error is { } error ? StorageJson.Read(error, StorageJson.Default.JobError) : null,
        Phases = StorageJson.Read(Phases, StorageJson.Default.IReadOnlyListPhaseTime),
        Warnings = StorageJson.Read(Warnings, StorageJson.Default.IReadOnlyListString),
    };

    public static string StatusText(JobStatus status) => status.ToString().ToLowerInvariant();
}
