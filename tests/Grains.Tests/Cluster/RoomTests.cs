using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>More models than the devices hold.</summary>
public sealed class RoomTests
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_job_takes_the_room_of_another_models_idle_replica_and_the_pool_says_so()
    {
        await using var world = await World.WithModel();
        await world.AddModel(folder: "/models/other");

        var job = await Finished(world, "other");

        Assert.Equal((JobStatus.Succeeded, 1L), (job.Status, job.Epoch));
        var pool = await world.Pool(pool => pool.Replicas.Count == 0 && pool.DeficitReason?.StartsWith("no device has", StringComparison.Ordinal) == true);
        var eviction = Assert.Single(pool.Evictions);
        Assert.Equal(("other", job.Device), (eviction.ForModel, eviction.Device));
    }

    [Fact]
    public async Task Models_take_turns_on_a_device_as_their_jobs_come()
    {
        await using var world = await World.WithModel();
        await world.AddModel(folder: "/models/other");

        string[] models = ["other", "emoji", "other", "emoji"];
        foreach (var model in models) Assert.Equal(JobStatus.Succeeded, (await Finished(world, model)).Status);

        Assert.Equal(["emoji", .. models], world.Studio.Loads.Select(load => load.Model));
    }

    [Fact]
    public async Task A_replica_at_work_is_not_sent_away_and_what_needs_its_room_waits_for_its_end()
    {
        await using var world = await World.WithModel();
        await world.AddModel(folder: "/models/other");
        var second = world.HoldAtStep("a red apple", 1);
        var first = await world.Submit("a red apple");
        await second.Reached;

        var waiting = await Submit(world, "other");
        await Task.Delay(AWhile, TestContext.Current.CancellationToken); // Many chances to do the wrong thing.
        var meanwhile = await world.Pool(pool => pool.RunningCount == 1);
        second.Open();
        var ends = (await world.Finished(first.Record.Id), await world.Finished(waiting));

        Assert.Empty(meanwhile.Evictions);
        Assert.Equal((JobStatus.Succeeded, 1L, JobStatus.Succeeded), (ends.Item1.Status, ends.Item1.Epoch, ends.Item2.Status));
    }

    [Fact]
    public async Task A_standby_does_not_displace_another_pools_standby()
    {
        await using var world = await World.WithModel();
        await world.AddModel(folder: "/models/other");

        var other = await world.Pool(pool => pool.DeficitReason?.Contains("no device has", StringComparison.Ordinal) == true, "other");
        await Task.Delay(AWhile, TestContext.Current.CancellationToken);

        Assert.Empty(other.Replicas);
        Assert.Empty((await world.Pool(pool => pool.StandbyCount == 1)).Evictions);
        Assert.Equal(["emoji"], world.Studio.Loads.Select(load => load.Model));
    }

    [Fact]
    public async Task A_standby_takes_the_room_of_what_another_pool_keeps_only_by_habit()
    {
        await using var world = await World.WithModel(options =>
        {
            options.Policy = new PoolPolicy { Min = 0, Standby = 0, KeepAliveQuantile = 0 };
            options.Change<ScalingOptions>(scaling => scaling.Interval = TimeSpan.FromMilliseconds(50));
        });
        await world.Finished((await world.Submit("a red apple")).Record.Id); // Its replica stays for ten minutes more.
        await world.AddModel(folder: "/models/other");

        await world.Pool(pool => pool.StandbyCount == 1, "other");

        var eviction = Assert.Single((await world.Scheduler().View()).Evictions);
        Assert.Equal("other", eviction.ForModel);
    }

    private static async Task<string> Submit(World world, string model) =>
        (await world.Client.SubmitAsync(new GenerationRequest { Model = model, Prompt = "a tree", Steps = 4, Width = 16, Seed = 7 }).Soon()).Record.Id;

    private static async Task<JobRecord> Finished(World world, string model) => await world.Finished(await Submit(world, model));
}
