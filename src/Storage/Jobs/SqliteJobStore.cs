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

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation) =>
        database.Read<IReadOnlyList<JobSpan>>(
            connection => connection.Query<SpanRow>(JobSql.Ended, new { Model = model, CountMax = countMax }).Select(row => row.ToSpan()).ToList(),
            cancellation);

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation) => JobListing.Of(query) is { } listing
        ? database.Read(connection => listing.Page(connection.Query<JobRow>(listing.Sql, listing.Parameters).AsList()), cancellation)
        : Task.FromResult(new JobPage([], null));

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
        var row = CheckpointRow.Of(checkpoint);
        return database.Write(connection => connection.Execute(JobSql.SaveCheckpoint, row) == 1, Survives.Crash, cancellation);
    }

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation) => database.Read(
        connection => connection.QuerySingleOrDefault<CheckpointRow>(JobSql.FindCheckpoint, new { JobId = jobId })?.ToCheckpoint(), cancellation);

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation) => database.Write(
        connection =>
        {
            var ids = connection.Query<string>(JobSql.OldestFinished, new { Before = StoredTime.Of(before), CountMax = countMax }).AsList();
            var gone = new { Ids = StorageJson.Write(ids, StorageJson.Default.IReadOnlyListString) };
            connection.Execute(SqliteJobSql.Loosen, gone);
            return connection.Execute(SqliteJobSql.Delete, gone);
        },
        cancellation);

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation) =>
        database.Read<IReadOnlyList<LooseArtifact>>(
            connection => connection.Query<LooseRow>(JobSql.Loose, new { AfterNumber = afterNumber, CountMax = countMax })
                .Select(row => row.ToArtifact()).ToList(),
            cancellation);

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(JobSql.LoosenOne, artifactIds.Select(id => new { ArtifactId = id })), Survives.Crash, cancellation);

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(SqliteJobSql.ForgetLoose, numbers.Select(number => new { Number = number })), cancellation);

    private static void AddArtifacts(SqliteConnection connection, JobRecord job)
    {
        foreach (var artifact in job.Artifacts)
            connection.Execute(JobSql.AddArtifact, new { JobId = job.Id, artifact.Index, ArtifactId = artifact.Id });
    }
}
