using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Tests;

/// <summary>The client library over grains: names, repeats, reconnections, refusals.</summary>
public sealed class EmbeddedClientTests
{
    private static readonly GenerationRequest Apple = new() { Prompt = "a red apple" };

    private readonly EmbeddedClient _here = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_named_by_its_client()
    {
        Accepts();

        await _here.Client.SubmitAsync(Apple, null, Cancellation);
        await _here.Client.SubmitAsync(Apple, null, Cancellation);

        Assert.All(_here.JobIds, id => Assert.True(JobId.IsValid(id)));
        Assert.Equal(2, _here.JobIds.Distinct().Count());
    }

    [Fact]
    public async Task The_same_key_names_the_same_job_with_the_same_seed()
    {
        var submissions = Accepts();

        await _here.Client.SubmitAsync(Apple, new SubmitOptions("key"), Cancellation);
        await _here.Client.SubmitAsync(Apple, new SubmitOptions("key"), Cancellation);

        Assert.Equal([JobId.FromIdempotencyKey(GrainKeys.DefaultTenant, "key")], _here.JobIds.Distinct());
        Assert.Single(submissions.Select(submission => submission.SeedIfNone).Distinct());
        Assert.InRange(submissions[0].SeedIfNone, 0, GenerationLimits.SeedMax);
    }

    [Fact]
    public async Task Jobs_belong_to_the_tenant_that_the_client_acts_for()
    {
        var submissions = Accepts();

        await _here.ForTenant("studio").SubmitAsync(Apple, null, Cancellation);
        await _here.Client.SubmitAsync(Apple, null, Cancellation);

        Assert.Equal(["studio", GrainKeys.DefaultTenant], submissions.Select(submission => submission.TenantId));
    }

    [Fact]
    public async Task A_refusal_is_an_exception_with_the_refusal_inside()
    {
        var refusal = new Refusal(ErrorCode.QueueFull, "full") { RetryAfter = TimeSpan.FromSeconds(3) };
        _here.Job.Submit(default!).ReturnsForAnyArgs(new SubmitAnswer(null, refusal));

        var no = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.SubmitAsync(Apple, null, Cancellation));

        Assert.Same(refusal, no.Refusal);
    }

    [Fact]
    public async Task A_call_to_a_silo_that_died_is_made_again_for_the_same_job()
    {
        var attempts = 0;
        _here.Job.Submit(default!).ReturnsForAnyArgs(
            _ => ++attempts < 3 ? throw new SiloUnavailableException("gone") : new SubmitAnswer(EmbeddedClient.View(), null));

        var accepted = await _here.Patiently(_here.Client.SubmitAsync(Apple, null, Cancellation));

        Assert.Equal(JobStatus.Queued, accepted.Record.Status);
        Assert.Equal(3, attempts);
        Assert.Single(_here.JobIds.Distinct());
    }

    [Fact]
    public async Task An_answer_that_was_on_its_way_when_a_silo_was_lost_is_asked_for_again()
    {
        var attempts = 0;
        _here.Job.Submit(default!).ReturnsForAnyArgs(
            _ => ++attempts == 1 ? new TaskCompletionSource<SubmitAnswer>().Task : Task.FromResult(new SubmitAnswer(EmbeddedClient.View(), null)));
        var submitting = _here.Client.SubmitAsync(Apple, null, Cancellation);

        _here.ReachesSilos(3, before: 2);
        Assert.Equal(1, attempts);

        _here.ReachesSilos(2, before: 3);
        Assert.Equal(JobStatus.Queued, (await _here.Patiently(submitting)).Record.Status);
        Assert.Equal(2, attempts);
        Assert.Single(_here.JobIds.Distinct());
    }

    [Fact]
    public async Task A_watch_that_hangs_when_a_silo_is_lost_is_opened_again()
    {
        Watches(Hanging(), Events(EmbeddedClient.Event(JobEventKind.State), EmbeddedClient.Event(JobEventKind.Done, JobStatus.Succeeded)));
        var watching = _here.Client.WatchAsync(EmbeddedClient.Record().Id, Cancellation).Select(happened => happened.Kind).ToListAsync(Cancellation);

        _here.ReachesSilos(2, before: 3);

        Assert.Equal([JobEventKind.State, JobEventKind.Done], await _here.Patiently(watching.AsTask()));
    }

    [Fact]
    public async Task A_cluster_that_stays_away_is_given_up()
    {
        _here.Job.Submit(default!).ThrowsAsyncForAnyArgs(new SiloUnavailableException("gone"));

        var no = await Assert.ThrowsAsync<DiffusionException>(() => _here.Patiently(_here.Client.SubmitAsync(Apple, null, Cancellation)));

        Assert.Equal(ErrorCode.NotReady, no.Refusal.Code);
        await _here.Job.ReceivedWithAnyArgs(8).Submit(default!);
    }

    [Fact]
    public async Task A_watch_goes_on_where_another_silo_takes_over()
    {
        Watches(
            Lost(EmbeddedClient.Event(JobEventKind.State)),
            Events(EmbeddedClient.Event(JobEventKind.State), EmbeddedClient.Event(JobEventKind.Done, JobStatus.Succeeded)));

        var watching = _here.Client.WatchAsync(EmbeddedClient.Record().Id, Cancellation).Select(happened => happened.Kind).ToListAsync(Cancellation);
        var seen = await _here.Patiently(watching.AsTask());

        Assert.Equal([JobEventKind.State, JobEventKind.State, JobEventKind.Done], seen);
    }

    [Fact]
    public async Task A_watch_that_ends_before_the_end_is_opened_again()
    {
        Watches(Events(EmbeddedClient.Event(JobEventKind.State)), Events(EmbeddedClient.Event(JobEventKind.Done, JobStatus.Failed)));

        var seen = await _here.Client.WatchAsync(EmbeddedClient.Record().Id, Cancellation).Select(happened => happened.Kind).ToListAsync(Cancellation);

        Assert.Equal([JobEventKind.State, JobEventKind.Done], seen);
    }

    [Theory]
    [InlineData("job_0123456789abcdefghjkmnpqrs")]
    [InlineData("nonsense")]
    public async Task A_job_that_does_not_exist_cannot_be_watched_or_cancelled(string jobId)
    {
        Watches(Events(), Events());

        var noWatch = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.WatchAsync(jobId, Cancellation).ToListAsync(Cancellation).AsTask());
        var noCancel = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.CancelAsync(jobId, Cancellation));

        Assert.Equal((ErrorCode.JobNotFound, ErrorCode.JobNotFound), (noWatch.Refusal.Code, noCancel.Refusal.Code));
        Assert.Null(await _here.Client.GetAsync(jobId, Cancellation));
    }

    [Fact]
    public async Task Generate_submits_watches_and_fetches()
    {
        Accepts();
        Watches(Events(
            EmbeddedClient.Event(JobEventKind.State), EmbeddedClient.Event(JobEventKind.Step), EmbeddedClient.Event(JobEventKind.Done, JobStatus.Succeeded)));
        _here.Artifacts.ReadAsync(GrainKeys.DefaultTenant, "picture", Arg.Any<CancellationToken>()).Returns([1, 2, 3]);
        var heard = new Heard();

        var made = await _here.Client.GenerateAsync(Apple, heard, Cancellation);

        Assert.Equal([1, 2, 3], Assert.Single(made.Pictures));
        Assert.Equal([JobEventKind.State, JobEventKind.Step, JobEventKind.Done], heard.Kinds);
    }

    [Theory]
    [InlineData(JobStatus.Cancelled, ErrorCode.Cancelled)]
    [InlineData(JobStatus.Failed, ErrorCode.Internal)]
    public async Task Generate_without_pictures_says_why(JobStatus status, ErrorCode code)
    {
        Accepts();
        Watches(Events(EmbeddedClient.Event(JobEventKind.Done, status)));

        var no = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.GenerateAsync(Apple, null, Cancellation));

        Assert.Equal(code, no.Refusal.Code);
    }

    [Fact]
    public async Task A_picture_that_is_not_ours_does_not_exist()
    {
        _here.Artifacts.ReadAsync(default!, default!, default).ReturnsForAnyArgs((byte[]?)null);

        var no = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.GetArtifactAsync("theirs", Cancellation));

        Assert.Equal(ErrorCode.NotFound, no.Refusal.Code);
    }

    [Fact]
    public async Task A_broken_model_folder_is_an_exception_with_every_problem()
    {
        var refusal = new Refusal(ErrorCode.ModelInvalid, "broken") { Problems = [new("a", "x"), new("b", "y")] };
        _here.Catalog.Add(default!, default, default).ReturnsForAnyArgs(new AddModelAnswer(null, refusal, []));

        var no = await Assert.ThrowsAsync<DiffusionException>(() => _here.Client.AddModelAsync("/models/broken", null, Cancellation));

        Assert.Equal(["a", "b"], no.Refusal.Problems.Select(problem => problem.Field));
    }

    private List<JobSubmission> Accepts()
    {
        var submissions = new List<JobSubmission>();
        _here.Job.Submit(Arg.Do<JobSubmission>(submissions.Add)).Returns(new SubmitAnswer(EmbeddedClient.View(), null));
        return submissions;
    }

    private void Watches(IAsyncEnumerable<JobEvent> first, params IAsyncEnumerable<JobEvent>[] later) =>
        _here.Job.Watch(default!, default).ReturnsForAnyArgs(first, later);

    private static IAsyncEnumerable<JobEvent> Events(params JobEvent[] events) => events.ToAsyncEnumerable();

    private static async IAsyncEnumerable<JobEvent> Lost(JobEvent first)
    {
        yield return first;
        await Task.Yield();
        throw new EnumerationAbortedException("The silo is gone.");
    }

    private static async IAsyncEnumerable<JobEvent> Hanging()
    {
        await new TaskCompletionSource().Task;
        yield break;
    }

    private sealed class Heard : IProgress<JobEvent>
    {
        public List<JobEventKind> Kinds { get; } = [];

        public void Report(JobEvent value) => Kinds.Add(value.Kind);
    }
}
