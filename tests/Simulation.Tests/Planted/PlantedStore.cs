using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A jobs' table of which one write does what a test wants.</summary>
internal sealed class PlantedStore(IJobStore rows) : IJobStore
{
    public Func<JobRecord, Task<JobRecord>>? OnInsert { get; init; }

    public Func<JobRecord, long, Task<bool>>? OnUpdate { get; init; }

    public Task Prepare(CancellationToken cancellation) => rows.Prepare(cancellation);

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation) => OnInsert?.Invoke(job) ?? rows.Insert(job, cancellation);

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation) => rows.Find(jobId, cancellation);

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation) =>
        OnUpdate?.Invoke(job, expectedEpoch) ?? rows.Update(job, expectedEpoch, cancellation);

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation) =>
        rows.Unfinished(afterJobId, countMax, cancellation);

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation) => rows.Ended(model, countMax, cancellation);

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation) => rows.List(query, cancellation);

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation) =>
        rows.FindArtifact(tenantId, artifactId, cancellation);

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation) => rows.SaveCheckpoint(checkpoint, cancellation);

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => rows.FindCheckpoint(jobId, cancellation);

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) =>
        rows.DeleteFinished(before, countMax, cancellation);

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation) =>
        rows.Loose(afterNumber, countMax, cancellation);

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation) => rows.Loosen(artifactIds, cancellation);

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation) => rows.ForgetLoose(numbers, cancellation);
}
