using Dapper;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>Every query finds its rows by an index, and in its order, among 100,000 jobs of ten tenants.</summary>
public sealed class QueryPlanTests : IAsyncDisposable
{
    private const int JobCount = 100_000;

    private const string Fill = """
        WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < 100000)
        INSERT INTO jobs (id, tenant_id, model, status, epoch, failed_attempts, request_digest, created_at, spec, artifacts, phases, warnings)
        SELECT printf('j%06d', n), 't' || (n % 10), 'm' || (n % 7), CASE n % 5 WHEN 0 THEN 'queued' ELSE 'succeeded' END, 0, 0, '', n / 20,
          @Spec, '[]', '[]', '[]' FROM numbers
        """;

    private static readonly object AnyParameters = new
    {
        Id = "j", TenantId = "t", Status = "failed", Model = "m", CreatedAt = 1, CountMax = 1, After = "j", ArtifactId = "a", JobId = "j",
        Before = 1, ExpectedEpoch = 1, Epoch = 1, FailedAttempts = 1, StartedAt = 1, FinishedAt = 1, ReplicaId = "r", Device = "d", Artifacts = "[]",
        Error = "", Phases = "[]", Warnings = "[]", ImageIndex = 1, StepsDone = 1, State = new byte[1],
        AfterNumber = 1, Number = 1, Ids = "[]",
    };

    private static readonly (string Sql, string[] Steps)[] Plans =
    [
        (JobSql.Find, ["SEARCH jobs USING INDEX sqlite_autoindex_jobs_1"]),
        (JobSql.Update, ["SEARCH jobs USING INDEX sqlite_autoindex_jobs_1"]),
        (JobSql.Unfinished, ["SCAN jobs USING INDEX jobs_unfinished"]), // It has unfinished jobs only, in this order.
        (JobSql.UnfinishedAfter, ["SEARCH jobs USING INDEX jobs_unfinished", "SEARCH jobs USING INDEX sqlite_autoindex_jobs_1"]),
        (JobSql.Ended, ["SCAN jobs USING INDEX jobs_finished"]), // Finished jobs only, the latest first, until it has enough.
        (JobSql.FindArtifact, ["SEARCH job_artifacts USING COVERING INDEX job_artifacts_by_artifact", "SEARCH jobs USING INDEX sqlite_autoindex_jobs_1"]),
        (JobSql.FindCheckpoint, ["SEARCH checkpoints USING INDEX sqlite_autoindex_checkpoints_1"]),
        (JobSql.SaveCheckpoint, ["SEARCH jobs USING INDEX sqlite_autoindex_jobs_1"]),
        (JobSql.ForgetArtifacts, ["SEARCH job_artifacts USING PRIMARY KEY"]),
        (JobSql.DeleteCheckpoint, ["SEARCH checkpoints USING INDEX sqlite_autoindex_checkpoints_1"]),
        (JobSql.OldestFinished, ["SEARCH jobs USING INDEX jobs_finished"]),
        (SqliteJobSql.Delete,
            [
                "SEARCH jobs USING COVERING INDEX sqlite_autoindex_jobs_1", "SEARCH checkpoints USING COVERING INDEX sqlite_autoindex_checkpoints_1",
                "SEARCH job_artifacts USING PRIMARY KEY",
            ]),
        (JobSql.Loose, ["SEARCH loose_artifacts USING INTEGER PRIMARY KEY", "SEARCH job_artifacts USING COVERING INDEX job_artifacts_by_artifact"]),
        (SqliteJobSql.ForgetLoose, ["SEARCH loose_artifacts USING INTEGER PRIMARY KEY"]),
        (JobSql.List(new("t")), ["SEARCH jobs USING INDEX jobs_by_tenant"]),
        (JobSql.List(new("t", Cursor: "c")), ["SEARCH jobs USING INDEX jobs_by_tenant"]),
        (JobSql.List(new("t", JobStatus.Failed, Cursor: "c")), ["SEARCH jobs USING INDEX jobs_by_tenant_and_status"]),
        (JobSql.List(new("t", Model: "m", Cursor: "c")), ["SEARCH jobs USING INDEX jobs_by_tenant_and_model"]),
    ];

    private readonly DataFolder _folder = new();

    [Fact]
    public async Task Queries_find_their_rows_by_index_and_in_order()
    {
        var database = _folder.Open();
        foreach (var (sql, steps) in Plans) Assert.Equal(steps, (await PlanOf(database, sql)).Where(step => step.Contains(" USING ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_query_scans_a_table_or_sorts_what_it_found()
    {
        var database = _folder.Open();
        foreach (var (sql, _) in Plans)
        {
            var steps = await PlanOf(database, sql);
            Assert.DoesNotContain(steps, step => step is "SCAN jobs" or "SCAN job_artifacts" or "SCAN loose_artifacts");
            Assert.DoesNotContain(steps, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Pictures_of_deleted_jobs_are_found_by_their_jobs() =>
        Assert.Contains("SEARCH job_artifacts USING PRIMARY KEY", await PlanOf(_folder.Open(), SqliteJobSql.Loosen));

    [Fact]
    public async Task A_tenant_pages_through_its_ten_thousand_jobs_newest_first()
    {
        var database = _folder.Open();
        var spec = StorageJson.Write(Job("j").Spec, StorageJson.Default.GenerationSpec);
        await database.Write(connection => connection.Execute(Fill, new { Spec = spec }), Cancellation);

        var store = new SqliteJobStore(database);
        List<string> ids = [];
        var query = new JobQuery("t3", CountMax: 200);
        do
        {
            var page = await store.List(query, Cancellation);
            ids.AddRange(page.Jobs.Select(job => job.Id));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        Assert.Equal(Enumerable.Range(0, JobCount).Where(n => n % 10 == 3).Reverse().Select(n => $"j{n:d6}"), ids);
    }

    /// <summary>The steps without their parameters.</summary>
    private static Task<List<string>> PlanOf(SqliteDatabase database, string sql) => database.Read(
        connection => connection.Query<(long, long, long, string Detail)>("EXPLAIN QUERY PLAN " + sql, AnyParameters)
            .Select(step => step.Detail.Split(" (")[0]).ToList(),
        Cancellation);

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
