using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>The one question that the gateway asks the job store.</summary>
internal sealed class FakeJobStore : IJobStore
{
    public Func<string, string, ArtifactRef?> Artifact { get; set; } = (_, _) => null;

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation) =>
        Task.FromResult(Artifact(tenantId, artifactId));

    public Task Prepare(CancellationToken cancellation) => throw Unexpected();

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation) => throw Unexpected();

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation) => throw Unexpected();

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation) => throw Unexpected();

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation) => throw Unexpected();

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation) => throw Unexpected();

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation) => throw Unexpected();

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation) => throw Unexpected();

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => throw Unexpected();

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) => throw Unexpected();

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation) => throw Unexpected();

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation) => throw Unexpected();

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation) => throw Unexpected();

    private static NotSupportedException Unexpected() => new("The gateway goes through the client for this.");
}

internal sealed class FakeArtifacts : IArtifactStore
{
    public Func<string, Stream?> File { get; set; } = _ => null;

    public Task<Stream?> Open(string artifactId, CancellationToken cancellation) => Task.FromResult(File(artifactId));

    public Task<string> Put(ReadOnlyMemory<byte> file, CancellationToken cancellation) => throw new NotSupportedException("The gateway only reads.");

    public Task<bool> Delete(string artifactId, DateTimeOffset putBefore, CancellationToken cancellation) =>
        throw new NotSupportedException("The gateway only reads.");
}

internal sealed class FakeKeys : IKeyStore
{
    public Func<string, ApiKey?> Find { get; set; } = _ => null;

    public int FindCount { get; private set; }

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation)
    {
        FindCount++;
        return Task.FromResult(Find(hash));
    }

    public Task Put(ApiKey key, CancellationToken cancellation) => throw new NotSupportedException("The gateway only reads.");

    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation) => throw new NotSupportedException("The gateway only reads.");

    public Task<bool> Remove(string keyId, CancellationToken cancellation) => throw new NotSupportedException("The gateway only reads.");
}
