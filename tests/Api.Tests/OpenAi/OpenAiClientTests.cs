using System.Text.Json;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Tests.OpenAi;

/// <summary>What OpenAI's own client makes of our answers.</summary>
public sealed class OpenAiClientTests
{
    [Fact]
    public async Task Pictures_come_as_files()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done);

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "a red apple", n = 2, response_format = "b64_json", seed = 7 });

        var data = result.GetProperty("value").GetProperty("data");
        Assert.Equal(["AQI=", "AwQ="], data.EnumerateArray().Select(image => image.GetProperty("b64_json").GetString()));
        Assert.Matches("^0H", result.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Pictures_come_as_addresses()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done);
        api.Parts.Jobs.Artifact = (_, _) => Sample.Picture(0);
        api.Parts.Artifacts.File = _ => new MemoryStream([1, 2]);

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "a red apple", response_format = "url" });

        var url = result.GetProperty("value").GetProperty("data")[0].GetProperty("url").GetString()!;
        Assert.Equal([1, 2], await api.Http.GetByteArrayAsync(url, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stream_brings_partial_images_and_the_picture()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(
            api,
            Sample.Done with { Artifacts = [Sample.Picture(0)] },
            Sample.Event(Abstractions.JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [9]),
            Sample.Event(Abstractions.JobEventKind.Preview, Sample.Queued, Sample.Stepping, 3, [8]));

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "a red apple", stream = true, partial_images = 2 });

        Assert.Equal(
            [
                ("image_generation.partial_image", 0, "CQ=="),
                ("image_generation.partial_image", 1, "CA=="),
                ("image_generation.completed", -1, "AQI="),
            ],
            result.GetProperty("events").EnumerateArray().Select(happened => (
                happened.GetProperty("type").GetString()!,
                happened.TryGetProperty("partial_image_index", out var index) ? index.GetInt32() : -1,
                happened.GetProperty("b64_json").GetString()!)));
    }

    [Fact]
    public async Task A_stream_that_breaks_throws_with_the_code_after_what_came_before()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(
            api,
            Sample.Queued with { Status = JobStatus.Failed, Error = new JobError(ErrorCode.DeviceFailed, "It ran hot.") },
            Sample.Event(Abstractions.JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [9]));

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "a red apple", stream = true, partial_images = 1 });

        Assert.Equal(1, result.GetProperty("events").GetArrayLength());
        var thrown = result.GetProperty("thrown");
        Assert.Equal("device_failed", thrown.GetProperty("code").GetString());
        Assert.Contains("It ran hot.", thrown.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_field_throws_a_bad_request_with_its_name_and_our_request_id()
    {
        await using var api = await ApiHost.StartAsync();

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x", size = "65x64" });

        Assert.Equal(
            "BadRequestError | 400 | invalid_value | size | invalid_request_error | 400 size: width must be a multiple of 8, not 65; the nearest are 64 and 72.",
            OpenAiProgram.Thrown(result));
        Assert.Matches("^0H", result.GetProperty("thrown").GetProperty("requestID").GetString());
    }

    [Fact]
    public async Task An_unknown_field_throws_a_bad_request_with_its_name()
    {
        await using var api = await ApiHost.StartAsync();

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x", negativ_prompt = "y" });

        Assert.Equal(
            "BadRequestError | 400 | unknown_parameter | negativ_prompt | invalid_request_error"
                + " | 400 negativ_prompt: is not a known field; did you mean negative_prompt?",
            OpenAiProgram.Thrown(result));
    }

    [Fact]
    public async Task A_missing_or_wrong_key_throws_an_authentication_error()
    {
        await using var api = await ApiHost.StartAsync(options => options.RequireApiKey = true);

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x" }, apiKey: "od-wrong");

        Assert.Equal(
            "AuthenticationError | 401 | invalid_api_key | null | invalid_request_error | 401 This API key is not known here.",
            OpenAiProgram.Thrown(result));
    }

    [Fact]
    public async Task An_unknown_model_throws_not_found()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (request, _) =>
            throw new DiffusionException(new Refusal(ErrorCode.ModelNotFound, $"The model '{request.Model}' does not exist."));

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x", model = "dall-e-3" });

        Assert.Equal(
            "NotFoundError | 404 | model_not_found | model | invalid_request_error | 404 The model 'dall-e-3' does not exist.",
            OpenAiProgram.Thrown(result));
    }

    [Fact]
    public async Task A_full_queue_throws_a_rate_limit_error()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new DiffusionException(new Refusal(ErrorCode.QueueFull, "Full.") { RetryAfter = TimeSpan.FromSeconds(1) });

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x" });

        Assert.Equal("RateLimitError | 429 | rate_limit_exceeded | null | rate_limit_error | 429 Full.", OpenAiProgram.Thrown(result));
    }

    [Fact]
    public async Task A_failing_store_throws_a_server_error()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new StorageException(ErrorCode.StorageFull, "/secret");

        var result = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x" });

        Assert.Equal("InternalServerError | 507 | storage_full | null | server_error | 507 The storage is full.", OpenAiProgram.Thrown(result));
    }

    [Fact]
    public async Task What_may_succeed_later_is_tried_again_and_what_will_not_is_not()
    {
        await using var api = await ApiHost.StartAsync();
        var count = 0;
        Drawing.On(api, Sample.Done);
        var accept = api.Client.Submit;
        api.Client.Submit = (request, options) => ++count == 1
            ? throw new DiffusionException(new Refusal(ErrorCode.NotReady, "Loading.") { RetryAfter = TimeSpan.FromSeconds(1) })
            : accept(request, options);
        var retried = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x" }, maxRetries: 1);
        Assert.Equal((2, true), (count, retried.TryGetProperty("value", out _)));

        count = 0;
        api.Client.Submit = (_, _) => throw new DiffusionException(new Refusal(ErrorCode.RetriesExhausted, $"Attempt {++count}."));
        var given = await OpenAiProgram.CallAsync(api.Address, "generate", new { prompt = "x" }, maxRetries: 2);
        Assert.Equal("InternalServerError | 500 | retries_exhausted | null | server_error | 500 Attempt 1.", OpenAiProgram.Thrown(given));
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        await using var api = await ApiHost.StartAsync();

        var list = await OpenAiProgram.CallAsync(api.Address, "models");
        var found = await OpenAiProgram.CallAsync(api.Address, "model", new { model = "emoji" });
        var lost = await OpenAiProgram.CallAsync(api.Address, "model", new { model = "dall-e-3" });

        Assert.Equal(["emoji"], list.GetProperty("value").GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal("orleansdiffusion", found.GetProperty("value").GetProperty("owned_by").GetString());
        Assert.Equal(
            "NotFoundError | 404 | model_not_found | model | invalid_request_error | 404 The model 'dall-e-3' does not exist.",
            OpenAiProgram.Thrown(lost));
    }
}
