using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Pools in a cluster: standby, dispatch, fairness, quarantine.</summary>
public sealed class WarmPoolTests
{
    [Fact]
    public async Task A_replica_is_ready_only_after_its_warm_up_picture()
    {
        await using var world = await World.Start();
        var warmUp = new Barrier();
        world.Studio.BeforeWarmUp = _ => warmUp.Pass();
        await world.AddModel();
        await warmUp.Reached;

        var warming = await world.Pool(pool => pool.Replicas.Any(replica => replica.Phase == ReplicaPhase.Warming));
        Assert.Equal(0, warming.StandbyCount);
        warmUp.Open();

        var ready = (await world.Pool(pool => pool.StandbyCount == 1)).Replicas.Single();
        Assert.Equal(ReplicaPhase.Ready, ready.Phase);
        Assert.Equal(["order", "unet", "warm_up"], ready.LoadPhases.Select(phase => phase.Name));
        Assert.True(ready.LoadSeconds > 0);
    }

    [Fact]
    public async Task A_model_that_loads_but_does_not_draw_is_not_ready()
    {
        await using var world = await World.Start();
        world.Studio.BeforeWarmUp = _ => throw new Diffusion.InferenceException("The graph has no output.");
        await world.AddModel();

        var pool = await world.Pool(pool => pool.DeficitReason?.Contains("The graph has no output.", StringComparison.Ordinal) == true);

        Assert.Equal(0, pool.StandbyCount);
    }

    [Fact]
    public async Task Taking_the_standby_into_use_orders_its_replacement()
    {
        await using var world = await World.WithModel(options => options.DevicesPerSilo = 2);
        Assert.Single(world.Studio.Loads);
        var start = world.HoldAtStep("a red apple", 0);

        await world.Submit("a red apple");
        await start.Reached;
        var pool = await world.Pool(pool => pool is { StandbyCount: 1, RunningCount: 1 });

        Assert.Equal(2, pool.Replicas.Count);
        Assert.Equal(["fake0", "fake1"], pool.Replicas.Select(replica => replica.DeviceId).Order());
        start.Open();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_burst_of_one_step_waits_for_no_load_and_the_standby_is_back_without_another_request(int step)
    {
        await using var world = await World.WithModel(options => (options.DevicesPerSilo, options.Policy) = (2 * step, new PoolPolicy { Step = step }));
        var loads = world.HoldLoads(); // From here on no load ends.
        var started = Enumerable.Range(0, step).Select(i => world.HoldAtStep($"burst {i}", 0)).ToList();

        var jobs = await Task.WhenAll(Enumerable.Range(0, step).Select(i => world.Submit($"burst {i}")));
        foreach (var start in started) await start.Reached; // All of them draw, and nothing was loaded for them.
        var during = await world.Pool(pool => pool.Replicas.Count == 2 * step);
        loads.Open();
        var after = await world.Pool(pool => pool.StandbyCount == step);
        foreach (var start in started) start.Open();

        Assert.Equal((step, 0), (during.RunningCount, during.StandbyCount));
        Assert.Equal((step, null), (after.RunningCount, after.DeficitReason));
        Assert.Equal(2 * step, world.Studio.Loads.Count);
        foreach (var job in jobs) Assert.Equal(JobStatus.Succeeded, (await world.Finished(job.Record.Id)).Status);
    }

    [Fact]
    public async Task Nobody_waits_while_a_standby_is_idle()
    {
        await using var world = await World.WithModel(options => options.DevicesPerSilo = 2);
        var first = world.HoldAtStep("first", 0);
        await world.Submit("first");
        await first.Reached;
        await world.Pool(pool => pool.StandbyCount == 1);

        var second = await world.Finished((await world.Submit("second")).Record.Id);

        Assert.Equal(JobStatus.Succeeded, second.Status);
        first.Open();
    }

    [Fact]
    public async Task A_standby_that_cannot_be_had_has_a_reason()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("a red apple", 0);
        await world.Submit("a red apple");
        await start.Reached;

        var pool = await world.Pool(pool =>
            pool is { RunningCount: 1, StandbyCount: 0, DeficitReason: "every device has a replica of emoji already" });

        Assert.Equal((2, 1), (pool.DesiredCount, pool.StandbyTarget));
        start.Open();
    }

    [Fact]
    public async Task A_replica_above_the_target_leaves_and_its_device_is_free()
    {
        await using var world = await World.WithModel(options =>
        {
            options.DevicesPerSilo = 2;
            options.Policy = new PoolPolicy { KeepAlive = TimeSpan.Zero };
        });
        var start = world.HoldAtStep("a red apple", 0);
        var submitted = await world.Submit("a red apple");
        await start.Reached;
        await world.Pool(pool => pool.Replicas.Count(replica => replica.Phase == ReplicaPhase.Ready) == 2);

        start.Open();
        await world.Finished(submitted.Record.Id);

        await world.Pool(pool => pool.Replicas.Count == 1);
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.Single().Devices.Sum(device => device.ReservedBytes) == Models.MemoryBytes);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_quarantined_and_its_jobs_say_why()
    {
        await using var world = await World.Start();
        var attempts = new Barrier();
        world.Studio.BeforeLoad = async _ =>
        {
            await attempts.Pass();
            throw new Diffusion.InferenceException("unet/model.onnx is cut off.");
        };
        await world.AddModel();
        await attempts.Reached;
        var waiting = await world.Submit("a red apple");
        attempts.Open();

        var job = await world.Finished(waiting.Record.Id);
        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("another"));

        Assert.Equal((JobStatus.Failed, ErrorCode.ModelInvalid), (job.Status, job.Error!.Code));
        Assert.Equal("emoji could not be loaded in 3 attempts: unet/model.onnx is cut off.", job.Error.Message);
        Assert.Equal(ErrorCode.ModelInvalid, no.Refusal.Code);
        Assert.Contains("unet/model.onnx is cut off.", (await world.Scheduler().View()).DeficitReason, StringComparison.Ordinal);
        Assert.Equal(3, world.Studio.Loads.Count);
    }

    [Fact]
    public async Task Two_tenants_share_a_device_whoever_sends_more()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("first", 0);
        await world.Submit("first", tenant: "many");
        await start.Reached;
        for (var i = 0; i < 4; i++) await world.Submit($"many {i}", tenant: "many");
        var last = "";
        for (var i = 0; i < 2; i++) last = (await world.Submit($"few {i}", tenant: "few")).Record.Id;

        start.Open();
        await world.Finished(last, "few");

        var order = world.Studio.Steps.Select(step => step.Prompt).Distinct().ToList();
        Assert.InRange(order.IndexOf("few 1"), 2, 4);
    }

    [Fact]
    public async Task Higher_priority_goes_first_among_a_tenants_own_jobs()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("first", 0);
        await world.Submit("first");
        await start.Reached;
        var low = await world.Submit("low", priority: -1);
        await world.Submit("high", priority: 5);

        start.Open();
        await world.Finished(low.Record.Id);

        Assert.Equal(["first", "high", "low"], world.Studio.Steps.Select(step => step.Prompt).Distinct());
    }

    [Fact]
    public async Task Jobs_of_equal_shape_are_stepped_together_and_their_pictures_are_the_same_as_alone()
    {
        await using var world = await World.WithModel(options => options.Policy = new PoolPolicy { BatchMax = 2 });
        var alone = await world.Finished((await world.Submit("a red apple")).Record.Id);
        var start = world.HoldAtStep("first", 0);
        var first = await world.Submit("first", steps: 8);
        await start.Reached;
        var second = await world.Submit("a red apple");
        await world.Pool(pool => pool.Replicas[0].ActiveJobs.Count == 2); // As the replica itself tells it: the job has arrived.

        start.Open();
        var together = await world.Finished(second.Record.Id);
        await world.Finished(first.Record.Id);

        Assert.Equal(alone.Artifacts[0].Id, together.Artifacts[0].Id);
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], world.Studio.StepsOf("a red apple").Select(step => step.BatchCount));
    }

    [Fact]
    public async Task A_short_job_does_not_wait_behind_a_long_one_of_another_shape()
    {
        await using var world = await World.WithModel(options => options.Policy = new PoolPolicy { BatchMax = 2 });
        var tenth = world.HoldAtStep("long", 10);
        var longer = await world.Submit("long", steps: 50);
        await tenth.Reached;
        var shorter = await world.Submit("short", steps: 4, width: 32);
        await world.Pool(pool => pool.Replicas[0].ActiveJobs.Count == 2);

        tenth.Open();
        await world.Finished(shorter.Record.Id);
        await world.Finished(longer.Record.Id);

        var order = world.Studio.Steps.Select(step => step.Prompt).ToList();
        Assert.InRange(order.LastIndexOf("short"), 14, 20); // They take turns after the long job's eleventh step.
        Assert.All(world.Studio.Steps, step => Assert.Equal(1, step.BatchCount));
    }

    [Fact]
    public async Task A_removed_model_fails_what_waits_for_it_and_frees_its_device()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("first", 0);
        var running = await world.Submit("first");
        await start.Reached;
        var waiting = await world.Submit("second");

        var holder = (await world.Client.GetAsync(running.Record.Id, TestContext.Current.CancellationToken))!.Record.ReplicaId!;
        Assert.True(await world.Catalog.Remove("emoji"));
        await new Func<Task<ReplicaStatus>>(world.Grains.GetGrain<IModelGrain>(holder).View).Until(status => status.Phase == ReplicaPhase.Draining);
        start.Open();

        var failed = await world.Finished(waiting.Record.Id);
        Assert.Equal((JobStatus.Failed, ErrorCode.ModelNotFound), (failed.Status, failed.Error!.Code));
        Assert.Equal(ErrorCode.ModelNotFound, (await world.Finished(running.Record.Id)).Error!.Code);
        await world.Pool(pool => pool.Replicas.Count == 0);
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.Single().Devices.All(device => device.ReservedBytes == 0));
    }

    [Fact]
    public async Task A_policy_that_changes_is_followed_at_once()
    {
        await using var world = await World.WithModel(options => options.DevicesPerSilo = 2);

        Assert.Null(await world.Catalog.SetPolicy("emoji", new PoolPolicy { Standby = 2 }));

        var pool = await world.Pool(pool => pool.StandbyCount == 2);
        Assert.Equal(2, pool.StandbyTarget);
    }
}
