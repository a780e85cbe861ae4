using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Why a store says no reaches whoever asked, over every grain border in between.</summary>
public sealed class StoreFailureTests
{
    [Fact]
    public async Task A_cancel_that_cannot_be_stored_says_so()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        var job = await world.Submit("a red apple");
        world.Jobs.BeforeWrite = () => throw new StorageException(ErrorCode.StorageFull, "The disk is full.");

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Client.CancelAsync(job.Record.Id, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.StorageFull, no.Refusal.Code);
        Assert.NotNull(no.Refusal.RetryAfter);
    }

    [Fact]
    public async Task A_job_that_cannot_be_read_says_so()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        world.Jobs.BeforeFind = () => throw new StorageException(ErrorCode.StorageUnavailable, "The disk is gone.");
        var request = new GenerationRequest { Model = "emoji", Prompt = "a red apple" };

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Client.SubmitAsync(request, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.StorageUnavailable, no.Refusal.Code);
    }
}
