namespace OrleansDiffusion.Storage;

/// <summary>
/// Where PostgreSQL needs other words than SQLite: several nodes write at once, and each statement is a way over the
/// network. The statements of <see cref="JobSql"/> stay the core of these.
/// </summary>
internal static class PostgresJobSql
{
    private const string Pictures = "unnest(@Indexes, @ArtifactIds) AS picture (index, artifact_id)";

    /// <summary>
    /// Goes before every change of a job that exists: who holds the row's lock is alone with the job, and the statement
    /// after it sees all that was committed before. Without it, a late checkpoint could slip in behind the end of its job.
    /// </summary>
    private const string Lock = "SELECT id FROM jobs WHERE id = @Id FOR NO KEY UPDATE";

    /// <summary>
    /// The same, and the transaction does not wait for the disk. For checkpoints alone: the nodes outlive their server's
    /// power loss, so that a lost lease would give its epoch twice (docs/decisions/0005).
    /// </summary>
    private const string LockWithoutWait = "SELECT set_config('synchronous_commit', 'off', true) FROM jobs WHERE id = @JobId FOR NO KEY UPDATE";

    /// <returns>How many rows it wrote, 0 or 1.</returns>
    public const string Insert = $"""
        WITH job AS ({JobSql.Insert} RETURNING id, tenant_id),
          added AS (INSERT INTO job_artifacts (job_id, picture_index, tenant_id, artifact_id)
            SELECT job.id, picture.index, job.tenant_id, picture.artifact_id FROM job, {Pictures})
        SELECT count(*) FROM job
        """;

    /// <summary>What is kept of the pictures is updated and the others are deleted, so that the two touch different rows.</summary>
    /// <returns>Two results: of the lock, and how many rows it wrote, 0 or 1.</returns>
    public const string Update = $"""
        {Lock};
        WITH job AS ({JobSql.Update} RETURNING id, tenant_id, status),
          forgotten AS (DELETE FROM job_artifacts USING job WHERE job_id = job.id AND picture_index <> ALL (@Indexes)),
          added AS (INSERT INTO job_artifacts (job_id, picture_index, tenant_id, artifact_id)
            SELECT job.id, picture.index, job.tenant_id, picture.artifact_id FROM job, {Pictures}
            ON CONFLICT (job_id, picture_index) DO UPDATE SET artifact_id = excluded.artifact_id),
          ended AS (DELETE FROM checkpoints USING job WHERE job_id = job.id AND NOT (job.{JobSql.NotFinal}))
        SELECT count(*) FROM job
        """;

    /// <returns>Two results: of the lock, and how many rows it wrote, 0 or 1.</returns>
    public const string SaveCheckpoint = $"""
        {LockWithoutWait};
        WITH saved AS ({JobSql.SaveCheckpoint} RETURNING job_id) SELECT count(*) FROM saved
        """;

    /// <summary>Of two nodes that clean up at once, neither waits for the other.</summary>
    public const string DeleteFinished = $"""
        WITH gone AS MATERIALIZED ({JobSql.OldestFinished} FOR UPDATE SKIP LOCKED),
          loosened AS (INSERT INTO loose_artifacts (artifact_id)
            SELECT artifact_id FROM job_artifacts WHERE job_id IN (SELECT id FROM gone))
        DELETE FROM jobs WHERE id IN (SELECT id FROM gone)
        """;

    public const string LoosenAll = """
        WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
        INSERT INTO loose_artifacts (artifact_id) SELECT unnest(@ArtifactIds) FROM quick
        """;

    public const string ForgetLoose = "DELETE FROM loose_artifacts WHERE number = ANY (@Numbers)";
}
