using System.Net;
using System.Text.Json;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.OpenAi;

/// <summary>The images endpoint on the wire.</summary>
public sealed class ImagesTests
{
    private const string Path = "/v1/images/generations";

    [Fact]
    public async Task Fields_of_OpenAI_and_their_extensions_become_a_job()
    {
        await using var api = await ApiHost.StartAsync();
        var requests = Drawing.On(api, Sample.Done);

        await api.PostAsync(Path, """
            {"model": "emoji", "prompt": "a red apple", "n": 2, "size": "64x72", "quality": "hd", "style": "vivid", "background": "auto", "moderation": "low",
             "user": "u1", "response_format": "url", "output_format": "webp", "output_compression": 80, "negative_prompt": "a worm", "seed": 7,
             "num_inference_steps": 25, "guidance_scale": 7.5, "sampler": "ddim", "stream": false, "partial_images": 3}
            """);

        Assert.Equal(
            new GenerationRequest
            {
                Model = "emoji", Prompt = "a red apple", NegativePrompt = "a worm", Width = 64, Height = 72, Steps = 25, Guidance = 7.5, Seed = 7, Count = 2,
                Sampler = "ddim", Format = "webp", QualityPercent = 80, PreviewCount = 0,
            },
            Assert.Single(requests));
    }

    [Fact]
    public async Task Nulls_are_as_good_as_nothing()
    {
        await using var api = await ApiHost.StartAsync();
        var requests = Drawing.On(api, Sample.Done);

        var answer = await api.PostAsync(Path, """
            {"prompt": "x", "model": null, "n": null, "size": null, "quality": null, "style": null, "background": null, "moderation": null, "user": null,
             "response_format": null, "output_format": null, "output_compression": null, "stream": null, "partial_images": null, "negative_prompt": null,
             "seed": null, "steps": null, "num_inference_steps": null, "guidance": null, "guidance_scale": null, "sampler": null}
            """);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(new GenerationRequest { Prompt = "x", PreviewCount = 0 }, Assert.Single(requests));
    }

    [Theory]
    [InlineData("jpeg", "null", 100)]
    [InlineData("webp", "0", 1)]
    [InlineData("png", "50", null)]
    public async Task Compression_is_the_quality_of_formats_that_have_one(string format, string compression, int? quality)
    {
        await using var api = await ApiHost.StartAsync();
        var requests = Drawing.On(api, Sample.Done);

        await api.PostAsync(Path, $$"""{"prompt": "x", "output_format": "{{format}}", "output_compression": {{compression}}}""");

        Assert.Equal(quality, Assert.Single(requests).QualityPercent);
    }

    [Fact]
    public async Task The_answer_has_the_pictures_in_order_and_says_what_they_are()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done);

        var answer = await api.PostAsync(Path, """{"prompt": "x", "quality": "low"}""");

        Assert.Equal((HttpStatusCode.OK, "application/json", "no-store"), (answer.Status, answer.ContentType, answer.Header("Cache-Control")));
        Assert.Equal(
            OneLine.Of($$"""
                {"created":1777896003,"data":[
                {"url":"{{api.Address}}v1/artifacts/{{Sample.Picture(0).Id}}","b64_json":"AQI=","seed":7},
                {"url":"{{api.Address}}v1/artifacts/{{Sample.Picture(1).Id}}","b64_json":"AwQ=","seed":8}],
                "background":"opaque","output_format":"png","quality":"low","size":"64x72",
                "usage":{"input_tokens":5,"output_tokens":40,"total_tokens":45,
                "input_tokens_details":{"image_tokens":0,"text_tokens":5},"output_tokens_details":{"image_tokens":40,"text_tokens":0}}}
                """),
            answer.Text);
    }

    [Theory]
    [InlineData("url", true, false)]
    [InlineData("b64_json", false, true)]
    public async Task One_response_format_is_sent_alone(string format, bool hasUrl, bool hasFile)
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done);

        var answer = await api.PostAsync(Path, $$"""{"prompt": "x", "response_format": "{{format}}"}""");

        var image = answer.Json.GetProperty("data")[0];
        Assert.Equal((hasUrl, hasFile), (image.TryGetProperty("url", out _), image.TryGetProperty("b64_json", out _)));
    }

    [Fact]
    public async Task Addresses_are_those_by_which_callers_know_the_server()
    {
        await using var api = await ApiHost.StartAsync(options => options.PublicUrl = new Uri("https://pictures.example/od/"));
        Drawing.On(api, Sample.Done);

        var answer = await api.PostAsync(Path, """{"prompt": "x"}""");

        Assert.Equal($"https://pictures.example/od/v1/artifacts/{Sample.ArtifactId}", answer.Json.GetProperty("data")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_stream_has_previews_and_then_the_pictures()
    {
        await using var api = await ApiHost.StartAsync();
        var requests = Drawing.On(
            api,
            Sample.Done,
            Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping with { ImageIndex = 0 }, 2, [9]),
            Sample.Event(JobEventKind.Step, Sample.Queued, Sample.Stepping, 3),
            Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping with { ImageIndex = 1 }, 4, [8]),
            Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping with { ImageIndex = 1 }, 5, [7]));

        var answer = await api.PostAsync(Path, """{"prompt": "a red apple", "n": 2, "stream": true, "partial_images": 1, "quality": "high"}""");

        Assert.Equal(1, Assert.Single(requests).PreviewCount);
        Assert.Equal("text/event-stream", answer.ContentType);
        const string usage = """{"input_tokens":5,"output_tokens":20,"total_tokens":25,"input_tokens_details":{"image_tokens":0,"text_tokens":5},"""
            + """"output_tokens_details":{"image_tokens":20,"text_tokens":0}}""";
        Assert.Equal(
            $$"""
            event: image_generation.partial_image
            data: {"type":"image_generation.partial_image","b64_json":"CQ==","partial_image_index":0,"image_index":0,"created_at":1777896002,"size":"64x72","quality":"high","background":"opaque","output_format":"png"}

            event: image_generation.partial_image
            data: {"type":"image_generation.partial_image","b64_json":"CA==","partial_image_index":0,"image_index":1,"created_at":1777896004,"size":"64x72","quality":"high","background":"opaque","output_format":"png"}

            event: image_generation.completed
            data: {"type":"image_generation.completed","b64_json":"AQI=","image_index":0,"created_at":1777896003,"size":"64x72","quality":"high","background":"opaque","output_format":"png","usage":{{usage}}}

            event: image_generation.completed
            data: {"type":"image_generation.completed","b64_json":"AwQ=","image_index":1,"created_at":1777896003,"size":"64x72","quality":"high","background":"opaque","output_format":"png","usage":{{usage}}}


            """.ReplaceLineEndings("\n"),
            answer.Text);
    }

    [Fact]
    public async Task A_stream_that_asks_for_no_previews_has_only_the_picture()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(
            api,
            Sample.Done with { Artifacts = [Sample.Picture(0)] },
            Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [9]));

        var answer = await api.PostAsync(Path, """{"prompt": "x", "stream": true}""");

        Assert.StartsWith("event: image_generation.completed\n", answer.Text, StringComparison.Ordinal);
        Assert.Equal(2, answer.Text.Split("\n\n").Length);
    }

    [Fact]
    public async Task A_job_that_fails_is_an_error()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Queued with { Status = JobStatus.Failed, Error = new JobError(ErrorCode.RetriesExhausted, "Three devices failed.") });

        var answer = await api.PostAsync(Path, """{"prompt": "x"}""");

        Assert.Equal((HttpStatusCode.InternalServerError, "false"), (answer.Status, answer.Header("x-should-retry")));
        OpenAiError.Is(answer, "Three devices failed.", "server_error", null, "retries_exhausted");
    }

    [Fact]
    public async Task A_job_that_somebody_cancelled_is_an_error_that_clients_do_not_repeat()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Queued with { Status = JobStatus.Cancelled });

        var answer = await api.PostAsync(Path, """{"prompt": "x"}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "false"), (answer.Status, answer.Header("x-should-retry")));
        OpenAiError.Is(answer, $"{Sample.JobId} was cancelled.", "invalid_request_error", null, "cancelled");
    }

    [Fact]
    public async Task A_stream_that_fails_ends_with_an_error_event()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Queued with { Status = JobStatus.Failed, Error = new JobError(ErrorCode.DeviceFailed, "It ran hot.") });

        var answer = await api.PostAsync(Path, """{"prompt": "x", "stream": true}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            "event: error\ndata: {\"error\":{\"message\":\"It ran hot.\",\"type\":\"server_error\",\"param\":null,\"code\":\"device_failed\"}}\n\n",
            answer.Text);
    }

    [Theory]
    [InlineData("""{"prompt": "x"}""")]
    [InlineData("""{"prompt": "x", "stream": true}""")]
    public async Task A_caller_that_leaves_cancels_the_job(string json)
    {
        await using var api = await ApiHost.StartAsync();
        var (watched, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        api.Client.Submit = (_, _) => new JobView(Sample.Queued, Sample.Waiting);
        api.Client.Watch = (_, cancellation) =>
        {
            watched.SetResult();
            return FakeClient.ThenSilence([Sample.Event(JobEventKind.State, Sample.Queued, Sample.Waiting)], cancellation);
        };
        api.Client.Cancel = id => cancelled.TrySetResult(id);
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        var call = api.Http.PostAsync(Path, content, leaving.Token);
        await watched.Task.WaitAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        Assert.Equal(Sample.JobId, await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken));
        await call.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_caller_that_has_its_picture_cancels_nothing()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done);
        api.Client.Cancel = id => throw new InvalidOperationException(id);

        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(Path, """{"prompt": "x"}""")).Status);
        Assert.Empty(api.Log.All);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_to_who_waits()
    {
        await using var api = await ApiHost.StartAsync();
        var watched = new TaskCompletionSource();
        api.Client.Watch = (_, cancellation) =>
        {
            watched.SetResult();
            return FakeClient.ThenSilence<JobEvent>([], cancellation);
        };

        var call = api.PostAsync(Path, """{"prompt": "x"}""");
        await watched.Task.WaitAsync(TestContext.Current.CancellationToken);
        await api.StopAsync();
        var answer = await call;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.Status, answer.Header("Retry-After")));
        OpenAiError.Is(answer, "The server is shutting down.", "server_error", null, "not_ready");
    }
}
