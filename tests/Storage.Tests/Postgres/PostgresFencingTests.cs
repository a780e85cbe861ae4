using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>Nodes that write about the same job at the same moment, each over its own connections.</summary>
public sealed class PostgresFencingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int RoundCount = 40;

    private const string PicturesOf = "SELECT artifact_id FROM job_artifacts WHERE job_id = @Id ORDER BY picture_index";

    private readonly TestDatabase _database = new(postgres);

    [Fact]
    public async Task Of_nodes_that_lease_a_job_under_one_epoch_at_once_one_may()
    {
        var nodes = Nodes(4);
        await nodes[0].Insert(Job("j1"), Cancellation);
        for (var epoch = 0; epoch < RoundCount; epoch++)
        {
            var leases = nodes.Select((_, i) => Job("j1") with { Status = JobStatus.Running, Epoch = epoch + 1, ReplicaId = $"r{i}" }).ToList();
            var answers = await Task.WhenAll(nodes.Zip(leases, (node, lease) => Task.Run(() => node.Update(lease, epoch, Cancellation))));
            var winner = leases[Array.IndexOf(answers, true)];
            Assert.Equal(1, answers.Count(isMine => isMine));
            AssertSame(winner, await nodes[0].Find("j1", Cancellation));
        }
    }

    [Fact]
    public async Task A_checkpoint_that_comes_with_the_end_of_its_job_does_not_outlive_it()
    {
        var nodes = Nodes(2);
        for (var round = 0; round < RoundCount; round++)
        {
            var job = await nodes[0].Insert(Leased(Job($"j{round}")), Cancellation);
            var save = Task.Run(() => nodes[1].SaveCheckpoint(new(job.Id, 1, 0, 5, [1], []), Cancellation));
            Assert.True(await nodes[0].Update(Finished(job), 1, Cancellation));
            await save;
        }

        Assert.Equal([0], await _database.Query<int>("SELECT count(*) FROM checkpoints"));
    }

    [Fact]
    public async Task A_late_checkpoint_does_not_replace_one_of_the_next_lease()
    {
        var nodes = Nodes(2);
        for (var round = 0; round < RoundCount; round++)
        {
            var job = await nodes[0].Insert(Leased(Job($"j{round}")), Cancellation);
            var late = Task.Run(() => nodes[1].SaveCheckpoint(new(job.Id, 1, 0, 5, [1], []), Cancellation));
            Assert.True(await nodes[0].Update(job with { Epoch = 2 }, 1, Cancellation));
            Assert.True(await nodes[0].SaveCheckpoint(new(job.Id, 2, 0, 9, [2], []), Cancellation));
            await late;
            Assert.Equal(2, (await nodes[0].FindCheckpoint(job.Id, Cancellation))!.Epoch);
        }
    }

    [Fact]
    public async Task Pictures_of_two_reports_at_once_are_those_of_one_of_them()
    {
        var nodes = Nodes(2);
        for (var round = 0; round < RoundCount; round++)
        {
            var job = await nodes[0].Insert(Leased(Job($"j{round}")), Cancellation);
            await Task.WhenAll(nodes.Select((node, n) => Task.Run(() => node.Update(WithPictures(job, n), 1, Cancellation))));
            var named = (await nodes[0].Find(job.Id, Cancellation))!.Artifacts.Select(artifact => artifact.Id);
            Assert.Equal(named, await _database.Query<string>(PicturesOf, new { job.Id }));
        }
    }

    [Fact]
    public async Task Nodes_that_clean_up_at_once_share_the_work()
    {
        var nodes = Nodes(4);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => nodes[i % 4].Insert(Drawn(i), Cancellation)));
        var deleted = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.DeleteFinished(Noon.AddDays(1), 40, Cancellation))));
        var left = (await _database.Query<int>("SELECT count(*) FROM jobs")).Single();
        Assert.Equal(100, deleted.Sum() + left);

        // Every picture belongs to two jobs, which two nodes may have deleted at once, neither seeing the other.
        while (await nodes[0].DeleteFinished(Noon.AddDays(1), 40, Cancellation) > 0);
        var loose = await nodes[0].Loose(0, 1000, Cancellation);
        Assert.All(loose, one => Assert.False(one.IsNamed));
        Assert.Equal(Enumerable.Range(0, 50).SelectMany(i => new[] { $"f{i:00}", $"f{i:00}" }), loose.Select(one => one.ArtifactId).Order());

        static JobRecord Drawn(int i) => Finished(Job($"j{i}")) with { Artifacts = [Artifact($"f{i / 2:00}")] };
    }

    [Fact]
    public async Task Use_that_nodes_report_at_once_is_summed_and_each_job_counted_once()
    {
        var today = new DateOnly(2026, 3, 1);
        var nodes = Enumerable.Range(0, 4).Select(_ => new PostgresUsageStore(_database.Open("Maximum Pool Size=5"))).ToArray();
        await Task.WhenAll(nodes.SelectMany(node => Enumerable.Range(0, 50).Select(i => node.Add("acme", today, $"j{i}", 0.5, 1, Cancellation))));
        Assert.Equal(new("acme", today, 25, 50), await nodes[0].Read("acme", today, Cancellation));
    }

    [Fact]
    public async Task Marks_of_counted_jobs_do_not_pile_up_and_the_sums_stay()
    {
        var today = new DateOnly(2026, 3, 1);
        var store = new PostgresUsageStore(_database.Open());
        await store.Add("acme", today.AddDays(-41), "old", 1, 1, Cancellation);
        await store.Add("acme", today.AddDays(-40), "kept", 1, 1, Cancellation);
        await store.Add("acme", today, "new", 1, 1, Cancellation);
        Assert.Equal(["kept", "new"], await _database.Query<string>("SELECT job_id FROM usage_jobs ORDER BY job_id"));
        Assert.Equal(1, (await store.Read("acme", today.AddDays(-41), Cancellation)).PictureCount);
    }

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private PostgresJobStore[] Nodes(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new PostgresJobStore(_database.Open("Maximum Pool Size=5")))];

    /// <summary>One index that every node has, and one of its own.</summary>
    private static JobRecord WithPictures(JobRecord job, int node) =>
        job with { Artifacts = [Artifact($"{job.Id}n{node}first"), Artifact($"{job.Id}n{node}own", node + 1)] };
}
