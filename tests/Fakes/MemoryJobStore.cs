using System.Globalization;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Fakes;

/// <summary>The job store's contract, written as obviously as possible.</summary>
public sealed class MemoryJobStore : IJobStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JobRecord> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredCheckpoint> _checkpoints = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _loose = [];
    private long _looseCount;

    /// <summary>Called before every write; what it throws, the writer gets.</summary>
    public Action BeforeWrite { get; set; } = () => { };

    /// <summary>Called before every look at a job; what it throws, the reader gets.</summary>
    public Action BeforeFind { get; set; } = () => { };

    public Task Prepare(CancellationToken cancellation) => Task.CompletedTask;

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation) => Write(() => _jobs.TryAdd(job.Id, job) ? job : _jobs[job.Id]);

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation)
    {
        BeforeFind();
        return Read(() => _jobs.GetValueOrDefault(jobId));
    }

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation) => Write(() =>
    {
        if (!IsHeld(job.Id, expectedEpoch)) return false;
        var before = _jobs[job.Id];
        _jobs[job.Id] = job with
        {
            TenantId = before.TenantId,
            Spec = before.Spec,
            RequestDigest = before.RequestDigest,
            CreatedAt = before.CreatedAt,
        };
        if (job.Status.IsFinal()) _checkpoints.Remove(job.Id);
        return true;
    });

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation) =>
        Read<IReadOnlyList<UnfinishedJob>>(() => OldestFirst()
            .Where(job => !job.Status.IsFinal() && (afterJobId is null || IsAfter(job, afterJobId)))
            .Take(countMax)
            .Select(job => new UnfinishedJob(job.Id, job.Spec.Model))
            .ToList());

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation) =>
        Read<IReadOnlyList<JobSpan>>(() => _jobs.Values
            .Where(job => job.Status.IsFinal())
            .OrderByDescending(job => job.FinishedAt)
            .Take(countMax)
            .Where(job => job.Spec.Model == model)
            .Select(job => new JobSpan(job.CreatedAt, job.FinishedAt!.Value))
            .ToList());

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation) => Read(() =>
    {
        if (query.Cursor is { } cursor && !long.TryParse(cursor.Split('-')[0], CultureInfo.InvariantCulture, out _)) return new JobPage([], null);
        var countMax = Math.Clamp(query.CountMax, 1, JobQuery.PageCountMax);
        var matching = OldestFirst().Reverse()
            .Where(job => job.TenantId == query.TenantId)
            .Where(job => query.Status is null || job.Status == query.Status)
            .Where(job => query.Model is null || job.Spec.Model == query.Model)
            .Where(job => query.Cursor is null || string.CompareOrdinal(CursorOf(job), query.Cursor) < 0)
            .Take(countMax + 1)
            .ToList();
        var page = matching.Take(countMax).ToList();
        return new JobPage(page, matching.Count > countMax ? CursorOf(page[^1]) : null);
    });

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation) => Read(() => _jobs.Values
        .Where(job => job.TenantId == tenantId)
        .SelectMany(job => job.Artifacts)
        .FirstOrDefault(artifact => artifact.Id == artifactId));

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation) => Write(() =>
    {
        if (!IsHeld(checkpoint.JobId, checkpoint.Epoch)) return false;
        _checkpoints[checkpoint.JobId] = checkpoint;
        return true;
    });

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => Read(() => _checkpoints.GetValueOrDefault(jobId));

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) => Write(() =>
    {
        var gone = _jobs.Values.Where(job => job.Status.IsFinal() && job.FinishedAt < before).OrderBy(job => job.FinishedAt).Take(countMax).ToList();
        foreach (var job in gone) _jobs.Remove(job.Id);
        foreach (var artifact in gone.SelectMany(job => job.Artifacts)) _loose[++_looseCount] = artifact.Id;
        return gone.Count;
    });

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation) =>
        Read<IReadOnlyList<LooseArtifact>>(() => _loose
            .Where(loose => loose.Key > afterNumber)
            .Take(countMax)
            .Select(loose => new LooseArtifact(loose.Key, loose.Value, IsNamed(loose.Value)))
            .ToList());

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation) => Write(() =>
    {
        foreach (var id in artifactIds) _loose[++_looseCount] = id;
        return artifactIds.Count;
    });

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation) => Write(() => numbers.Count(_loose.Remove));

    private bool IsNamed(string artifactId) => _jobs.Values.Any(job => job.Artifacts.Any(artifact => artifact.Id == artifactId));

    private bool IsHeld(string jobId, long epoch) => _jobs.TryGetValue(jobId, out var job) && job.Epoch == epoch && !job.Status.IsFinal();

    private IEnumerable<JobRecord> OldestFirst() => _jobs.Values.OrderBy(CursorOf, StringComparer.Ordinal);

    private bool IsAfter(JobRecord job, string afterJobId) =>
        !_jobs.TryGetValue(afterJobId, out var after) || string.CompareOrdinal(CursorOf(job), CursorOf(after)) > 0;

    private static string CursorOf(JobRecord job) => $"{job.CreatedAt.UtcTicks:d20}-{job.Id}";

    private Task<T> Read<T>(Func<T> read)
    {
        lock (_lock) return Task.FromResult(read());
    }

    private Task<T> Write<T>(Func<T> write)
    {
        BeforeWrite();
        return Read(write);
    }
}
