using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Silos that die, leave and come back.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task A_killed_silos_job_goes_on_elsewhere_and_its_picture_is_the_same()
    {
        await using var world = await World.WithModel(options => Mortal(options, siloCount: 3));
        var alone = await world.Finished((await world.Submit("a red apple", steps: 6)).Record.Id);
        var fourth = world.HoldAtStep("a red apple", 3);
        var submitted = await world.Submit("a red apple", steps: 6);
        await fourth.Reached;
        var checkpoint = await new Func<Task<Storage.StoredCheckpoint?>>(() => world.Jobs.FindCheckpoint(submitted.Record.Id, CancellationToken.None))
            .Until(checkpoint => checkpoint?.StepsDone == 3);
        var holder = (await world.Client.GetAsync(submitted.Record.Id, TestContext.Current.CancellationToken))!.Record.Device!.Split('/')[0];

        await world.Cluster.KillSiloAsync(world.SiloOf(holder));
        fourth.Open();
        var job = await world.Finished(submitted.Record.Id);

        Assert.Equal((JobStatus.Succeeded, 2L, 0), (job.Status, job.Epoch, job.FailedAttempts));
        Assert.Equal(alone.Artifacts[0].Id, job.Artifacts[0].Id);
        Assert.NotEqual(holder, job.Device!.Split('/')[0]);
        Assert.Equal(1, checkpoint!.Epoch);
        var elsewhere = world.Studio.StepsOf("a red apple").Where(step => step.SiloId != holder).TakeLast(3);
        Assert.Equal([3, 4, 5], elsewhere.Select(step => step.StepsDone));
    }

    [Fact]
    public async Task A_job_on_a_device_that_hangs_goes_on_elsewhere_and_the_silo_leaves()
    {
        await using var world = await World.WithModel(options =>
        {
            options.SiloCount = 2;
            options.Change<ReplicaOptions>(replicas => replicas.DeviceTimeout = TimeSpan.FromMilliseconds(500));
        });
        var alone = await world.Finished((await world.Submit("a red apple", steps: 6)).Record.Id);
        var fourth = world.HoldAtStep("a red apple", 3);
        var submitted = await world.Submit("a red apple", steps: 6);
        await fourth.Reached;
        var holder = (await world.Client.GetAsync(submitted.Record.Id, TestContext.Current.CancellationToken))!.Record.Device!.Split('/')[0];
        var left = LifetimeOf(world.SiloOf(holder)).ApplicationStopping;
        world.Studio.BeforeStep = _ => Task.CompletedTask;

        var job = await world.Finished(submitted.Record.Id);

        Assert.Equal((JobStatus.Succeeded, 2L, 1), (job.Status, job.Epoch, job.FailedAttempts));
        Assert.Equal(alone.Artifacts[0].Id, job.Artifacts[0].Id);
        Assert.NotEqual(holder, job.Device!.Split('/')[0]);
        Assert.True(left.IsCancellationRequested);
        fourth.Open();
    }

    [Fact]
    public async Task A_model_that_takes_a_device_down_with_every_attempt_is_left_alone_and_says_why()
    {
        await using var world = await World.WithModel(options =>
        {
            options.DevicesPerSilo = 4;
            options.Change<ReplicaOptions>(replicas => replicas.DeviceTimeout = TimeSpan.FromMilliseconds(300));
        });
        var never = new TaskCompletionSource();
        world.Studio.BeforeStep = step => step.Prompt == "poison" ? never.Task : Task.CompletedTask;

        var poison = await world.Finished((await world.Submit("poison")).Record.Id);
        var isLeftAlone = (PoolView pool) => pool.DeficitReason?.Contains("left alone, next attempt in", StringComparison.Ordinal) == true;
        await world.Pool(pool => pool.Replicas.Count == 0 && isLeftAlone(pool)); // It is told a moment after its job has ended.
        var refused = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("a red apple"));

        Assert.Equal((JobStatus.Failed, ErrorCode.RetriesExhausted, 3), (poison.Status, poison.Error!.Code, poison.FailedAttempts));
        Assert.Equal(3, world.Studio.StepsOf("poison").Select(step => step.DeviceId).Distinct().Count());
        Assert.Equal(ErrorCode.NotReady, refused.Refusal.Code);
        Assert.StartsWith($"emoji is left alone for a while: {poison.Id} lost its device in each of 3 attempts, the last one so: ", refused.Message);
        Assert.InRange(refused.Refusal.RetryAfter!.Value, TimeSpan.FromSeconds(1), new PoolOptions().Quarantine);
    }

    [Fact]
    public async Task A_lost_silos_room_and_replicas_are_forgotten()
    {
        await using var world = await World.WithModel(options => Mortal(options, siloCount: 2));
        var pool = await world.Scheduler().View();
        var holder = pool.Replicas.Single().SiloId;

        await world.Cluster.KillSiloAsync(world.SiloOf(holder));

        var after = await world.Pool(pool => pool.StandbyCount == 1 && pool.Replicas.All(replica => replica.SiloId != holder));
        Assert.Single(after.Replicas);
        await new Func<Task<ClusterView>>(world.ClusterGrain.View).Until(view => view.Silos.All(silo => silo.SiloId != holder));
    }

    [Fact]
    public async Task After_a_restart_of_everything_accepted_jobs_finish()
    {
        await using var world = await World.WithModel();
        var third = world.HoldAtStep("running", 2);
        var running = await world.Submit("running");
        await third.Reached;
        var waiting = await world.Submit("waiting");
        var reference = world.Studio.Steps.Count;

        world.Studio.BeforeStep = _ => Task.CompletedTask;
        await world.KillAndRestart();

        var first = await world.Finished(running.Record.Id);
        var second = await world.Finished(waiting.Record.Id);
        Assert.Equal((JobStatus.Succeeded, 2L), (first.Status, first.Epoch));
        Assert.Equal((JobStatus.Succeeded, 1L), (second.Status, second.Epoch));
        Assert.Equal(3, reference);
    }

    [Fact]
    public async Task A_silo_that_leaves_gives_its_jobs_back_with_their_checkpoints()
    {
        await using var world = await World.WithModel(options => options.SiloCount = 2);
        var third = world.HoldAtStep("a red apple", 2);
        var submitted = await world.Submit("a red apple", steps: 6);
        await third.Reached;
        var running = (await world.Client.GetAsync(submitted.Record.Id, TestContext.Current.CancellationToken))!.Record;
        var holder = running.Device!.Split('/')[0];

        var leaving = world.Cluster.StopSiloAsync(world.SiloOf(holder));
        var replica = world.Grains.GetGrain<IModelGrain>(running.ReplicaId!);
        await new Func<Task<ReplicaStatus>>(replica.View).Until(status => status.Phase == ReplicaPhase.Draining);
        third.Open();
        var job = await world.Finished(submitted.Record.Id);
        await leaving.Soon();

        Assert.Equal((JobStatus.Succeeded, 0), (job.Status, job.FailedAttempts));
        Assert.InRange(job.Epoch, 2, 3); // The pool may leave with its silo between a lease and its delivery.
        Assert.NotEqual(holder, job.Device!.Split('/')[0]);
        Assert.Equal([0, 1, 2, 3, 4, 5], world.Studio.StepsOf("a red apple").Select(step => step.StepsDone));
    }

    [Fact]
    public async Task A_silo_that_leaves_does_not_wait_for_those_who_watch_its_jobs()
    {
        // A request for the next event lasts half of a time-out when nothing happens: here longer than any test, as is a host's patience.
        await using var played = await Played.Start(options =>
        {
            options.SiloCount = 2;
            options.Change<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromMinutes(3));
            options.Change<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3));
        });
        var world = played.World;
        var job = (await played.Stored()).Id;
        await using var events = world.Client.WatchAsync(job, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await NextState(events);
        var home = await world.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(played.Job);

        var next = NextState(events);
        await world.Cluster.StopSiloAsync(world.SiloOf(home!.ToParsableString())).Soon();

        Assert.Equal(JobStatus.Queued, (await next.Soon()).Status);
        Assert.True(await world.Client.CancelAsync(job, TestContext.Current.CancellationToken));
        Assert.Equal(JobStatus.Cancelled, (await NextState(events).Soon()).Status);
    }

    [Fact]
    public async Task A_silo_that_is_told_to_leave_ends_its_own_process_and_no_other()
    {
        await using var world = await World.WithModel(options => options.SiloCount = 3);
        var chosen = world.Cluster.Silos[1];
        var stopping = LifetimeOf(chosen).ApplicationStopping;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stopping.Register(() => stopped.SetResult());

        await world.Client.DrainSiloAsync(chosen.SiloAddress.ToParsableString(), TestContext.Current.CancellationToken);

        await stopped.Task.Soon();
        Assert.All(world.Cluster.Silos.Where(silo => silo != chosen), silo => Assert.False(LifetimeOf(silo).ApplicationStopping.IsCancellationRequested));
    }

    [Fact]
    public async Task Nobody_can_be_told_to_leave_who_is_not_there()
    {
        await using var world = await World.WithModel();

        var refused = await Assert.ThrowsAsync<DiffusionException>(() => world.Client.DrainSiloAsync("127.0.0.1:1@1", TestContext.Current.CancellationToken));
        Assert.Equal((ErrorCode.NotFound, "There is no silo 127.0.0.1:1@1."), (refused.Refusal.Code, refused.Refusal.Message));
        Assert.False(LifetimeOf(world.Cluster.Silos[0]).ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_silo_that_joins_takes_the_standby_that_was_missing()
    {
        await using var world = await World.WithModel();
        var start = world.HoldAtStep("a red apple", 0);
        await world.Submit("a red apple");
        await start.Reached;
        await world.Pool(pool => pool is { RunningCount: 1, StandbyCount: 0 });

        await world.Cluster.StartAdditionalSiloAsync();

        await world.Pool(pool => pool is { RunningCount: 1, StandbyCount: 1 });
        start.Open();
    }

    /// <summary>The next event with a record: the first of an enumeration, a change of status, or the end.</summary>
    private static async Task<JobRecord> NextState(IAsyncEnumerator<JobEvent> events)
    {
        while (await events.MoveNextAsync())
            if (events.Current.Record is { } record) return record;
        throw new InvalidOperationException("The watch ended without an end.");
    }

    private static IHostApplicationLifetime LifetimeOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>Only the membership can find a silo dead here: nobody waits for silence, whichever silo holds the grains that would notice it.</summary>
    private static void Mortal(WorldOptions options, short siloCount)
    {
        options.SiloCount = siloCount;
        options.Change<LivenessOptions>(liveness => liveness.SiloTimeout = TimeSpan.FromHours(1));
    }
}
