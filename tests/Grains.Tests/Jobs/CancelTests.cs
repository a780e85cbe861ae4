using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A job that is not wanted any more.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task A_queued_job_is_withdrawn_at_once_and_never_runs()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("first", 0);
        var first = await world.Submit("first");
        await start.Reached;
        var second = await world.Submit("second");

        Assert.True(await world.Client.CancelAsync(second.Record.Id, TestContext.Current.CancellationToken));

        await world.Pool(pool => pool.QueuedCount == 0);
        Assert.Equal(JobStatus.Cancelled, (await world.Jobs.Find(second.Record.Id, TestContext.Current.CancellationToken))!.Status);
        start.Open();
        await world.Finished(first.Record.Id);
        Assert.Empty(world.Studio.StepsOf("second"));
    }

    [Fact]
    public async Task A_queued_job_that_is_cancelled_leaves_a_pool_at_zero_alone()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel(new PoolPolicy { Min = 0, Standby = 0 });
        var submitted = await world.Submit("a red apple");

        await world.Client.CancelAsync(submitted.Record.Id, TestContext.Current.CancellationToken);

        await world.Pool(pool => pool is { QueuedCount: 0, DesiredCount: 0 });
        Assert.Empty(world.Studio.Loads);
    }

    [Fact]
    public async Task Pictures_that_a_cancelled_job_had_are_remembered_for_deletion()
    {
        await using var world = await World.WithModel();
        var (second, stepCount) = (new Barrier(), 0);
        world.Studio.BeforeStep = _ => Interlocked.Increment(ref stepCount) > 4 ? second.Pass() : Task.CompletedTask; // Three make a picture.
        var running = await world.Submit("three", steps: 3, count: 3);
        await second.Reached;
        await new Func<Task<Storage.StoredCheckpoint?>>(() => world.Jobs.FindCheckpoint(running.Record.Id, TestContext.Current.CancellationToken))
            .Until(checkpoint => checkpoint?.Artifacts.Count == 1);

        await world.Client.CancelAsync(running.Record.Id, TestContext.Current.CancellationToken);
        second.Open();

        await new Func<Task<IReadOnlyList<Storage.LooseArtifact>>>(() => world.Jobs.Loose(0, 10, TestContext.Current.CancellationToken))
            .Until(loose => world.Artifacts.Ids.ToHashSet().SetEquals(loose.Select(one => one.ArtifactId)));
    }

    [Fact]
    public async Task A_running_job_leaves_its_device_within_one_step()
    {
        await using var world = await World.WithModel();
        var third = world.HoldAtStep("long", 2);
        var running = await world.Submit("long", steps: 100);
        await third.Reached;
        var next = await world.Submit("next");

        Assert.True(await world.Client.CancelAsync(running.Record.Id, TestContext.Current.CancellationToken));
        third.Open();
        await world.Finished(next.Record.Id);

        Assert.Equal(3, world.Studio.StepsOf("long").Count());
        var job = await world.Jobs.Find(running.Record.Id, TestContext.Current.CancellationToken);
        Assert.Equal(JobStatus.Cancelled, job!.Status);
        Assert.Empty(job.Artifacts);
    }

    [Fact]
    public async Task A_job_is_cancelled_once()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        var submitted = await world.Submit("a red apple");

        Assert.True(await world.Client.CancelAsync(submitted.Record.Id, TestContext.Current.CancellationToken));
        Assert.False(await world.Client.CancelAsync(submitted.Record.Id, TestContext.Current.CancellationToken));
    }
}
