using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What is too old goes, and nothing else.</summary>
public sealed class RetentionTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly ManualTime _time = new();
    private readonly MemoryJobStore _jobs = new();
    private readonly MemoryArtifactStore _pictures;

    public RetentionTests() => _pictures = new(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_goes_with_its_pictures_when_its_time_is_over_and_not_before()
    {
        var (job, picture) = (await Ended("j1", "apple"), await Put("apple"));
        _time.Advance(Kept);
        await TwoPasses(Sweep());
        Assert.NotNull(await _jobs.Find(job.Id, Cancellation));

        _time.Advance(TimeSpan.FromSeconds(1));
        await TwoPasses(Sweep());
        Assert.Null(await _jobs.Find(job.Id, Cancellation));
        Assert.False(await IsThere(picture));
        Assert.Empty(await Loose());
    }

    [Fact]
    public async Task Without_a_time_everything_stays()
    {
        await Ended("j1", "apple");
        _time.Advance(TimeSpan.FromDays(3650));
        await TwoPasses(Sweep(options => options.KeepJobs = null));
        Assert.NotNull(await _jobs.Find("j1", Cancellation));
    }

    [Fact]
    public async Task All_that_is_old_goes_however_small_the_batches()
    {
        for (var i = 0; i < 7; i++) await Ended($"j{i}", $"picture {i}");
        await Ended("young", "young", after: Kept);
        _time.Advance(TimeSpan.FromDays(1));
        await TwoPasses(Sweep());
        Assert.Equal(["young"], (await _jobs.List(new("acme"), Cancellation)).Jobs.Select(job => job.Id));
        for (var i = 0; i < 7; i++) Assert.False(await IsThere(await Id($"picture {i}")));
        Assert.True(await IsThere(await Id("young")));
    }

    [Fact]
    public async Task A_picture_of_two_jobs_goes_with_the_second()
    {
        await Ended("j1", "apple");
        await Ended("j2", "apple", after: TimeSpan.FromDays(10));
        _time.Advance(Kept - TimeSpan.FromDays(9));
        await TwoPasses(Sweep());
        Assert.Null(await _jobs.Find("j1", Cancellation));
        Assert.True(await IsThere(await Id("apple")));
        Assert.Empty(await Loose());

        _time.Advance(TimeSpan.FromDays(20));
        await TwoPasses(Sweep());
        Assert.False(await IsThere(await Id("apple")));
    }

    [Fact]
    public async Task A_picture_that_a_running_job_may_just_have_drawn_again_stays_until_that_job_has_said_so()
    {
        await Ended("j1", "apple");
        _time.Advance(Kept);
        var running = await _jobs.Insert(Job("j2") with { Status = JobStatus.Running, Epoch = 1 }, Cancellation);
        var picture = await Put("apple"); // And for hours it draws further ones, or waits with a checkpoint.
        _time.Advance(TimeSpan.FromHours(9));
        await TwoPasses(Sweep());
        Assert.Null(await _jobs.Find("j1", Cancellation));
        Assert.True(await IsThere(picture));

        await _jobs.Update(Final(running, picture), expectedEpoch: 1, Cancellation);
        await TwoPasses(Sweep());
        Assert.True(await IsThere(picture));
        Assert.Empty(await Loose());
    }

    [Fact]
    public async Task A_picture_that_a_running_job_drew_again_and_never_named_goes_after_that_job()
    {
        await Ended("j1", "apple");
        _time.Advance(Kept);
        var running = await _jobs.Insert(Job("j2") with { Status = JobStatus.Running, Epoch = 1 }, Cancellation);
        var picture = await Put("apple");
        _time.Advance(TimeSpan.FromHours(9));
        await TwoPasses(Sweep());
        Assert.True(await IsThere(picture));

        await _jobs.Update(running with { Status = JobStatus.Cancelled, FinishedAt = _time.GetUtcNow() }, expectedEpoch: 1, Cancellation);
        await TwoPasses(Sweep());
        Assert.False(await IsThere(picture));
    }

    [Fact]
    public async Task A_job_that_waits_for_long_keeps_no_picture_that_was_stored_before_it_came()
    {
        await Ended("j1", "apple");
        _time.Advance(TimeSpan.FromDays(1));
        await _jobs.Insert(Job("waiting"), Cancellation);
        _time.Advance(Kept);
        await TwoPasses(Sweep());
        Assert.False(await IsThere(await Id("apple")));
    }

    [Fact]
    public async Task A_picture_that_is_remembered_and_about_to_be_stored_is_not_forgotten()
    {
        await _jobs.Loosen([await Id("apple")], Cancellation);
        var sweep = Sweep();
        await sweep.Pass(); // Just now: there is no such file yet.
        var picture = await Put("apple");
        _time.Advance(TimeSpan.FromHours(2)); // And the process that stored it died before any job named it.

        await sweep.Pass();

        Assert.False(await IsThere(picture));
        Assert.Empty(await Loose());
    }

    [Fact]
    public async Task What_could_not_be_deleted_is_deleted_by_a_later_pass()
    {
        await Ended("j1", "apple");
        await Ended("j2", "pear");
        _time.Advance(Kept + TimeSpan.FromHours(1));
        var sweep = Sweep();
        _pictures.BeforeWrite = () => throw new StorageException(ErrorCode.StorageUnavailable, "pulled");
        await TwoPasses(sweep);
        Assert.Equal(2, (await Loose()).Count);

        _pictures.BeforeWrite = () => { };
        await sweep.Pass();
        Assert.Empty(await Loose());
        Assert.False(await IsThere(await Id("apple")));
        Assert.False(await IsThere(await Id("pear")));
    }

    [Fact]
    public async Task The_cluster_deletes_old_jobs_by_itself_and_their_clients_find_none()
    {
        await using var world = await World.WithModel(options => options.Change<RetentionOptions>(retention =>
        {
            retention.KeepJobs = TimeSpan.FromHours(1);
            retention.Interval = TimeSpan.FromMilliseconds(50);
        }));
        var young = await world.Finished((await world.Submit("a red apple")).Record.Id);
        var now = TimeProvider.System.GetUtcNow();
        await world.Jobs.Insert(Job("old") with { Status = JobStatus.Failed, CreatedAt = now.AddHours(-3), FinishedAt = now.AddHours(-2) }, Cancellation);

        await new Func<Task<JobRecord?>>(() => world.Jobs.Find("old", Cancellation)).Until(job => job is null);
        Assert.Null(await world.ClientOf("acme").GetAsync("old", Cancellation));
        Assert.NotNull(await world.Client.GetAsync(young.Id, Cancellation));
    }

    /// <summary>Pictures that became loose during a pass wait for the next.</summary>
    private static async Task TwoPasses(RetentionSweep sweep)
    {
        await sweep.Pass();
        await sweep.Pass();
    }

    private RetentionSweep Sweep(Action<RetentionOptions>? change = null)
    {
        var options = new RetentionOptions { KeepJobs = Kept, BatchCount = 2, BatchPause = TimeSpan.Zero };
        change?.Invoke(options);
        return new(_jobs, _pictures, options, _time, NullLogger.Instance);
    }

    /// <summary>A job that drew this picture and ended just then.</summary>
    private async Task<JobRecord> Ended(string id, string picture, TimeSpan after = default)
    {
        _time.Advance(after);
        return await _jobs.Insert(Final(Job(id), await Put(picture)), Cancellation);
    }

    private JobRecord Final(JobRecord job, string picture) => job with
    {
        Status = JobStatus.Succeeded,
        FinishedAt = _time.GetUtcNow(),
        Artifacts = [new(picture, 0, "image/png", 5, 64, 32, 7)],
    };

    private JobRecord Job(string id) =>
        new() { Id = id, TenantId = "acme", RequestDigest = "d", CreatedAt = _time.GetUtcNow(), Spec = Specs.Apple };

    private Task<string> Put(string picture) => _pictures.Put(System.Text.Encoding.UTF8.GetBytes(picture), Cancellation);

    private static Task<string> Id(string picture) =>
        new MemoryArtifactStore().Put(System.Text.Encoding.UTF8.GetBytes(picture), Cancellation);

    private async Task<bool> IsThere(string id) => await _pictures.Open(id, Cancellation) is not null;

    private Task<IReadOnlyList<LooseArtifact>> Loose() => _jobs.Loose(0, 100, Cancellation);
}
