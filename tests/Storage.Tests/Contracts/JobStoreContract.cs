using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>What every job store keeps to: accepting, fencing, finality.</summary>
public abstract class JobStoreContract
{
    protected abstract IJobStore Store { get; }

    [Fact]
    public async Task A_job_is_found_exactly_as_it_was_inserted()
    {
        foreach (var job in new[] { Job("j1"), FullJob("j2") })
        {
            AssertSame(job, await Store.Insert(job, Cancellation));
            AssertSame(job, await Store.Find(job.Id, Cancellation));
        }

        Assert.Null(await Store.Find("j3", Cancellation));
    }

    [Fact]
    public async Task Inserting_an_id_again_returns_the_first_job_and_changes_nothing()
    {
        await Store.Insert(Job("j1"), Cancellation);
        var again = await Store.Insert(FullJob("j1"), Cancellation);
        AssertSame(Job("j1"), again);
        AssertSame(Job("j1"), await Store.Find("j1", Cancellation));
        Assert.Null(await Store.FindArtifact("acme", "f1", Cancellation));
    }

    [Fact]
    public async Task Of_many_inserts_of_one_id_at_once_one_wins_and_all_are_told_which()
    {
        var inserts = Enumerable.Range(0, 50).Select(i => Store.Insert(Job("j1") with { RequestDigest = $"d{i}" }, Cancellation));
        var answers = await Task.WhenAll(inserts);
        var stored = await Store.Find("j1", Cancellation);
        Assert.All(answers, answer => AssertSame(stored, answer));
    }

    [Fact]
    public async Task An_update_under_the_newest_epoch_replaces_what_may_change()
    {
        var job = await Store.Insert(Job("j1") with { Epoch = 2 }, Cancellation);
        var after = FullJob("j1") with { Spec = job.Spec, CreatedAt = job.CreatedAt };
        Assert.True(await Store.Update(after, expectedEpoch: 2, Cancellation));
        AssertSame(after, await Store.Find("j1", Cancellation));
    }

    [Fact]
    public async Task What_was_accepted_stays_as_it_was_accepted()
    {
        var job = await Store.Insert(Job("j1"), Cancellation);
        var other = Leased(FullJob("j1")) with { TenantId = "evil", RequestDigest = "x", Epoch = 1 };
        Assert.True(await Store.Update(other, expectedEpoch: 0, Cancellation));
        var expected = other with { TenantId = job.TenantId, RequestDigest = job.RequestDigest, Spec = job.Spec, CreatedAt = job.CreatedAt };
        AssertSame(expected, await Store.Find("j1", Cancellation));
        Assert.NotNull(await Store.FindArtifact("acme", "f1", Cancellation));
        Assert.Null(await Store.FindArtifact("evil", "f1", Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task An_update_under_another_epoch_changes_nothing(long expectedEpoch)
    {
        var job = Leased(Job("j1"));
        await Store.Insert(job, Cancellation);
        Assert.False(await Store.Update(Finished(job) with { Artifacts = [Artifact("f1")] }, expectedEpoch, Cancellation));
        AssertSame(job, await Store.Find("j1", Cancellation));
        Assert.Null(await Store.FindArtifact("acme", "f1", Cancellation));
    }

    [Fact]
    public async Task Of_two_writers_under_one_epoch_that_each_take_a_new_one_one_wins()
    {
        var job = await Store.Insert(Job("j1"), Cancellation);
        var leases = Enumerable.Range(0, 20).Select(i => Store.Update(Leased(job) with { ReplicaId = $"r{i}" }, 0, Cancellation));
        Assert.Single(await Task.WhenAll(leases), true);
    }

    [Fact]
    public async Task An_update_of_an_unknown_job_makes_none()
    {
        Assert.False(await Store.Update(Job("j1"), 0, Cancellation));
        Assert.Null(await Store.Find("j1", Cancellation));
    }

    [Theory]
    [InlineData(JobStatus.Succeeded)]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Cancelled)]
    public async Task A_final_job_never_moves(JobStatus final)
    {
        var job = Finished(Job("j1"), final);
        await Store.Insert(Job("j1"), Cancellation);
        Assert.True(await Store.Update(job, 0, Cancellation));
        foreach (var status in Enum.GetValues<JobStatus>())
            Assert.False(await Store.Update(job with { Status = status, Warnings = ["late"] }, 0, Cancellation));
        AssertSame(job, await Store.Find("j1", Cancellation));
    }

    [Fact]
    public async Task Unfinished_jobs_come_oldest_first_and_page_by_page()
    {
        await Store.Insert(Job("j5", second: 1), Cancellation);
        await Store.Insert(Job("j1", second: 5, model: "sd"), Cancellation);
        await Store.Insert(Leased(Job("j3", second: 3)), Cancellation);
        await Store.Insert(Job("j2", second: 3), Cancellation);
        await Store.Insert(Finished(Job("j4", second: 2)), Cancellation);

        Assert.Equal(
            [new("j5", "emoji"), new("j2", "emoji"), new("j3", "emoji"), new UnfinishedJob("j1", "sd")],
            await Store.Unfinished(null, 10, Cancellation));
        Assert.Equal([new("j5", "emoji"), new UnfinishedJob("j2", "emoji")], await Store.Unfinished(null, 2, Cancellation));
        Assert.Equal([new("j3", "emoji"), new UnfinishedJob("j1", "sd")], await Store.Unfinished("j2", 2, Cancellation));
        Assert.Empty(await Store.Unfinished("j1", 2, Cancellation));
    }

    [Fact]
    public async Task What_ended_last_is_told_by_its_times_for_one_model()
    {
        await Store.Insert(Job("queued", second: 1), Cancellation);
        await Store.Insert(Leased(Job("running", second: 2)), Cancellation);
        foreach (var (id, second, model) in new[] { ("j1", 10, "emoji"), ("j2", 20, "sd"), ("j3", 30, "emoji") })
            await Store.Insert(Finished(Job(id, second - 5, model: model), second: second), Cancellation);

        var (first, last) = (new JobSpan(Noon.AddSeconds(5), Noon.AddSeconds(10)), new JobSpan(Noon.AddSeconds(25), Noon.AddSeconds(30)));
        Assert.Equal([first, last], (await Store.Ended("emoji", 3, Cancellation)).OrderBy(span => span.CreatedAt));
        Assert.Equal([last], await Store.Ended("emoji", 2, Cancellation)); // Of the two that ended last, one is of another model.
        Assert.Empty(await Store.Ended("sd", 1, Cancellation));
    }

    [Fact]
    public async Task A_sweep_goes_on_after_a_job_that_was_finished_meanwhile()
    {
        for (var i = 1; i <= 3; i++) await Store.Insert(Job($"j{i}", second: i), Cancellation);
        await Store.Update(Finished(Job("j2", second: 2)), 0, Cancellation);
        Assert.Equal([new UnfinishedJob("j3", "emoji")], await Store.Unfinished("j2", 10, Cancellation));
    }

    [Fact]
    public async Task Old_finished_jobs_are_forgotten_oldest_first_with_all_that_is_theirs()
    {
        var running = Leased(Job("running"));
        await Store.Insert(running, Cancellation);
        await Store.SaveCheckpoint(new("running", 1, 0, 5, [1], []), Cancellation);
        for (var i = 1; i <= 4; i++)
            await Store.Insert(Finished(Job($"j{i}"), second: 10 * i) with { Artifacts = [Artifact($"f{i}")] }, Cancellation);

        Assert.Equal(2, await Store.DeleteFinished(Noon.AddSeconds(40), countMax: 2, Cancellation));
        Assert.Null(await Store.Find("j2", Cancellation));
        Assert.Null(await Store.FindArtifact("acme", "f2", Cancellation));
        Assert.NotNull(await Store.FindArtifact("acme", "f3", Cancellation));
        Assert.Equal(1, await Store.DeleteFinished(Noon.AddSeconds(40), countMax: 2, Cancellation));
        Assert.NotNull(await Store.Find("j4", Cancellation));
        Assert.NotNull(await Store.FindCheckpoint("running", Cancellation));
    }

    [Fact]
    public async Task Unfinished_jobs_never_go_and_what_goes_is_never_more_than_was_asked_for()
    {
        foreach (var job in new[] { Job("queued"), Leased(Job("running")) }) await Store.Insert(job, Cancellation);
        for (var i = 0; i < 7; i++) await Store.Insert(Finished(Job($"j{i}")), Cancellation);
        List<int> counts = [];
        for (var i = 0; i < 4; i++) counts.Add(await Store.DeleteFinished(Noon.AddYears(9), countMax: 3, Cancellation));
        Assert.Equal([3, 3, 1, 0], counts);
        Assert.Equal(2, (await Store.Unfinished(null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Pictures_of_deleted_jobs_are_loose_until_they_are_seen_to()
    {
        await Store.Insert(Finished(Job("j1")) with { Artifacts = [Artifact("f1"), Artifact("f2", 1)] }, Cancellation);
        await Store.Insert(Finished(Job("j2"), second: 20) with { Artifacts = [Artifact("f3")] }, Cancellation);
        Assert.Empty(await Store.Loose(0, 10, Cancellation));

        await Store.DeleteFinished(Noon.AddSeconds(15), countMax: 10, Cancellation);
        await Store.DeleteFinished(Noon.AddSeconds(30), countMax: 10, Cancellation);
        var loose = await Store.Loose(0, 10, Cancellation);
        Assert.Equal([("f1", false), ("f2", false), ("f3", false)], loose.Select(one => (one.ArtifactId, one.IsNamed)).Order());
        Assert.Equal(loose.Select(one => one.Number).Order(), loose.Select(one => one.Number));
        Assert.Equal(loose.Take(2), await Store.Loose(0, 2, Cancellation));
        Assert.Equal(loose.Skip(1), await Store.Loose(loose[0].Number, 10, Cancellation));

        await Store.ForgetLoose([loose[0].Number, loose[2].Number], Cancellation);
        await Store.ForgetLoose([loose[0].Number], Cancellation);
        await Store.ForgetLoose([], Cancellation);
        Assert.Equal([loose[1]], await Store.Loose(0, 10, Cancellation));
    }

    [Fact]
    public async Task Pictures_that_no_job_took_are_loose_too_whether_or_not_one_names_them()
    {
        await Store.Insert(Finished(Job("j1")) with { Artifacts = [Artifact("f1")] }, Cancellation);

        await Store.Loosen(["f1", "f2", "f2"], Cancellation);
        await Store.Loosen([], Cancellation);

        var loose = await Store.Loose(0, 10, Cancellation);
        Assert.Equal([("f1", true), ("f2", false), ("f2", false)], loose.Select(one => (one.ArtifactId, one.IsNamed)));
    }

    [Fact]
    public async Task A_picture_of_two_jobs_is_named_until_the_second_goes()
    {
        await Store.Insert(Finished(Job("j1")) with { Artifacts = [Artifact("f1")] }, Cancellation);
        await Store.Insert(Finished(Job("j2", tenant: "other"), second: 20) with { Artifacts = [Artifact("f1")] }, Cancellation);

        await Store.DeleteFinished(Noon.AddSeconds(15), countMax: 10, Cancellation);
        var first = Assert.Single(await Store.Loose(0, 10, Cancellation));
        Assert.Equal(("f1", true), (first.ArtifactId, first.IsNamed));
        await Store.ForgetLoose([first.Number], Cancellation);

        await Store.DeleteFinished(Noon.AddSeconds(30), countMax: 10, Cancellation);
        var second = Assert.Single(await Store.Loose(0, 10, Cancellation));
        Assert.Equal(("f1", false), (second.ArtifactId, second.IsNamed));
        Assert.True(second.Number > first.Number);
    }

    [Fact]
    public async Task Preparing_again_changes_nothing()
    {
        await Store.Insert(Job("j1"), Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.Prepare(Cancellation)));
        AssertSame(Job("j1"), await Store.Find("j1", Cancellation));
    }
}
