namespace OrleansDiffusion.Storage;

/// <summary>The statements of the job store. Dialect: what SQLite and PostgreSQL have in common.</summary>
internal static class JobSql
{
    /// <summary>The partial indexes are defined with exactly these words, which is what makes them usable.</summary>
    public const string NotFinal = "status IN ('queued', 'running')";

    private const string Columns = """
        id AS Id, tenant_id AS TenantId, model AS Model, status AS Status, epoch AS Epoch, failed_attempts AS FailedAttempts,
        request_digest AS RequestDigest, created_at AS CreatedAt, started_at AS StartedAt, finished_at AS FinishedAt,
        replica_id AS ReplicaId, device AS Device, spec AS Spec, artifacts AS Artifacts, error AS Error, phases AS Phases,
        warnings AS Warnings
        """;

    public const string Insert = """
        INSERT INTO jobs (id, tenant_id, model, status, epoch, failed_attempts, request_digest, created_at, started_at, finished_at,
          replica_id, device, spec, artifacts, error, phases, warnings)
        VALUES (@Id, @TenantId, @Model, @Status, @Epoch, @FailedAttempts, @RequestDigest, @CreatedAt, @StartedAt, @FinishedAt,
          @ReplicaId, @Device, @Spec, @Artifacts, @Error, @Phases, @Warnings)
        ON CONFLICT (id) DO NOTHING
        """;

    public const string Find = $"SELECT {Columns} FROM jobs WHERE id = @Id";

    public const string Update = $"""
        UPDATE jobs SET status = @Status, epoch = @Epoch, failed_attempts = @FailedAttempts, started_at = @StartedAt,
          finished_at = @FinishedAt, replica_id = @ReplicaId, device = @Device, artifacts = @Artifacts, error = @Error,
          phases = @Phases, warnings = @Warnings
        WHERE id = @Id AND epoch = @ExpectedEpoch AND {NotFinal}
        """;

    public const string Unfinished = $"SELECT id AS Id, model AS Model FROM jobs WHERE {NotFinal} ORDER BY created_at, id LIMIT @CountMax";

    public const string UnfinishedAfter = $"""
        SELECT id AS Id, model AS Model FROM jobs WHERE {NotFinal}
          AND (created_at, id) > (coalesce((SELECT created_at FROM jobs WHERE id = @After), 0), @After)
        ORDER BY created_at, id LIMIT @CountMax
        """;

    /// <summary>By the index of what is finished, so that it reads no more than so many rows however many there are.</summary>
    public const string Ended = $"""
        SELECT created_at AS CreatedAt, finished_at AS FinishedAt
        FROM (SELECT model, created_at, finished_at FROM jobs WHERE NOT ({NotFinal}) ORDER BY finished_at DESC LIMIT @CountMax) AS latest
        WHERE model = @Model
        """;

    public const string FindArtifact = """
        SELECT jobs.artifacts FROM job_artifacts JOIN jobs ON jobs.id = job_artifacts.job_id
        WHERE job_artifacts.tenant_id = @TenantId AND job_artifacts.artifact_id = @ArtifactId LIMIT 1
        """;

    public const string ForgetArtifacts = "DELETE FROM job_artifacts WHERE job_id = @Id";

    /// <summary>The tenant is the one whose job was accepted, whatever a later record says.</summary>
    public const string AddArtifact = """
        INSERT INTO job_artifacts (job_id, picture_index, tenant_id, artifact_id)
        SELECT id, @Index, tenant_id, @ArtifactId FROM jobs WHERE id = @JobId
        """;

    public const string SaveCheckpoint = $"""
        INSERT INTO checkpoints (job_id, epoch, image_index, steps_done, state, artifacts)
        SELECT id, epoch, @ImageIndex, @StepsDone, @State, @Artifacts FROM jobs WHERE id = @JobId AND epoch = @Epoch AND {NotFinal}
        ON CONFLICT (job_id) DO UPDATE SET epoch = excluded.epoch, image_index = excluded.image_index,
          steps_done = excluded.steps_done, state = excluded.state, artifacts = excluded.artifacts
        """;

    public const string FindCheckpoint = """
        SELECT job_id AS JobId, epoch AS Epoch, image_index AS ImageIndex, steps_done AS StepsDone, state AS State, artifacts AS Artifacts
        FROM checkpoints WHERE job_id = @JobId
        """;

    public const string DeleteCheckpoint = "DELETE FROM checkpoints WHERE job_id = @Id";

    public const string OldestFinished =
        $"SELECT id FROM jobs WHERE finished_at < @Before AND NOT ({NotFinal}) ORDER BY finished_at LIMIT @CountMax";

    public const string LoosenOne = "INSERT INTO loose_artifacts (artifact_id) VALUES (@ArtifactId)";

    /// <summary>Not EXISTS: for that PostgreSQL may read the whole table once, where the index is asked a few times.</summary>
    public const string Loose = """
        SELECT number AS Number, artifact_id AS ArtifactId,
          coalesce((SELECT 1 FROM job_artifacts WHERE artifact_id = loose_artifacts.artifact_id LIMIT 1), 0) AS NamedCount
        FROM loose_artifacts WHERE number > @AfterNumber ORDER BY number LIMIT @CountMax
        """;

    /// <summary>A page, newest first, by the index that fits the filter.</summary>
    public static string List(JobQuery query) => $"""
        SELECT {Columns} FROM jobs WHERE tenant_id = @TenantId
          {(query.Status is null ? "" : "AND status = @Status")}
          {(query.Model is null ? "" : "AND model = @Model")}
          {(query.Cursor is null ? "" : "AND (created_at, id) < (@CreatedAt, @Id)")}
        ORDER BY created_at DESC, id DESC LIMIT @CountMax
        """;
}
