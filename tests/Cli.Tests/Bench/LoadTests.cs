using NSubstitute;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Bench;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Tests.Bench;

public sealed class LoadTests
{
    private readonly IDiffusionClient _client = Substitute.For<IDiffusionClient>();

    [Theory]
    [InlineData(10, null, null, null)]
    [InlineData(10, 10.0, null, true)]
    [InlineData(10, 9.0, null, false)]
    [InlineData(10, null, 10.0, true)]
    [InlineData(10, null, 11.0, false)]
    public void A_figure_holds_within_its_budget(double value, double? max, double? min, bool? holds) =>
        Assert.Equal(holds, new Figure("jobs_per_s", value, "", max, min).Holds);

    [Fact]
    public async Task Every_job_is_submitted_once_however_many_callers_there_are()
    {
        _client.SubmitAsync(null!, null, default).ReturnsForAnyArgs(View("job"));

        var times = await SubmitLoad.RunAsync(_client, jobCount: 100, callerCount: 7, TestContext.Current.CancellationToken);

        var seeds = _client.ReceivedCalls().Select(call => ((GenerationRequest)call.GetArguments()[0]!).Seed!.Value);
        Assert.Equal(Enumerable.Range(0, 100).Select(seed => (long)seed), seeds.Order());
        Assert.Equal(100, times.Milliseconds.Count);
    }

    [Fact]
    public async Task What_a_slow_watcher_missed_is_known_by_the_numbers_of_the_events()
    {
        var isReleased = new TaskCompletionSource();
        _client.SubmitAsync(null!, null, default).ReturnsForAnyArgs(View("job"));
        _client.WatchAsync("job", Arg.Any<CancellationToken>()).Returns(_ => Events(3, 4, 5, 6), _ => Events(3, 6));

        var heard = await WatchLoad.RunAsync(
            _client, new WatchShape(JobCount: 1, Steps: 2, WatchersPerJob: 2), Release, TestContext.Current.CancellationToken);

        Assert.Equal(6 / 8.0, heard.HeardShare);

        Task Release()
        {
            isReleased.SetResult();
            return Task.CompletedTask;
        }

        async IAsyncEnumerable<JobEvent> Events(params long[] sequences)
        {
            yield return Event(1, JobStatus.Queued); // Before the release: nobody counts it.
            await isReleased.Task;
            foreach (var sequence in sequences) yield return Event(sequence, JobStatus.Running);
        }
    }

    private static JobView View(string id) => new(Record(id), new JobProgress());

    private static JobEvent Event(long sequence, JobStatus status) => new()
    {
        Sequence = sequence, Kind = JobEventKind.Step, JobId = "job", At = DateTimeOffset.UnixEpoch, Status = status, Progress = new JobProgress(),
    };

    private static JobRecord Record(string id) => new()
    {
        Id = id, TenantId = "default", RequestDigest = "", CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = new GenerationSpec
        {
            Model = "emoji", ModelVersion = "v", Prompt = "a watched pot", Width = 64, Height = 64, Steps = 2, Guidance = 1, Seed = 1, Sampler = "ddim",
            Count = 1, Format = "png", QualityPercent = 90,
        },
    };
}
