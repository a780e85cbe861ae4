using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// The durable truth about jobs. When a method returns, what it wrote survives the death of every process; when it
/// throws, it may or may not have been written, and repeating it is harmless.
/// </summary>
public interface IJobStore
{
    /// <summary>Creates the tables that are missing.</summary>
    Task Prepare(CancellationToken cancellation);

    /// <summary>Commits a new job. When the id exists already, nothing changes and that job is returned instead.</summary>
    Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation);

    Task<JobRecord?> Find(string jobId, CancellationToken cancellation);

    /// <summary>
    /// Replaces the row where it is not final and its epoch is still <paramref name="expectedEpoch"/>: the fence that
    /// keeps late writers out. False when it was not. Tenant, spec, digest and time of creation stay as they were inserted.
    /// </summary>
    Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation);

    /// <summary>Ids and models of jobs that are not final, oldest first.</summary>
    Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation);

    /// <summary>When a model's jobs came and went, in no order: those among the <paramref name="countMax"/> jobs of all models that ended last.</summary>
    Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation);

    /// <summary>A page of a tenant's jobs, newest first.</summary>
    Task<JobPage> List(JobQuery query, CancellationToken cancellation);

    /// <summary>The tenant's artifact of that id, if one of its jobs made it.</summary>
    Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation);

    /// <summary>Keeps the state of a lease, under the same fence as <see cref="Update"/>. It goes when the job is final.</summary>
    Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation);

    Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation);

    /// <summary>
    /// Forgets final jobs that ended before <paramref name="before"/>, oldest first; returns how many. In the same commit
    /// their pictures become loose.
    /// </summary>
    Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation);

    /// <summary>
    /// Pictures that are about to be stored are loose until a job names them: whoever dies in between leaves nothing that nobody
    /// remembers. It does not wait for the disk, as checkpoints do not.
    /// </summary>
    Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation);

    /// <summary>
    /// Pictures of deleted jobs, and those of <see cref="Loosen"/>, in the order in which they became loose, until <see cref="ForgetLoose"/> is told that they
    /// were seen to: a process that dies in between leaves no file behind that nobody remembers.
    /// </summary>
    /// <param name="afterNumber">The last one of the page before, or 0.</param>
    /// <param name="countMax">At most so many.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation);

    /// <summary>Those of these numbers are seen to.</summary>
    Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation);
}

/// <param name="Number">Grows; a picture that becomes loose again has a new one.</param>
/// <param name="ArtifactId">The picture.</param>
/// <param name="IsNamed">Whether a job names it still: when that one is deleted, the picture becomes loose again.</param>
public sealed record LooseArtifact(long Number, string ArtifactId, bool IsNamed);

public sealed record UnfinishedJob(string Id, string Model);

/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="FinishedAt">When it ended, whichever way.</param>
public sealed record JobSpan(DateTimeOffset CreatedAt, DateTimeOffset FinishedAt);

/// <param name="TenantId">Whose jobs.</param>
/// <param name="Status">Only these, or null for all.</param>
/// <param name="Model">Only this model's, or null.</param>
/// <param name="Cursor">From the page before, or null for the first.</param>
/// <param name="CountMax">1..200; what is outside is taken as the nearest of these.</param>
public sealed record JobQuery(string TenantId, JobStatus? Status = null, string? Model = null, string? Cursor = null, int CountMax = 50)
{
    public const int PageCountMax = 200;

    /// <summary>Whether a caller's text has the form of a cursor; what has not begins no page.</summary>
    public static bool IsCursor(string text) => JobCursor.TryParse(text, out _);
}

/// <param name="Jobs">Newest first.</param>
/// <param name="NextCursor">For the page after, or null when this is the last.</param>
public sealed record JobPage(IReadOnlyList<JobRecord> Jobs, string? NextCursor);

/// <param name="JobId">Which job.</param>
/// <param name="Epoch">The lease that wrote it.</param>
/// <param name="ImageIndex">Picture that the state belongs to.</param>
/// <param name="StepsDone">Steps of that picture taken.</param>
/// <param name="State">As the pipeline wrote it.</param>
/// <param name="Artifacts">Pictures before it.</param>
public sealed record StoredCheckpoint(
    string JobId, long Epoch, int ImageIndex, int StepsDone, byte[] State, IReadOnlyList<ArtifactRef> Artifacts);

/// <summary>The store cannot be reached or refuses to write. What was accepted before is not lost.</summary>
/// <param name="code"><see cref="ErrorCode.StorageUnavailable"/> or <see cref="ErrorCode.StorageFull"/>.</param>
/// <param name="message">For the operator.</param>
/// <param name="inner">The cause.</param>
public sealed class StorageException(ErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;
}
