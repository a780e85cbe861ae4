using System.Net;
using System.Text;
using System.Text.Json;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Clients;

/// <summary>A watch outlives its connections.</summary>
public sealed class HttpWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_brings_every_event_whole()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done, Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [9, 8]));
        api.Client.Get = _ => new JobView(Sample.Queued, Sample.Waiting);

        var events = await new HttpDiffusionClient(api.Http).WatchAsync(Sample.JobId, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([JobEventKind.State, JobEventKind.Preview, JobEventKind.Done], events.Select(happened => happened.Kind));
        Assert.Equal((2, Sample.JobId, Sample.Now.AddSeconds(2), Sample.Stepping), (events[1].Sequence, events[1].JobId, events[1].At, events[1].Progress));
        Assert.Equal([9, 8], events[1].Preview!);
        Same.Job(Sample.Done, events[2].Record!);
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_after_a_pause()
    {
        var time = new ManualTime();
        var server = new ScriptedServer(
            () => Events(Sample.Event(JobEventKind.State, Sample.Queued, Sample.Waiting)),
            () => throw new HttpRequestException("refused"),
            () => Events(Sample.Event(JobEventKind.State, Sample.Queued, Sample.Stepping, 5), Sample.Event(JobEventKind.Done, Sample.Done, Sample.Stepping, 6)));

        var watching = Watch(server, time);
        await Pass(time, TimeSpan.FromMilliseconds(250));
        await Pass(time, TimeSpan.FromMilliseconds(500));

        Assert.Equal([1, 5, 6], (await watching).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task A_server_that_says_later_is_asked_later()
    {
        var time = new ManualTime();
        var server = new ScriptedServer(
            () => Problem(ErrorCode.NotReady, HttpStatusCode.ServiceUnavailable),
            () => Events(Sample.Event(JobEventKind.Done, Sample.Done, Sample.Stepping)));

        var watching = Watch(server, time);
        await Pass(time, TimeSpan.FromMilliseconds(250));

        Assert.Single(await watching);
    }

    [Fact]
    public async Task A_final_refusal_is_not_asked_again()
    {
        var server = new ScriptedServer(() => Problem(ErrorCode.JobNotFound, HttpStatusCode.NotFound));

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => Watch(server, new ManualTime()));

        Assert.Equal(ErrorCode.JobNotFound, thrown.Refusal.Code);
    }

    [Fact]
    public async Task An_error_event_is_thrown()
    {
        var problem = JsonSerializer.Serialize(ProblemOf(ErrorCode.Internal, 500), WireJson.Options);
        var server = new ScriptedServer(() => Stream($"event: error\ndata: {problem}\n\n"));

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => Watch(server, new ManualTime()));

        Assert.Equal((ErrorCode.Internal, "detail"), (thrown.Refusal.Code, thrown.Refusal.Message));
    }

    [Fact]
    public async Task A_server_that_never_comes_back_is_given_up_with_its_last_words()
    {
        var time = new ManualTime();
        var server = new ScriptedServer([.. Enumerable.Repeat<Func<HttpResponseMessage>>(() => throw new HttpRequestException("refused"), 8)]);

        var watching = Watch(server, time);
        foreach (var milliseconds in new[] { 250, 500, 1000, 2000, 4000, 8000, 8000 }) await Pass(time, TimeSpan.FromMilliseconds(milliseconds));
        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => watching);

        Assert.Equal((ErrorCode.NotReady, "http://od.test/ does not answer: refused"), (thrown.Refusal.Code, thrown.Refusal.Message));
        Assert.Equal(0, server.RemainingCount);
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_lost()
    {
        var time = new ManualTime();
        var server = new ScriptedServer(
            () => new HttpResponseMessage { Content = new StreamContent(new SilentStream()) },
            () => Events(Sample.Event(JobEventKind.Done, Sample.Done, Sample.Stepping)));

        var watching = Watch(server, time);
        await Pass(time, TimeSpan.FromSeconds(45));
        await Pass(time, TimeSpan.FromMilliseconds(250));

        Assert.Single(await watching);
    }

    private static async Task<List<JobEvent>> Watch(ScriptedServer server, TimeProvider time)
    {
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://od.test/") };
        return await new HttpDiffusionClient(http, time).WatchAsync(Sample.JobId, Cancellation).ToListAsync(Cancellation);
    }

    private static async Task Pass(ManualTime time, TimeSpan duration)
    {
        await time.Awaited(duration);
        time.Advance(duration);
    }

    private static HttpResponseMessage Events(params JobEvent[] events) => Stream(string.Concat(events.Select(happened =>
        $": keepalive\n\nevent: x\ndata: {JsonSerializer.Serialize(JobEventBody.From(happened), WireJson.Options)}\n\n")));

    private static HttpResponseMessage Stream(string text) => new() { Content = new StringContent(text, Encoding.UTF8, "text/event-stream") };

    private static HttpResponseMessage Problem(ErrorCode code, HttpStatusCode status) => new(status)
    {
        Content = new StringContent(
            JsonSerializer.Serialize(ProblemOf(code, (int)status), WireJson.Options), Encoding.UTF8, "application/problem+json"),
    };

    private static ProblemBody ProblemOf(ErrorCode code, int status) =>
        new() { Type = "urn:x", Title = "title", Status = status, Detail = "detail", Code = ErrorTable.Of(code).WireName, Errors = [] };

    private sealed class ScriptedServer(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        private readonly Queue<Func<HttpResponseMessage>> _answers = new(answers);

        public int RemainingCount => _answers.Count;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return _answers.Dequeue()();
        }
    }

    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
