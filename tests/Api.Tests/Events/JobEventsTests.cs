using System.Net;
using System.Threading.Channels;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Events;

public sealed class JobEventsTests
{
    private static readonly string Path = $"/v1/jobs/{Sample.JobId}/events";

    [Fact]
    public async Task A_watch_sends_each_event_as_it_happens_and_ends_after_the_last()
    {
        await using var api = await ApiHost.StartAsync();
        var happening = Watched(api);
        await using var events = await EventReader.OpenAsync(api, Path);

        happening.Write(Sample.Event(JobEventKind.State, Sample.Queued, Sample.Waiting, 1));
        var state = await events.NextAsync();
        happening.Write(Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [1, 2, 255]));
        var (name, preview) = await events.NextEventAsync();
        happening.Write(Sample.Event(JobEventKind.Done, Sample.Done, Sample.Stepping, 3));
        var (lastName, last) = await events.NextEventAsync();
        happening.Complete();

        Assert.Equal(("text/event-stream", "no-store"), (events.Response.Content.Headers.ContentType?.ToString(), events.Response.Headers.CacheControl?.ToString()));
        Assert.Equal(["id: 1", "event: state"], state![..2]);
        Assert.StartsWith(
            """data: {"sequence":1,"kind":"state","job_id":"job_0123456789abcdefghjkmnpqrs","at":"2026-05-04T12:00:01+00:00","status":"queued","progress":{""",
            state[2],
            StringComparison.Ordinal);
        Assert.Equal(("preview", "AQL/"), (name, preview.GetProperty("preview").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, preview.GetProperty("job").ValueKind);
        Assert.Equal(("done", "succeeded"), (lastName, last.GetProperty("job").GetProperty("status").GetString()));
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_long_silence_is_filled_with_comments()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(parts: new ApiParts { Time = time });
        Watched(api);
        await using var events = await EventReader.OpenAsync(api, Path);

        await time.Awaited(TimeSpan.FromSeconds(15));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal([": keepalive"], (await events.NextAsync())!);

        await time.Awaited(TimeSpan.FromSeconds(15));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal([": keepalive"], (await events.NextAsync())!);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_watch()
    {
        await using var api = await ApiHost.StartAsync();
        var ended = new TaskCompletionSource();
        api.Client.Get = _ => new JobView(Sample.Queued, Sample.Waiting);
        api.Client.Watch = (_, cancellation) =>
        {
            cancellation.Register(ended.SetResult);
            return FakeClient.ThenSilence<JobEvent>([], cancellation);
        };

        var events = await EventReader.OpenAsync(api, Path);
        await events.DisposeAsync();

        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_instead_of_waiting_for_them()
    {
        await using var api = await ApiHost.StartAsync();
        Watched(api);
        await using var events = await EventReader.OpenAsync(api, Path);

        var stopping = api.StopAsync();

        Assert.Null(await events.NextAsync());
        await stopping;
    }

    [Fact]
    public async Task A_failure_in_the_middle_is_the_last_event()
    {
        await using var api = await ApiHost.StartAsync();
        var happening = Watched(api);
        await using var events = await EventReader.OpenAsync(api, Path);
        happening.Write(Sample.Event(JobEventKind.State, Sample.Queued, Sample.Waiting));
        await events.NextAsync();

        happening.Fail(new DiffusionException(new Refusal(ErrorCode.NotReady, "The cluster restarts.")));
        var (name, problem) = await events.NextEventAsync();

        Assert.Equal(
            ("error", "not_ready", "The cluster restarts.", 503),
            (name, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task Streams_are_bounded_and_a_closed_one_makes_room()
    {
        await using var api = await ApiHost.StartAsync(options => options.StreamCountMax = 1);
        var happening = Watched(api);
        var events = await EventReader.OpenAsync(api, Path);

        var refused = await api.GetAsync(Path);
        happening.Complete();
        Assert.Null(await events.NextAsync());
        await events.DisposeAsync();
        var next = Watched(api);
        next.Complete();
        var admitted = await api.GetAsync(Path);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "no_capacity", "10"),
            (refused.Status, refused.Json.GetProperty("code").GetString(), refused.Header("Retry-After")));
        Assert.Equal((HttpStatusCode.OK, ""), (admitted.Status, admitted.Text));
    }

    [Fact]
    public async Task A_feed_tells_the_changes_of_all_jobs_of_the_tenant()
    {
        await using var api = await ApiHost.StartAsync();
        string? tenant = null;
        api.Parts.Feed.Watch = (of, cancellation) =>
        {
            tenant = of;
            return FakeClient.ThenSilence([new JobFeedItem(Sample.JobId, JobStatus.Running, Sample.Stepping, Sample.Now)], cancellation);
        };

        await using var events = await EventReader.OpenAsync(api, "/v1/feed");
        var (name, item) = await events.NextEventAsync();

        Assert.Equal(
            ("job", Sample.JobId, "running", 5, GrainKeys.DefaultTenant),
            (name, item.GetProperty("id").GetString(), item.GetProperty("status").GetString(), item.GetProperty("progress").GetProperty("step").GetInt32(), tenant));
    }

    private static Happening Watched(ApiHost api)
    {
        var happening = new Happening();
        api.Client.Get = _ => new JobView(Sample.Queued, Sample.Waiting);
        api.Client.Watch = (_, cancellation) => happening.ReadAsync(cancellation);
        return happening;
    }

    /// <summary>A watch that a test feeds.</summary>
    private sealed class Happening
    {
        private readonly Channel<JobEvent> _events = Channel.CreateUnbounded<JobEvent>();

        public void Write(JobEvent happened) => Assert.True(_events.Writer.TryWrite(happened));

        public void Complete() => _events.Writer.Complete();

        public void Fail(Exception thrown) => _events.Writer.Complete(thrown);

        public IAsyncEnumerable<JobEvent> ReadAsync(CancellationToken cancellation) => _events.Reader.ReadAllAsync(cancellation);
    }
}
