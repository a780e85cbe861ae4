using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>What every job store keeps to: pages and pictures of a tenant.</summary>
public abstract class JobListContract
{
    protected abstract IJobStore Store { get; }

    [Fact]
    public async Task A_tenants_jobs_come_newest_first()
    {
        await Store.Insert(Job("j2", second: 2), Cancellation);
        await Store.Insert(Job("j9", second: 1), Cancellation);
        await Store.Insert(FullJob("j1") with { CreatedAt = Noon.AddSeconds(3) }, Cancellation);
        await Store.Insert(Job("j3", second: 2), Cancellation);

        var page = await Store.List(new("acme"), Cancellation);
        Assert.Equal(["j1", "j3", "j2", "j9"], page.Jobs.Select(job => job.Id));
        Assert.Null(page.NextCursor);
        AssertSame(FullJob("j1") with { CreatedAt = Noon.AddSeconds(3) }, page.Jobs[0]);
    }

    [Fact]
    public async Task Another_tenants_jobs_are_not_seen()
    {
        await Store.Insert(Job("j1"), Cancellation);
        await Store.Insert(Job("j2", tenant: "other") with { Artifacts = [Artifact("f1")] }, Cancellation);
        Assert.Equal(["j1"], (await Store.List(new("acme"), Cancellation)).Jobs.Select(job => job.Id));
        Assert.Empty((await Store.List(new("acm"), Cancellation)).Jobs);
        Assert.Null(await Store.FindArtifact("acme", "f1", Cancellation));
        Assert.Equal(Artifact("f1"), await Store.FindArtifact("other", "f1", Cancellation));
    }

    [Fact]
    public async Task Pages_are_complete_and_stable_while_jobs_arrive_and_change()
    {
        for (var i = 0; i < 25; i++) await Store.Insert(Job($"j{i:00}", second: i / 3), Cancellation);

        List<string> seen = [];
        string? cursor = null;
        for (var pages = 1; ; pages++)
        {
            var page = await Store.List(new("acme", Cursor: cursor, CountMax: 4), Cancellation);
            seen.AddRange(page.Jobs.Select(job => job.Id));
            await Store.Insert(Job($"new{pages}", second: 100 + pages), Cancellation);
            await Store.Update(Finished(page.Jobs[0]), 0, Cancellation);
            cursor = page.NextCursor;
            if (cursor is null) break;
            Assert.Equal(4, page.Jobs.Count);
        }

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"j{i:00}"), seen);
    }

    [Fact]
    public async Task A_page_that_is_exactly_full_is_the_last_one()
    {
        for (var i = 0; i < 4; i++) await Store.Insert(Job($"j{i}"), Cancellation);
        Assert.Null((await Store.List(new("acme", CountMax: 4), Cancellation)).NextCursor);
        Assert.NotNull((await Store.List(new("acme", CountMax: 3), Cancellation)).NextCursor);
    }

    [Fact]
    public async Task Filters_narrow_a_list_and_its_pages()
    {
        for (var i = 0; i < 12; i++)
        {
            var job = Job($"j{i:00}", second: i, model: i % 2 == 0 ? "emoji" : "sd");
            await Store.Insert(i % 3 == 0 ? Finished(job, JobStatus.Failed) : job, Cancellation);
        }

        Assert.Equal(["j09", "j06", "j03", "j00"], await AllIds(new("acme", JobStatus.Failed, CountMax: 2)));
        Assert.Equal(["j11", "j09", "j07", "j05", "j03", "j01"], await AllIds(new("acme", Model: "sd", CountMax: 2)));
        Assert.Equal(["j10", "j08", "j04", "j02"], await AllIds(new("acme", JobStatus.Queued, "emoji", CountMax: 3)));
        Assert.Empty(await AllIds(new("acme", JobStatus.Cancelled)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(1000, 200)]
    public async Task A_page_has_1_to_200_jobs(int asked, int given)
    {
        await Task.WhenAll(Enumerable.Range(0, 201).Select(i => Store.Insert(Job($"j{i}"), Cancellation)));
        Assert.Equal(given, (await Store.List(new("acme", CountMax: asked), Cancellation)).Jobs.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("not a cursor")]
    public async Task What_is_no_cursor_begins_no_page(string cursor)
    {
        await Store.Insert(Job("j1"), Cancellation);
        AssertSame(new([], null), await Store.List(new("acme", Cursor: cursor), Cancellation));
        Assert.False(JobQuery.IsCursor(cursor));
    }

    [Fact]
    public async Task A_picture_is_found_by_its_owner_with_its_facts()
    {
        var job = Leased(Job("j1"));
        await Store.Insert(job, Cancellation);
        await Store.Update(Finished(job) with { Artifacts = [Artifact("f1", 0), Artifact("f2", 1)] }, 1, Cancellation);
        Assert.Equal(Artifact("f2", 1), await Store.FindArtifact("acme", "f2", Cancellation));
        Assert.Null(await Store.FindArtifact("acme", "f3", Cancellation));
    }

    [Fact]
    public async Task A_picture_that_an_update_no_longer_names_is_not_found()
    {
        var job = Leased(Job("j1")) with { Artifacts = [Artifact("f1"), Artifact("f2", 1)] };
        await Store.Insert(job, Cancellation);
        await Store.Update(job with { Artifacts = [Artifact("f2")] }, 1, Cancellation);
        Assert.Null(await Store.FindArtifact("acme", "f1", Cancellation));
        Assert.Equal(Artifact("f2"), await Store.FindArtifact("acme", "f2", Cancellation));
    }

    [Fact]
    public async Task The_same_picture_of_several_jobs_belongs_to_each_of_their_owners()
    {
        await Store.Insert(Job("j1") with { Artifacts = [Artifact("f1"), Artifact("f1", 1)] }, Cancellation);
        await Store.Insert(Job("j2") with { Artifacts = [Artifact("f1")] }, Cancellation);
        await Store.Insert(Job("j3", tenant: "other") with { Artifacts = [Artifact("f1")] }, Cancellation);
        Assert.Equal("f1", (await Store.FindArtifact("acme", "f1", Cancellation))!.Id);
        Assert.Equal("f1", (await Store.FindArtifact("other", "f1", Cancellation))!.Id);
    }

    private async Task<List<string>> AllIds(JobQuery query)
    {
        List<string> ids = [];
        do
        {
            var page = await Store.List(query, Cancellation);
            ids.AddRange(page.Jobs.Select(job => job.Id));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return ids;
    }
}
