using Dapper;
using Npgsql;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Jobs in the database that all nodes share. A lease waits for the disk as the rest does: a node outlives the server,
/// and an epoch that the server forgot would be given twice.
/// </summary>
public sealed class PostgresJobStore(PostgresDatabase database) : IJobStore
{
    public Task Prepare(CancellationToken cancellation) => database.Prepare(cancellation);

    public Task<JobRecord> Insert(JobRecord job, CancellationToken cancellation)
    {
        var parameters = WithPictures(job);
        return database.Do(
            async connection =>
            {
                while (true)
                {
                    if (await connection.ExecuteScalarAsync<long>(Command(PostgresJobSql.Insert, parameters, cancellation)) == 1) return job;
                    if (await Find(connection, job.Id, cancellation) is { } first) return first; // Null: forgotten in between.
                }
            },
            cancellation);
    }

    public Task<JobRecord?> Find(string jobId, CancellationToken cancellation) =>
        database.Do(connection => Find(connection, jobId, cancellation), cancellation);

    public Task<bool> Update(JobRecord job, long expectedEpoch, CancellationToken cancellation)
    {
        var parameters = WithPictures(job);
        parameters.Add("ExpectedEpoch", expectedEpoch);
        return database.Do(connection => Change(connection, Command(PostgresJobSql.Update, parameters, cancellation)), cancellation);
    }

    public Task<IReadOnlyList<UnfinishedJob>> Unfinished(string? afterJobId, int countMax, CancellationToken cancellation)
    {
        var sql = afterJobId is null ? JobSql.Unfinished : JobSql.UnfinishedAfter;
        var command = Command(sql, new { After = afterJobId, CountMax = countMax }, cancellation);
        return database.Do<IReadOnlyList<UnfinishedJob>>(
            async connection => (await connection.QueryAsync<UnfinishedJob>(command)).AsList(), cancellation);
    }

    public Task<IReadOnlyList<JobSpan>> Ended(string model, int countMax, CancellationToken cancellation)
    {
        var command = Command(JobSql.Ended, new { Model = model, CountMax = countMax }, cancellation);
        return database.Do<IReadOnlyList<JobSpan>>(
            async connection => (await connection.QueryAsync<SpanRow>(command)).Select(row => row.ToSpan()).ToList(), cancellation);
    }

    public Task<JobPage> List(JobQuery query, CancellationToken cancellation)
    {
        if (JobListing.Of(query) is not { } listing) return Task.FromResult(new JobPage([], null));
        var command = Command(listing.Sql, listing.Parameters, cancellation);
        return database.Do(async connection => listing.Page((await connection.QueryAsync<JobRow>(command)).AsList()), cancellation);
    }

    public Task<ArtifactRef?> FindArtifact(string tenantId, string artifactId, CancellationToken cancellation)
    {
        var command = Command(JobSql.FindArtifact, new { TenantId = tenantId, ArtifactId = artifactId }, cancellation);
        return database.Do(
            async connection => await connection.QuerySingleOrDefaultAsync<string>(command) is { } json
                ? StorageJson.Read(json, StorageJson.Default.IReadOnlyListArtifactRef).First(artifact => artifact.Id == artifactId)
                : null,
            cancellation);
    }

    public Task<bool> SaveCheckpoint(StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        var command = Command(PostgresJobSql.SaveCheckpoint, CheckpointRow.Of(checkpoint), cancellation);
        return database.Do(connection => Change(connection, command), cancellation);
    }

    public Task<StoredCheckpoint?> FindCheckpoint(string jobId, CancellationToken cancellation)
    {
        var command = Command(JobSql.FindCheckpoint, new { JobId = jobId }, cancellation);
        return database.Do(
            async connection => (await connection.QuerySingleOrDefaultAsync<CheckpointRow>(command))?.ToCheckpoint(), cancellation);
    }

    public Task<int> DeleteFinished(DateTimeOffset before, int countMax, CancellationToken cancellation)
    {
        var command = Command(PostgresJobSql.DeleteFinished, new { Before = StoredTime.Of(before), CountMax = countMax }, cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    public Task<IReadOnlyList<LooseArtifact>> Loose(long afterNumber, int countMax, CancellationToken cancellation)
    {
        var command = Command(JobSql.Loose, new { AfterNumber = afterNumber, CountMax = countMax }, cancellation);
        return database.Do<IReadOnlyList<LooseArtifact>>(
            async connection => (await connection.QueryAsync<LooseRow>(command)).Select(row => row.ToArtifact()).ToList(), cancellation);
    }

    public Task Loosen(IReadOnlyList<string> artifactIds, CancellationToken cancellation)
    {
        var command = Command(PostgresJobSql.LoosenAll, new { ArtifactIds = artifactIds.ToArray() }, cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    public Task ForgetLoose(IReadOnlyList<long> numbers, CancellationToken cancellation)
    {
        var command = Command(PostgresJobSql.ForgetLoose, new { Numbers = numbers.ToArray() }, cancellation);
        return database.Do(connection => connection.ExecuteAsync(command), cancellation);
    }

    private static async Task<JobRecord?> Find(NpgsqlConnection connection, string jobId, CancellationToken cancellation) =>
        (await connection.QuerySingleOrDefaultAsync<JobRow>(Command(JobSql.Find, new { Id = jobId }, cancellation)))?.ToRecord();

    /// <summary>Both statements travel at once and are one transaction.</summary>
    private static async Task<bool> Change(NpgsqlConnection connection, CommandDefinition lockAndWrite)
    {
        await using var results = await connection.QueryMultipleAsync(lockAndWrite);
        await results.ReadAsync<string>();
        return await results.ReadSingleAsync<long>() == 1;
    }

    private static DynamicParameters WithPictures(JobRecord job)
    {
        var parameters = new DynamicParameters(JobRow.Of(job));
        parameters.Add("Indexes", job.Artifacts.Select(artifact => (long)artifact.Index).ToArray());
        parameters.Add("ArtifactIds", job.Artifacts.Select(artifact => artifact.Id).ToArray());
        return parameters;
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellation) =>
        new(sql, parameters, cancellationToken: cancellation);
}
