using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client;

/// <summary>
/// The cluster as one object. The same interface works inside a silo's process, from an Orleans client, and over HTTP.
/// Every method acts for one tenant.
/// </summary>
public interface IDiffusionClient
{
    string TenantId { get; }

    /// <summary>Submits a job and returns as soon as it is committed.</summary>
    /// <exception cref="DiffusionException">Refused, with the reason, the fields and when to try again.</exception>
    Task<JobView> SubmitAsync(GenerationRequest request, SubmitOptions? options = null, CancellationToken cancellation = default);

    Task<JobView?> GetAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>The current state, then every change, up to the final event. Reconnects by itself.</summary>
    /// <exception cref="DiffusionException">There is no such job.</exception>
    IAsyncEnumerable<JobEvent> WatchAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>True when the job is cancelled now; false when it was final before.</summary>
    /// <exception cref="DiffusionException">There is no such job.</exception>
    Task<bool> CancelAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Submits, watches, and fetches the pictures.</summary>
    /// <exception cref="DiffusionException">Refused, failed or cancelled.</exception>
    Task<GenerationResult> GenerateAsync(
        GenerationRequest request, IProgress<JobEvent>? progress = null, CancellationToken cancellation = default);

    /// <summary>One finished picture's file.</summary>
    Task<byte[]> GetArtifactAsync(string artifactId, CancellationToken cancellation = default);

    Task<JobList> ListJobsAsync(JobFilter? filter = null, CancellationToken cancellation = default);

    Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation = default);

    /// <summary>Registers a folder on the cluster's disks.</summary>
    /// <exception cref="DiffusionException">The folder is broken: every problem is listed.</exception>
    Task<AddModelAnswer> AddModelAsync(string folder, string? name = null, CancellationToken cancellation = default);

    /// <summary>
    /// Begins to fetch a model from a web address (http, https) or a bucket (s3://bucket/folder) and answers at once;
    /// <see cref="ModelAdditionExtensions.AddModelFromAsync"/> waits for its end.
    /// </summary>
    /// <exception cref="DiffusionException">The address or the name cannot be, or too many are under way.</exception>
    Task<ModelAddition> BeginAdditionAsync(string url, string? name = null, CancellationToken cancellation = default);

    /// <summary>Those under way and those that ended lately, the newest first.</summary>
    Task<IReadOnlyList<ModelAddition>> ListAdditionsAsync(CancellationToken cancellation = default);

    /// <summary>What was fetched stays for the next time. False when nothing of that id is under way.</summary>
    Task<bool> CancelAdditionAsync(string id, CancellationToken cancellation = default);

    /// <summary>Sets how many replicas of a model there should be, and on what devices. The whole policy is replaced.</summary>
    /// <exception cref="DiffusionException">There is no such model, or the policy is wrong: every problem is listed.</exception>
    Task SetPolicyAsync(string name, PoolPolicy policy, CancellationToken cancellation = default);

    Task<bool> RemoveModelAsync(string name, CancellationToken cancellation = default);

    Task<ClusterView> GetClusterAsync(CancellationToken cancellation = default);

    /// <summary>Has a silo leave in order: its jobs move, then its process ends.</summary>
    /// <exception cref="DiffusionException">There is no such silo.</exception>
    Task DrainSiloAsync(string siloId, CancellationToken cancellation = default);

    Task<IReadOnlyList<PoolView>> GetPoolsAsync(CancellationToken cancellation = default);

    Task<IReadOnlyList<GrainTypeStatistics>> GetGrainStatisticsAsync(CancellationToken cancellation = default);
}

/// <param name="IdempotencyKey">1-200 characters: the same key is the same job, however often it is sent.</param>
public sealed record SubmitOptions(string? IdempotencyKey = null);

public sealed record JobFilter(JobStatus? Status = null, string? Model = null, string? Cursor = null, int CountMax = 50);

public sealed record JobList(IReadOnlyList<JobRecord> Jobs, string? NextCursor);

/// <param name="Job">The finished job, with its seed, warnings and ledger.</param>
/// <param name="Pictures">Its files, in order.</param>
public sealed record GenerationResult(JobRecord Job, IReadOnlyList<byte[]> Pictures);

/// <summary>The cluster said no, or the job failed.</summary>
public sealed class DiffusionException(Refusal refusal, Exception? inner = null) : Exception(refusal.Message, inner)
{
    public Refusal Refusal { get; } = refusal;
}
