namespace OrleansDiffusion.Jobs;

/// <summary>A job as it is stored: everything that must survive a restart, and nothing else.</summary>
public sealed record JobRecord
{
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required GenerationSpec Spec { get; init; }

    /// <summary>SHA-256 of the request, to tell a repeated submission from a different one under the same key.</summary>
    public required string RequestDigest { get; init; }

    public JobStatus Status { get; init; }

    /// <summary>Grows with every lease. Only the holder of the newest may write the job's result.</summary>
    public long Epoch { get; init; }

    /// <summary>How often a lease was lost to a failure; bounded by the retry plan.</summary>
    public int FailedAttempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The replica that holds or held the lease.</summary>
    public string? ReplicaId { get; init; }

    /// <summary>"silo/device" where it runs or ran.</summary>
    public string? Device { get; init; }

    public IReadOnlyList<ArtifactRef> Artifacts { get; init; } = [];

    public JobError? Error { get; init; }

    /// <summary>The ledger: where the time went, in the order it was spent.</summary>
    public IReadOnlyList<PhaseTime> Phases { get; init; } = [];

    /// <summary>What its owner should know without it being an error, such as a truncated prompt.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>When its pictures are of no use any more; null is never.</summary>
    public DateTimeOffset? DueAt() => Spec.DeadlineSeconds is { } seconds ? CreatedAt.AddSeconds(seconds) : null;
}

/// <summary>A finished picture, named by its content.</summary>
/// <param name="Id">SHA-256 of the file, lower-case hex.</param>
/// <param name="Index">0-based position among the job's pictures.</param>
/// <param name="ContentType">image/png, image/jpeg or image/webp.</param>
/// <param name="Bytes">File size.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Seed">The seed of this very picture.</param>
public sealed record ArtifactRef(string Id, int Index, string ContentType, long Bytes, int Width, int Height, long Seed);

/// <summary>Why a job failed, for its owner.</summary>
public sealed record JobError(ErrorCode Code, string Message);

/// <summary>One phase of a job or of a load.</summary>
/// <param name="Name">queued, load, encode, steps, decode or store.</param>
/// <param name="StartSeconds">Seconds after the job was accepted.</param>
/// <param name="Seconds">How long it took, in seconds.</param>
public sealed record PhaseTime(string Name, double StartSeconds, double Seconds);
