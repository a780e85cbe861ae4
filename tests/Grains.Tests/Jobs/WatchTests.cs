using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What those who watch a job get to see.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_watcher_sees_the_state_then_every_step_then_the_end()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("a red apple", 0);
        var submitted = await world.Submit("a red apple", steps: 4);
        await start.Reached;

        var events = await Watch(world, submitted.Record.Id, first: start.Open);

        Assert.Equal(JobEventKind.State, events[0].Kind);
        Assert.Equal(JobStatus.Running, events[0].Record!.Status);
        var steps = events.Where(happened => happened.Kind == JobEventKind.Step).Select(happened => happened.Progress.Step);
        Assert.Equal([1, 2, 3], steps.Where(step => step > 0).Distinct()); // A replica's beat says again where it stands.
        Assert.Equal(["decode", "store"], events.Where(happened => happened.Kind == JobEventKind.Phase).Select(happened => happened.Progress.Phase).TakeLast(2));
        Assert.Equal(JobEventKind.Done, events[^1].Kind);
        Assert.Equal(1, events[^1].Progress.Fraction);
        Assert.Equal(events.Select(happened => happened.Sequence).Order(), events.Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task Who_comes_after_the_end_gets_the_state_and_the_end()
    {
        await using var world = await World.WithModel();
        var submitted = await world.Submit("a red apple");
        await world.Finished(submitted.Record.Id);

        var events = await Watch(world, submitted.Record.Id);

        Assert.Equal([JobEventKind.State, JobEventKind.Done], events.Select(happened => happened.Kind));
        Assert.All(events, happened => Assert.Equal(JobStatus.Succeeded, happened.Record!.Status));
    }

    [Fact]
    public async Task Previews_come_as_often_as_asked_for()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("a red apple", 0);
        var submitted = await world.Submit("a red apple", steps: 8, previews: 3);
        await start.Reached;

        var events = await Watch(world, submitted.Record.Id, first: start.Open);

        var previews = events.Where(happened => happened.Kind == JobEventKind.Preview).ToList();
        Assert.Equal([2, 4, 6], previews.Select(happened => happened.Progress.Step));
        Assert.All(previews, happened => Assert.NotEmpty(happened.Preview!));
    }

    [Fact]
    public async Task Another_tenants_job_does_not_exist()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        var submitted = await world.Submit("a secret", tenant: "ours");
        var theirs = world.ClientOf("theirs");

        Assert.Null(await theirs.GetAsync(submitted.Record.Id, TestContext.Current.CancellationToken));
        var noWatch = await Assert.ThrowsAsync<DiffusionException>(async () => await theirs.WatchAsync(submitted.Record.Id).GetAsyncEnumerator().MoveNextAsync());
        var noCancel = await Assert.ThrowsAsync<DiffusionException>(() => theirs.CancelAsync(submitted.Record.Id, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.JobNotFound, noWatch.Refusal.Code);
        Assert.Equal(ErrorCode.JobNotFound, noCancel.Refusal.Code);
        Assert.False(await world.Job(submitted.Record.Id).Cancel("theirs"));
        Assert.Equal(JobStatus.Queued, (await world.ClientOf("ours").GetAsync(submitted.Record.Id, TestContext.Current.CancellationToken))!.Record.Status);
    }

    [Fact]
    public async Task A_waiting_job_knows_its_place_and_moves_up()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("first", 0);
        await world.Submit("first");
        await start.Reached;
        var second = await world.Submit("second");
        var third = await world.Submit("third");

        Assert.Equal(1, second.Progress.QueuePosition);
        Assert.Equal(2, third.Progress.QueuePosition);
        await world.Client.CancelAsync(second.Record.Id, TestContext.Current.CancellationToken);

        await new Func<Task<JobView?>>(() => world.Client.GetAsync(third.Record.Id)).Until(view => view!.Progress.QueuePosition == 1);
        start.Open();
    }

    [Fact]
    public async Task Who_waits_for_a_load_is_told_so_and_its_ledger_knows()
    {
        await using var world = await World.Start();
        var load = world.HoldLoads();
        await world.AddModel();
        await load.Reached;
        var submitted = await world.Submit("a red apple");

        var waiting = await new Func<Task<JobView?>>(() => world.Client.GetAsync(submitted.Record.Id))
            .Until(view => view!.Progress.Waiting?.Contains("45 %", StringComparison.Ordinal) == true);
        load.Open();
        var job = await world.Finished(submitted.Record.Id);

        Assert.Equal("load", waiting!.Progress.Phase);
        Assert.Equal("the model is loading (45 %)", waiting.Progress.Waiting);
        Assert.Contains("load", job.Phases.Select(phase => phase.Name));
    }

    [Fact]
    public async Task The_feed_tells_of_every_job_of_its_tenant_up_to_its_end()
    {
        await using var world = await World.WithModel();
        var feed = world.Cluster.Client.ServiceProvider.GetRequiredService<IJobFeed>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var heard = new List<JobFeedItem>();
        var listening = Listen();

        // The subscription is there once something is heard; jobs are sent until then.
        while (heard.Count == 0) await world.Finished((await world.Submit("an early one")).Record.Id);
        var submitted = await world.Submit("a red apple");
        await world.Submit("not ours", tenant: "theirs");
        await new Func<Task<JobFeedItem?>>(() => Task.FromResult(Last(submitted.Record.Id))).Until(item => item?.Status == JobStatus.Succeeded);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);

        var theirs = await world.ClientOf("theirs").ListJobsAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(heard, item => item.JobId == theirs.Jobs[0].Id);

        JobFeedItem? Last(string jobId)
        {
            lock (heard) return heard.LastOrDefault(item => item.JobId == jobId);
        }

        async Task Listen()
        {
            await foreach (var item in feed.WatchAsync(GrainKeys.DefaultTenant, enough.Token))
                lock (heard) heard.Add(item);
        }
    }

    private static async Task<List<JobEvent>> Watch(World world, string jobId, Action? first = null)
    {
        var events = new List<JobEvent>();
        await foreach (var happened in world.Client.WatchAsync(jobId, TestContext.Current.CancellationToken))
        {
            if (events.Count == 0) first?.Invoke();
            events.Add(happened);
        }

        return events;
    }
}
