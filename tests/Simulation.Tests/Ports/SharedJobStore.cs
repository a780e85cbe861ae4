using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>The jobs' table as the silos reach it. Every change of a row, and every promise that a write was kept, is witnessed.</summary>
/// <param name="rows">The table: answers at once.</param>
/// <param name="reached">What stands before it, such as a fault that was planted there.</param>
/// <param name="line">The way to it.</param>
/// <param name="witness">Told of what happened.</param>
internal sealed class SharedJobStore(IJobStore rows, IJobStore reached, StoreLine line, Witness witness) : IJobStore
{
    public Task Prepare(CancellationToken cancellation) => Task.CompletedTask;

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation) => Write(job.Id, () => reached.Insert(job, default), _ => true);

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation) => Read(() => reached.Find(jobId, default));

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation) =>
        Write(job.Id, () => reached.Update(job, expectedEpoch, default), isDone => isDone, job);

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation) =>
        Read(() => reached.Unfinished(afterJobId, countMax, default));

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation) =>
        Read(() => reached.Ended(model, countMax, default));

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation) => Read(() => reached.List(query, default));

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation) =>
        Read(() => reached.FindArtifact(tenantId, artifactId, default));

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation) => Read(() => reached.SaveCheckpoint(checkpoint, default));

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => Read(() => reached.FindCheckpoint(jobId, default));

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) =>
        Read(() => reached.DeleteFinished(before, countMax, default));

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation) =>
        Read(() => reached.Loose(afterNumber, countMax, default));

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation) => line.Call(() =>
    {
        reached.Loosen(artifactIds, default).GetAwaiter().GetResult();
        return true;
    });

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation) => line.Call(() =>
    {
        reached.ForgetLoose(numbers, default).GetAwaiter().GetResult();
        return true;
    });

    private Task<T> Read<T>(Func<Task<T>> work) => line.Call(() => work().GetAwaiter().GetResult());

    private Task<T> Write<T>(string jobId, Func<Task<T>> work, Func<T, bool> isPromised, JobRecord? written = null) => line.Call(() =>
    {
        var before = Row(jobId);
        var answer = work().GetAwaiter().GetResult();
        var after = Row(jobId);
        if (!ReferenceEquals(before, after)) witness.RowChanged(before, after);
        if (isPromised(answer) && written is not null) witness.Promised(written, after);
        return answer;
    });

    private JobRecord? Row(string jobId) => rows.Find(jobId, default).GetAwaiter().GetResult();
}
