using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Who may speak for a job. The tests play the replica themselves.</summary>
public sealed class LeaseTests
{
    private static readonly ArtifactRef Picture = new("a".PadLeft(64, 'a'), 0, "image/png", 3, 16, 16, 7);

    [Fact]
    public async Task The_holder_of_the_newest_epoch_ends_the_job()
    {
        await using var played = await Played.Start();

        var lease = await played.Lease();
        Assert.True(await played.Job.Complete(new JobResult(lease.Epoch, [Picture], ["cut"])));

        var job = await played.Stored();
        Assert.Equal((JobStatus.Succeeded, 1L), (job.Status, job.Epoch));
        Assert.Equal([Picture], job.Artifacts);
        Assert.Equal(["cut"], job.Warnings);
    }

    [Fact]
    public async Task A_late_epoch_changes_nothing()
    {
        await using var played = await Played.Start();
        var late = await played.Lease();
        await played.Job.GiveBack(late.Epoch, null);
        var newest = await played.Lease();
        var before = await played.Stored();

        Assert.False(await played.Job.Report(played.Step(late.Epoch, 3)));
        Assert.False(await played.Job.Complete(new JobResult(late.Epoch, [Picture], [])));
        Assert.False(await played.Job.Fail(new JobFailure(late.Epoch, new JobError(ErrorCode.DeviceFailed, "late"), MayRetry: false)));
        Assert.False(await played.Job.GiveBack(late.Epoch, null));

        Assert.Equal(2, newest.Epoch);
        Assert.Equivalent(before, await played.Stored(), strict: true);
        Assert.Equal(0, (await played.View()).Progress.Step);
        Assert.True(await played.Job.Report(played.Step(newest.Epoch, 3)));
    }

    [Fact]
    public async Task A_running_job_is_not_leased_twice()
    {
        await using var played = await Played.Start();
        await played.Lease();

        Assert.Null(await played.Job.Lease(played.ReplicaId, "silo/other"));
        Assert.Equal(1, (await played.Stored()).Epoch);
    }

    [Fact]
    public async Task A_final_job_never_moves()
    {
        await using var played = await Played.Start();
        var lease = await played.Lease();
        await played.Job.Complete(new JobResult(lease.Epoch, [Picture], []));

        Assert.False(await played.Job.Cancel(GrainKeys.DefaultTenant));
        Assert.False(await played.Job.GiveBack(lease.Epoch, null));
        Assert.False(await played.Job.Abandon(new JobError(ErrorCode.Internal, "late")));
        Assert.Null(await played.Job.Lease(played.ReplicaId, "silo/other"));
        Assert.Equal(JobStatus.Succeeded, (await played.Stored()).Status);
    }

    [Fact]
    public async Task An_end_that_is_told_twice_is_heard_twice_and_done_once()
    {
        await using var played = await Played.Start();
        var lease = await played.Lease();

        Assert.True(await played.Job.Complete(new JobResult(lease.Epoch, [Picture], [])));
        Assert.True(await played.Job.Complete(new JobResult(lease.Epoch, [], [])));

        Assert.Equal([Picture], (await played.Stored()).Artifacts);
    }

    [Fact]
    public async Task The_next_holder_goes_on_from_the_checkpoint()
    {
        await using var played = await Played.Start();
        var first = await played.Lease();
        var checkpoint = new JobCheckpoint(0, 2, [1, 2, 3], []);
        await played.Job.Report(played.Step(first.Epoch, 2) with { Checkpoint = checkpoint });
        await played.Job.GiveBack(first.Epoch, null);

        var second = await played.Lease();

        Assert.Equal([1, 2, 3], second.Checkpoint!.State);
        Assert.Equal(2, second.Checkpoint.StepsDone);
    }

    [Fact]
    public async Task A_checkpoint_outlives_the_grain()
    {
        await using var played = await Played.Start();
        var first = await played.Lease();
        await played.Job.Report(played.Step(first.Epoch, 2) with { Checkpoint = new JobCheckpoint(0, 2, [1, 2, 3], []) });
        await played.World.KillAndRestart();

        var lease = await new Func<Task<JobLease?>>(() => played.Job.Lease(played.ReplicaId, "silo/other")).Until(lease => lease is not null);

        Assert.Equal((2L, 2), (lease!.Epoch, lease.Checkpoint!.StepsDone));
    }

    [Fact]
    public async Task A_checkpoint_that_comes_late_does_not_undo_steps()
    {
        await using var played = await Played.Start();
        var first = await played.Lease();
        await played.Job.Report(played.Step(first.Epoch, 3) with { Checkpoint = new JobCheckpoint(0, 3, [3], []) });
        await played.Job.Report(played.Step(first.Epoch, 2) with { Checkpoint = new JobCheckpoint(0, 2, [2], []) });
        await played.Job.GiveBack(first.Epoch, null);

        Assert.Equal(3, (await played.Lease()).Checkpoint!.StepsDone);
    }

    [Fact]
    public async Task A_lost_holder_counts_as_an_attempt_and_a_drained_one_does_not()
    {
        await using var played = await Played.Start();
        var first = await played.Lease();
        await played.Job.GiveBack(first.Epoch, null);
        Assert.Equal(0, (await played.Stored()).FailedAttempts);

        await played.Lease();
        Assert.True(await played.Job.HolderLost(played.ReplicaId, "silo"));

        var job = await played.Stored();
        Assert.Equal((JobStatus.Queued, 1), (job.Status, job.FailedAttempts));
    }

    [Fact]
    public async Task A_lease_that_its_holder_never_got_costs_no_attempt()
    {
        await using var world = await World.WithModel();
        var done = await world.Finished((await world.Submit("a red apple")).Record.Id);
        var lost = done with
        {
            Id = JobId.New(TimeProvider.System, Guid.NewGuid), Status = JobStatus.Running, Epoch = 2, FinishedAt = null, Artifacts = [], RequestDigest = "another",
        };
        await world.Jobs.Insert(lost, TestContext.Current.CancellationToken);

        await world.Job(lost.Id).Resume();
        var job = await world.Finished(lost.Id);

        Assert.Equal((JobStatus.Succeeded, 3L, 0), (job.Status, job.Epoch, job.FailedAttempts));
        Assert.Equal(done.Artifacts[0].Id, job.Artifacts[0].Id);
    }

    [Fact]
    public async Task A_silo_that_does_not_hold_the_lease_can_be_lost_without_harm()
    {
        await using var played = await Played.Start();
        await played.Lease();

        Assert.False(await played.Job.HolderLost(played.ReplicaId, "another"));
        Assert.False(await played.Job.HolderLost("emoji@other/0", "silo"));
        Assert.Equal(JobStatus.Running, (await played.Stored()).Status);
    }

    [Fact]
    public async Task A_job_that_kills_every_holder_is_given_up()
    {
        await using var played = await Played.Start();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await played.Lease();
            await played.Job.HolderLost(played.ReplicaId, "silo");
        }

        var job = await played.Stored();
        Assert.Equal((JobStatus.Failed, ErrorCode.RetriesExhausted), (job.Status, job.Error!.Code));
        Assert.StartsWith("3 attempts failed", job.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_comes_further_with_every_holder_outlives_them_all()
    {
        await using var played = await Played.Start();
        for (var step = 1; step <= 7; step++)
        {
            var lease = await played.Lease();
            await played.Job.Report(played.Step(lease.Epoch, step) with { Checkpoint = new JobCheckpoint(0, step, [(byte)step], []) });
            await played.Job.HolderLost(played.ReplicaId, "silo");
        }

        var job = await played.Stored();
        Assert.Equal((JobStatus.Queued, 0), (job.Status, job.FailedAttempts));
        Assert.Equal(7, (await played.Lease()).Checkpoint!.StepsDone);
    }

    [Fact]
    public async Task A_checkpoint_of_an_earlier_holder_does_not_speak_for_a_later_one()
    {
        await using var played = await Played.Start();
        var first = await played.Lease();
        await played.Job.Report(played.Step(first.Epoch, 2) with { Checkpoint = new JobCheckpoint(0, 2, [2], []) });
        await played.Job.HolderLost(played.ReplicaId, "silo");
        await played.Lease();
        await played.Job.HolderLost(played.ReplicaId, "silo");

        Assert.Equal(1, (await played.Stored()).FailedAttempts);
    }

    [Fact]
    public async Task A_holder_that_falls_silent_loses_its_lease()
    {
        await using var played = await Played.Start(options => options.Change<JobOptions>(jobs => jobs.LeaseTimeout = TimeSpan.FromSeconds(1)));
        var silent = await played.Lease();

        await new Func<Task<JobView>>(played.View).Until(view => view.Record.Status == JobStatus.Queued);

        Assert.False(await played.Job.Report(played.Step(silent.Epoch, 1)));
        Assert.Equal(1, (await played.Stored()).FailedAttempts);
    }

    [Fact]
    public async Task A_job_of_a_replaced_model_says_so_instead_of_running_on_the_new_one()
    {
        await using var played = await Played.Start();

        Assert.Null(await played.Job.Lease(GrainKeys.Replica("emoji", "another-version", 0), "silo/fake0"));

        var job = await played.Stored();
        Assert.Equal((JobStatus.Failed, ErrorCode.ModelNotFound), (job.Status, job.Error!.Code));
    }
}
