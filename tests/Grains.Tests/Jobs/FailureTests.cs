using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Devices, pictures and disks that fail.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task A_device_that_fails_once_costs_an_attempt_and_not_the_job()
    {
        await using var world = await World.WithModel();
        var failures = 0;
        world.Studio.BeforeStep = step => step.StepsDone == 2 && failures++ == 0 ? throw new InferenceException("The device hiccuped.") : Task.CompletedTask;

        var job = await world.Finished((await world.Submit("a red apple")).Record.Id);

        Assert.Equal((JobStatus.Succeeded, 1, 2L), (job.Status, job.FailedAttempts, job.Epoch));
        Assert.Equal([0, 1, 2, 2, 3], world.Studio.Steps.Select(step => step.StepsDone));
    }

    [Fact]
    public async Task A_job_that_always_fails_is_given_up_and_others_go_on()
    {
        await using var world = await World.WithModel();
        world.Studio.BeforeStep = step => step.Prompt == "poison" ? throw new InferenceException("The device hiccuped.") : Task.CompletedTask;

        var poison = await world.Finished((await world.Submit("poison")).Record.Id);
        var other = await world.Finished((await world.Submit("a red apple")).Record.Id);

        Assert.Equal((JobStatus.Failed, ErrorCode.RetriesExhausted, 3), (poison.Status, poison.Error!.Code, poison.FailedAttempts));
        Assert.Equal("3 attempts failed, the last one so: The device hiccuped.", poison.Error.Message);
        Assert.Equal(JobStatus.Succeeded, other.Status);
    }

    [Fact]
    public async Task A_picture_of_NaN_fails_at_once_since_a_repeat_would_be_the_same()
    {
        await using var world = await World.WithModel();
        world.Studio.IsBroken = spec => spec.Prompt == "nan";

        var job = await world.Finished((await world.Submit("nan")).Record.Id);

        Assert.Equal((JobStatus.Failed, ErrorCode.DeviceFailed, 1L), (job.Status, job.Error!.Code, job.Epoch));
    }

    [Theory]
    [InlineData(ErrorCode.StorageFull)]
    [InlineData(ErrorCode.StorageUnavailable)]
    public async Task While_pictures_cannot_be_stored_jobs_wait_for_as_long_as_it_takes(ErrorCode code)
    {
        await using var world = await World.WithModel();
        var failures = 0;
        world.Artifacts.BeforeWrite = () =>
        {
            if (failures++ < 7) throw new StorageException(code, "The disk is full.");
        };

        var job = await world.Finished((await world.Submit("a red apple")).Record.Id);

        Assert.Equal((JobStatus.Succeeded, 2, 8L), (job.Status, job.FailedAttempts, job.Epoch)); // Of three that would be too many.
    }

    [Fact]
    public async Task A_disk_that_fills_up_for_a_moment_costs_an_attempt()
    {
        await using var world = await World.WithModel();
        var failures = 0;
        world.Artifacts.BeforeWrite = () =>
        {
            if (failures++ == 0) throw new StorageException(ErrorCode.StorageFull, "The disk is full.");
        };

        var job = await world.Finished((await world.Submit("a red apple")).Record.Id);

        Assert.Equal((JobStatus.Succeeded, 1), (job.Status, job.FailedAttempts));
    }

    [Fact]
    public async Task What_the_owner_should_know_is_in_the_record()
    {
        await using var world = await World.WithModel();

        var job = await world.Finished((await world.Submit("long words")).Record.Id);

        Assert.Equal(["The prompt was cut."], job.Warnings);
    }

    [Fact]
    public async Task A_job_is_counted_out_with_the_time_it_used()
    {
        await using var world = await World.WithModel();

        await world.Finished((await world.Submit("a red apple", count: 3)).Record.Id);

        var tenant = world.Grains.GetGrain<Abstractions.ITenantGrain>(Abstractions.GrainKeys.DefaultTenant);
        var use = await new Func<Task<Abstractions.TenantView>>(tenant.View).Until(view => view.UnfinishedCount == 0);
        Assert.Equal(3, use.PicturesToday);
        Assert.True(use.DeviceSecondsToday > 0);
    }

    [Fact]
    public async Task A_job_that_still_waits_at_its_deadline_fails_and_says_so()
    {
        await using var world = await World.WithModel();
        var first = world.HoldAtStep("a red apple", 0);
        var running = await world.Submit("a red apple");
        await first.Reached;

        var hurried = await world.Client.SubmitAsync(new GenerationRequest { Model = "emoji", Prompt = "x", DeadlineSeconds = 0.2 }).Soon();
        var late = await world.Finished(hurried.Record.Id);
        first.Open();

        Assert.Equal((JobStatus.Failed, ErrorCode.DeadlineUnmet, 0L), (late.Status, late.Error!.Code, late.Epoch));
        Assert.Equal(JobStatus.Succeeded, (await world.Finished(running.Record.Id)).Status);
    }
}
