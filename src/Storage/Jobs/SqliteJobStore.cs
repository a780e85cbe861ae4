using Dapper;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Jobs in the node's own database file.</summary>
public sealed class SqliteJobStore(SqliteDatabase database) : IJobStore
{
    public Task Prepare(CancellationToken cancellation) => database.Prepare(cancellation);

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation)
    {
        var row = JobRow.Of(job);
        return database.Write(
            connection =>
            {
                var isNew = connection.Execute(JobSql.Insert, row) == 1;
                if (!isNew) return connection.QuerySingle<JobRow>(JobSql.Find, new { job.Id }).ToRecord();
                AddArtifacts(connection, job);
                return job;
            },
            cancellation);
    }

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation) => database.Read(
        connection => connection.QuerySingleOrDefault<JobRow>(JobSql.Find, new { Id = jobId })?.ToRecord(), cancellation);

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation)
    {
        var parameters = new DynamicParameters(JobRow.Of(job));
        parameters.Add("ExpectedEpoch", expectedEpoch);
        return database.Write(
            connection =>
            {
                if (connection.Execute(JobSql.Update, parameters) == 0) return false;
                connection.Execute(JobSql.ForgetArtifacts, new { job.Id });
                AddArtifacts(connection, job);
                if (job.Status.IsFinal()) connection.Execute(JobSql.DeleteCheckpoint, new { job.Id });
                return true;
            },
            job.Status.IsFinal() ? Survives.PowerLoss : Survives.Crash,
            cancellation);
    }

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation) =>
        database.Read<IReadOnlyList<UnfinishedJob>>(
            connection => afterJobId is null
                ? connection.Query<UnfinishedJob>(JobSql.Unfinished, new { CountMax = countMax }).AsList()
                : connection.Query<UnfinishedJob>(JobSql.UnfinishedAfter, new { After = afterJobId, CountMax = countMax }).AsList(),
            cancellation);

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation)
    {
        var cursor = default(JobCursor);
        if (query.Cursor is not null && !JobCursor.TryParse(query.Cursor, out cursor)) return Task.FromResult(new JobPage([], null));

        var countMax = Math.Clamp(query.CountMax, 1, JobQuery.PageCountMax);
        var parameters = new
        {
            query.TenantId,
            Status = query.Status is { } status ? JobRow.StatusText(status) : null,
            query.Model,
            cursor.CreatedAt,
            cursor.Id,
            CountMax = countMax + 1, // One more tells whether there is a page after.
        };
        return database.Read(connection => Page(connection.Query<JobRow>(JobSql.List(query), parameters).AsList(), countMax), cancellation);
    }

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation)
    {
        var parameters = new { TenantId = tenantId, ArtifactId = artifactId };
        return database.Read(
            connection => connection.QuerySingleOrDefault<string>(JobSql.FindArtifact, parameters) is { } json
                ? StorageJson.Read(json, StorageJson.Default.IReadOnlyListArtifactRef).First(artifact => artifact.Id == artifactId)
                : null,
            cancellation);
    }

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        var parameters = new
        {
            checkpoint.JobId,
            checkpoint.Epoch,
            checkpoint.ImageIndex,
            checkpoint.StepsDone,
            checkpoint.State,
            Artifacts = StorageJson.Write(checkpoint.Artifacts, StorageJson.Default.IReadOnlyListArtifactRef),
        };
        return database.Write(connection => connection.Execute(JobSql.SaveCheckpoint, parameters) == 1, Survives.Crash, cancellation);
    }

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => database.Read(
        connection => connection.QuerySingleOrDefault<CheckpointRow>(JobSql.FindCheckpoint, new { JobId = jobId })?.ToCheckpoint(), cancellation);

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(JobSql.DeleteFinished, new { Before = StoredTime.Of(before), CountMax = countMax }), cancellation);

    private static void AddArtifacts(SqliteConnection connection, JobRecord job)
    {
        foreach (var artifact in job.Artifacts)
            connection.Execute(JobSql.AddArtifact, new { JobId = job.Id, artifact.Index, job.TenantId, ArtifactId = artifact.Id });
    }

    private static JobPage Page(List<JobRow> rows, int countMax)
    {
        var jobs = rows.Take(countMax).Select(row => row.ToRecord()).ToList();
        if (rows.Count <= countMax) return new(jobs, null);
        var last = rows[countMax - 1];
        return new(jobs, new JobCursor(last.CreatedAt, last.Id).ToString());
    }

    private sealed record CheckpointRow
    {
        public required string JobId { get; init; }

        public required long Epoch { get; init; }

        public required long ImageIndex { get; init; }

        public required long StepsDone { get; init; }

        public required byte[] State { get; init; }

        public required string Artifacts { get; init; }

        public StoredCheckpoint ToCheckpoint() => new(
            JobId, Epoch, (int)ImageIndex, (int)StepsDone, State, StorageJson.Read(Artifacts, StorageJson.Default.IReadOnlyListArtifactRef));
    }
}
