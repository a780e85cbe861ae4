using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>What every job store keeps to: the state of a lease.</summary>
public abstract class CheckpointContract
{
    protected abstract IJobStore Store { get; }

    [Fact]
    public async Task A_checkpoint_is_found_exactly_as_it_was_saved_and_a_later_one_replaces_it()
    {
        var job = await Running("j1");
        Assert.Null(await Store.FindCheckpoint(job.Id, Cancellation));

        var first = new StoredCheckpoint(job.Id, 1, 0, 5, [], []);
        var second = new StoredCheckpoint(job.Id, 1, 1, 7, [0, 255, 3], [Artifact("f1")]);
        Assert.True(await Store.SaveCheckpoint(first, Cancellation));
        AssertSame(first, await Store.FindCheckpoint(job.Id, Cancellation));
        Assert.True(await Store.SaveCheckpoint(second, Cancellation));
        AssertSame(second, await Store.FindCheckpoint(job.Id, Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_checkpoint_of_another_epoch_is_not_saved(long epoch)
    {
        var job = await Running("j1");
        var saved = new StoredCheckpoint(job.Id, 1, 0, 5, [1], []);
        await Store.SaveCheckpoint(saved, Cancellation);
        Assert.False(await Store.SaveCheckpoint(saved with { Epoch = epoch, StepsDone = 9 }, Cancellation));
        AssertSame(saved, await Store.FindCheckpoint(job.Id, Cancellation));
    }

    [Fact]
    public async Task An_unknown_job_has_no_checkpoint()
    {
        Assert.False(await Store.SaveCheckpoint(new("j1", 0, 0, 0, [1], []), Cancellation));
        Assert.Null(await Store.FindCheckpoint("j1", Cancellation));
    }

    [Theory]
    [InlineData(JobStatus.Succeeded)]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Cancelled)]
    public async Task A_checkpoint_goes_when_its_job_is_final_and_does_not_come_back(JobStatus final)
    {
        var job = await Running("j1");
        var checkpoint = new StoredCheckpoint(job.Id, 1, 0, 5, [1], []);
        await Store.SaveCheckpoint(checkpoint, Cancellation);
        await Store.Update(Finished(job, final), 1, Cancellation);
        Assert.Null(await Store.FindCheckpoint(job.Id, Cancellation));
        Assert.False(await Store.SaveCheckpoint(checkpoint, Cancellation));
        Assert.Null(await Store.FindCheckpoint(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_checkpoint_stays_for_the_next_lease()
    {
        var job = await Running("j1");
        var checkpoint = new StoredCheckpoint(job.Id, 1, 0, 5, [1], []);
        await Store.SaveCheckpoint(checkpoint, Cancellation);
        await Store.Update(job with { Status = JobStatus.Queued }, 1, Cancellation);
        await Store.Update(job with { Epoch = 2 }, 1, Cancellation);
        AssertSame(checkpoint, await Store.FindCheckpoint(job.Id, Cancellation));
        Assert.False(await Store.SaveCheckpoint(checkpoint with { StepsDone = 6 }, Cancellation));
        Assert.True(await Store.SaveCheckpoint(checkpoint with { Epoch = 2, StepsDone = 8 }, Cancellation));
    }

    private Task<JobRecord> Running(string id) => Store.Insert(Leased(Job(id)), Cancellation);
}
