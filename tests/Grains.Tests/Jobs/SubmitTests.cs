using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What is taken, what is refused, and what a yes is worth.</summary>
public sealed class SubmitTests
{
    private static GenerationRequest Apple => new() { Model = "emoji", Prompt = "a red apple", Seed = 7 };

    [Fact]
    public async Task Accepted_means_committed()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var accepted = await world.Client.SubmitAsync(Apple, null, TestContext.Current.CancellationToken);

        var stored = await world.Jobs.Find(accepted.Record.Id, TestContext.Current.CancellationToken);
        Assert.Equal(JobStatus.Queued, stored!.Status);
        Assert.Equal(1, accepted.Progress.QueuePosition);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_refused_and_not_counted()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        world.Jobs.BeforeWrite = () => throw new StorageException(ErrorCode.StorageFull, "The disk is full.");

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Client.SubmitAsync(Apple, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.StorageFull, no.Refusal.Code);
        Assert.Equal(0, (await world.Grains.GetGrain<ITenantGrain>(GrainKeys.DefaultTenant).View()).UnfinishedCount);
        Assert.Equal(0, (await world.Scheduler().View()).QueuedCount);
    }

    [Fact]
    public async Task The_same_submission_is_the_same_job()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var first = await world.Client.SubmitAsync(Apple, new SubmitOptions("key"), TestContext.Current.CancellationToken);
        var again = await world.Job(first.Record.Id).Submit(new JobSubmission(GrainKeys.DefaultTenant, Apple, 1));

        Assert.True(again.IsRepeat);
        Assert.Equal(first.Record.Id, again.Accepted!.Record.Id);
        Assert.Equal(1, (await world.Scheduler().View()).QueuedCount);
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_request_is_refused()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        await world.Client.SubmitAsync(Apple, new SubmitOptions("key"), TestContext.Current.CancellationToken);

        var no = await Assert.ThrowsAsync<DiffusionException>(
            () => world.Client.SubmitAsync(Apple with { Prompt = "a pear" }, new SubmitOptions("key"), TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.IdempotencyKeyReused, no.Refusal.Code);
    }

    [Fact]
    public async Task The_same_key_of_two_tenants_is_two_jobs()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var ours = await world.ClientOf("ours").SubmitAsync(Apple, new SubmitOptions("key"), TestContext.Current.CancellationToken);
        var theirs = await world.ClientOf("theirs").SubmitAsync(Apple, new SubmitOptions("key"), TestContext.Current.CancellationToken);

        Assert.NotEqual(ours.Record.Id, theirs.Record.Id);
    }

    [Fact]
    public async Task Everything_wrong_is_said_at_once()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Client.SubmitAsync(
            new GenerationRequest { Model = "emoji", Prompt = "", Width = 17, Sampler = "none" }, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.InvalidRequest, no.Refusal.Code);
        Assert.Equal(["prompt", "width", "sampler"], no.Refusal.Problems.Select(problem => problem.Field));
    }

    [Fact]
    public async Task An_unknown_model_is_refused_with_the_names_of_the_known_ones()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var no = await Assert.ThrowsAsync<DiffusionException>(
            () => world.Client.SubmitAsync(Apple with { Model = "emojy" }, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.ModelNotFound, no.Refusal.Code);
        Assert.Equal("There is no model \"emojy\". There is: emoji.", no.Refusal.Message);
    }

    [Fact]
    public async Task Without_a_name_the_first_model_is_taken()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();
        await world.AddModel(folder: "/models/another");

        var accepted = await world.Client.SubmitAsync(Apple with { Model = null }, null, TestContext.Current.CancellationToken);

        Assert.Equal("emoji", accepted.Record.Spec.Model);
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_back()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel(new PoolPolicy { QueueCountMax = 2 });
        await world.Submit("one");
        await world.Submit("two");

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("three"));

        Assert.Equal(ErrorCode.QueueFull, no.Refusal.Code);
        Assert.Equal(TimeSpan.FromSeconds(30), no.Refusal.RetryAfter);
        Assert.Equal(2, (await world.Grains.GetGrain<ITenantGrain>(GrainKeys.DefaultTenant).View()).UnfinishedCount);
    }

    [Fact]
    public async Task A_tenant_with_too_many_jobs_is_refused_and_others_are_not()
    {
        await using var world = await World.Start(options =>
        {
            options.DevicesPerSilo = 0;
            options.Change<TenantOptions>(tenants => tenants.ByTenant["small"] = new TenantLimits { UnfinishedCountMax = 1 });
        });
        await world.AddModel();
        await world.Submit("one", tenant: "small");

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("two", tenant: "small"));
        var other = await world.Submit("two", tenant: "large");

        Assert.Equal(ErrorCode.QuotaExceeded, no.Refusal.Code);
        Assert.Equal(JobStatus.Queued, other.Record.Status);
    }

    [Fact]
    public async Task A_model_that_no_device_can_hold_is_refused()
    {
        await using var world = await World.Start(options => options.DeviceBytes = Models.MemoryBytes - 1);
        await world.AddModel();
        await world.Pool(pool => pool.DeficitReason?.Contains("the largest device", StringComparison.Ordinal) == true);

        var no = await Assert.ThrowsAsync<DiffusionException>(() => world.Submit("one"));

        Assert.Equal(ErrorCode.DoesNotFit, no.Refusal.Code);
    }
}
