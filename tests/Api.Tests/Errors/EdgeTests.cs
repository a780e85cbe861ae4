using System.Net;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Tests.Errors;

/// <summary>What happens when something other than the body is wrong.</summary>
public sealed class EdgeTests
{
    [Fact]
    public async Task An_unknown_route_is_a_problem()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.GetAsync("/v1/nothing");

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            ("not_found", "There is nothing at /v1/nothing."),
            (answer.Json.GetProperty("code").GetString(), answer.Json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task An_unknown_route_of_OpenAI_has_OpenAIs_shape()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/images/variations", "{}");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        OpenAiError.Is(answer, "There is nothing at /v1/images/variations.", "invalid_request_error", null, "not_found");
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.SendAsync(HttpMethod.Put, "/v1/jobs");

        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, "method_not_allowed", "/v1/jobs does not take PUT, only GET, POST."),
            (answer.Status, answer.Json.GetProperty("code").GetString(), answer.Json.GetProperty("detail").GetString()));
        Assert.Equal("GET,POST", answer.Header("Allow"));
    }

    [Fact]
    public async Task An_unexpected_failure_says_nothing_of_the_inside_and_is_logged_under_the_request_id()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Get = _ => throw new InvalidOperationException("secret detail");

        var native = await api.GetAsync("/v1/jobs/x", ("x-request-id", "abc-1"));

        Assert.Equal((HttpStatusCode.InternalServerError, "internal"), (native.Status, native.Json.GetProperty("code").GetString()));
        Assert.Equal("abc-1", native.Json.GetProperty("request_id").GetString());
        Assert.DoesNotContain("secret", native.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", native.Text, StringComparison.Ordinal);
        var line = Assert.Single(api.Log.All);
        Assert.Equal((LogLevel.Error, "GET /v1/jobs/x failed with internal; request abc-1."), (line.Level, line.Text));
        Assert.Equal("secret detail", line.Thrown?.Message);
    }

    [Fact]
    public async Task An_unexpected_failure_has_OpenAIs_shape_where_its_clients_call()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new InvalidOperationException("secret detail");

        var answer = await api.PostAsync("/v1/images/generations", """{"prompt": "x"}""");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        OpenAiError.Is(answer, "Something went wrong inside; the server's log has the request id.", "server_error", null, "internal");
    }

    [Theory]
    [InlineData(ErrorCode.StorageFull, HttpStatusCode.InsufficientStorage, "storage_full", "The storage is full.")]
    [InlineData(ErrorCode.StorageUnavailable, HttpStatusCode.ServiceUnavailable, "storage_unavailable", "The storage cannot be reached.")]
    public async Task A_failing_store_is_said_without_its_paths(ErrorCode code, HttpStatusCode status, string name, string detail)
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new StorageException(code, "/var/lib/secret: no space left");

        var native = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""");
        var openAi = await api.PostAsync("/v1/images/generations", """{"prompt": "x"}""");

        Assert.Equal((status, name), (native.Status, native.Json.GetProperty("code").GetString()));
        Assert.Equal((detail, "5"), (native.Json.GetProperty("detail").GetString(), native.Header("Retry-After")));
        Assert.Equal(5, native.Json.GetProperty("retry_after_seconds").GetDouble());
        Assert.Equal((status, "5"), (openAi.Status, openAi.Header("Retry-After")));
        OpenAiError.Is(openAi, detail, "server_error", null, name);
    }

    [Fact]
    public async Task A_full_queue_is_a_rate_limit_to_OpenAIs_clients()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new DiffusionException(
            new Refusal(ErrorCode.QueueFull, "1000 jobs wait.") { RetryAfter = TimeSpan.FromSeconds(12.3) });

        var native = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""");
        var openAi = await api.PostAsync("/v1/images/generations", """{"prompt": "x"}""");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "13"), (native.Status, native.Header("Retry-After")));
        Assert.Equal(12.3, native.Json.GetProperty("retry_after_seconds").GetDouble());
        Assert.Equal((HttpStatusCode.TooManyRequests, "13"), (openAi.Status, openAi.Header("Retry-After")));
        Assert.Null(openAi.Header("x-should-retry"));
        OpenAiError.Is(openAi, "1000 jobs wait.", "rate_limit_error", null, "rate_limit_exceeded");
    }

    [Fact]
    public async Task A_request_id_is_kept_when_it_is_harmless_and_made_otherwise()
    {
        await using var api = await ApiHost.StartAsync();

        var kept = await api.GetAsync("/healthz", ("x-request-id", "Trace_1.2:3-4"));
        var replaced = await api.GetAsync("/healthz", ("x-request-id", "no spaces, please"));
        var tooLong = await api.GetAsync("/healthz", ("x-request-id", new string('x', 129)));
        var first = await api.GetAsync("/healthz");
        var second = await api.GetAsync("/healthz");

        Assert.Equal("Trace_1.2:3-4", kept.Header("x-request-id"));
        Assert.NotEqual("no spaces, please", replaced.Header("x-request-id"));
        Assert.NotEqual(129, tooLong.Header("x-request-id")!.Length);
        Assert.NotEqual(first.Header("x-request-id"), second.Header("x-request-id"));
    }

    [Fact]
    public async Task No_answer_lets_a_browser_guess_its_type()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal("nosniff", (await api.GetAsync("/healthz")).Header("X-Content-Type-Options"));
        Assert.Equal("nosniff", (await api.GetAsync("/nothing")).Header("X-Content-Type-Options"));
    }
}
