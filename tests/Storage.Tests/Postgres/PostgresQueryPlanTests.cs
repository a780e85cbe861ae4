using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>
/// Among 1,000,000 jobs of ten tenants, of which 1,000 are unfinished, every query reads the rows that it gives and no
/// others, by an index and in its order.
/// </summary>
public sealed class PostgresQueryPlanTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>The migrations' own indexes are made again behind the rows, which takes half of the time.</summary>
    private const string Fill = """
        DO $$
        DECLARE
          made text[] := (SELECT array_agg(indexdef) FROM pg_indexes WHERE tablename = 'jobs' AND indexname <> 'jobs_pkey');
          index text;
        BEGIN
          FOR index IN SELECT indexname FROM pg_indexes WHERE tablename = 'jobs' AND indexname <> 'jobs_pkey'
            LOOP EXECUTE 'DROP INDEX ' || index; END LOOP;
          INSERT INTO jobs (id, tenant_id, model, status, epoch, failed_attempts, request_digest, created_at, finished_at, spec, artifacts,
            phases, warnings)
          SELECT 'j' || lpad(n::text, 6, '0'), 't' || (n % 10), 'm' || (n % 7),
            CASE WHEN n % 1000 = 7 THEN 'queued' WHEN n % 3 = 0 THEN 'failed' ELSE 'succeeded' END,
            0, 0, '', n / 20, CASE WHEN n % 1000 <> 7 THEN n END, '', '[]', '[]', '[]'
          FROM generate_series(0, 999999) AS n;
          FOREACH index IN ARRAY made LOOP EXECUTE index; END LOOP;
          INSERT INTO job_artifacts (job_id, picture_index, tenant_id, artifact_id)
          SELECT 'j' || lpad(n::text, 6, '0'), 0, 't' || (n % 10), 'a' || n FROM generate_series(0, 999999, 20) AS n;
          INSERT INTO loose_artifacts (artifact_id) SELECT 'a' || n FROM generate_series(0, 9999) AS n;
        END $$
        """;

    private static readonly object AnyParameters = new
    {
        Id = "j500000", TenantId = "t3", Status = "failed", Model = "m2", CreatedAt = 25_000L, CountMax = 51, After = "j500007", ArtifactId = "a",
        JobId = "j500000", Before = 600_000L, ExpectedEpoch = 0L, Epoch = 0L, FailedAttempts = 1L, StartedAt = 1L, FinishedAt = 1L, ReplicaId = "r",
        Device = "d", Artifacts = "[]", Error = "", Phases = "[]", Warnings = "[]", ImageIndex = 1L, StepsDone = 1L, State = new byte[1],
        AfterNumber = 100L, Numbers = new long[] { 7, 8 }, Indexes = new long[] { 0 }, ArtifactIds = new[] { "a" },
    };

    private static readonly (string Sql, string[] Scans)[] Plans =
    [
        (JobSql.Find, ["Index Scan jobs_pkey"]),
        (JobSql.Unfinished, ["Index Scan jobs_unfinished"]),
        (JobSql.UnfinishedAfter, ["Index Scan jobs_unfinished", "Index Scan jobs_pkey"]),
        (JobSql.FindCheckpoint, ["Index Scan checkpoints_pkey"]),
        (JobSql.List(new("t")), ["Index Scan Backward jobs_by_tenant"]),
        (JobSql.List(new("t", Cursor: "c")), ["Index Scan Backward jobs_by_tenant"]),
        (JobSql.List(new("t", JobStatus.Failed, Cursor: "c")), ["Index Scan Backward jobs_by_tenant_and_status"]),
        (JobSql.List(new("t", Model: "m", Cursor: "c")), ["Index Scan Backward jobs_by_tenant_and_model"]),
        (PostgresJobSql.DeleteFinished,
            ["Index Scan jobs_finished", "CTE Scan", "Index Scan job_artifacts_pkey", "CTE Scan", "Index Scan jobs_pkey"]),
        (JobSql.Loose, ["Index Scan loose_artifacts_pkey", "Index Only Scan job_artifacts_by_artifact"]),
        (PostgresJobSql.ForgetLoose, ["Index Scan loose_artifacts_pkey"]),
    ];

    private readonly TestDatabase _database = new(postgres);

    [Fact]
    public async Task Among_a_million_jobs_every_query_reads_only_what_it_gives()
    {
        await _database.Query<int>(Fill);
        await _database.Query<int>("VACUUM ANALYZE jobs, job_artifacts, loose_artifacts");
        await The_sweep_finds_what_is_unfinished_and_retention_what_is_old();
        foreach (var (sql, scans) in Plans)
        {
            var plan = await PlanOf(sql);
            Assert.True(scans.Order().SequenceEqual(plan.Scans.Order()), $"{sql}\n{string.Join('\n', plan.Steps)}");
            Assert.DoesNotContain(plan.Steps, step => step.StartsWith("Sort", StringComparison.Ordinal));
            Assert.Equal(0, plan.RowsLookedAtInVain);
        }

        var ended = await PlanOf(JobSql.Ended);
        Assert.Contains("Index Scan Backward jobs_finished", ended.Scans);
        Assert.InRange(ended.RowsLookedAtInVain, 0, 51); // Other models' among the latest 51.

        foreach (var sql in PostgresJobSql.Update.Split(';').Concat(PostgresJobSql.SaveCheckpoint.Split(';')))
            Assert.Contains("Index Scan jobs_pkey", (await PlanOf(sql)).Scans);
    }

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task The_sweep_finds_what_is_unfinished_and_retention_what_is_old()
    {
        var store = new PostgresJobStore(_database.Open());
        List<string> unfinished = [];
        while (await store.Unfinished(unfinished.LastOrDefault(), 300, Cancellation) is { Count: > 0 } page)
            unfinished.AddRange(page.Select(job => job.Id));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"j{(1000 * i) + 7:d6}"), unfinished);

        var before = StoredTime.Read(2000);
        Assert.Equal(1500, await store.DeleteFinished(before, 1500, Cancellation));
        Assert.Equal(498, await store.DeleteFinished(before, 1500, Cancellation)); // All below 2000 but the two that are unfinished.
        Assert.Equal("j002000", (await _database.Query<string>("SELECT min(id) FROM jobs WHERE finished_at IS NOT NULL")).Single());
    }

    private async Task<QueryPlan> PlanOf(string sql) =>
        QueryPlan.Of((await _database.Query<string>("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.TrimStart(), AnyParameters)).Single());
}
