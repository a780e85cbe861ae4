using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Requests;

/// <summary>Bodies that cannot be read at all, on an endpoint of each dialect.</summary>
public sealed class BadBodyTests
{
    public static TheoryData<byte[], string> Broken() => new()
    {
        { "{\"prompt\": \"x\",\n  \"steps\": }"u8.ToArray(), "The body is not valid JSON at line 2, byte 12: '}' is an invalid start of a value." },
        { "{\"prompt\": \"x\""u8.ToArray(), "The body is not valid JSON at line 1, byte 15: " },
        { "{'prompt': 1}"u8.ToArray(), "The body is not valid JSON at line 1, byte 2: " },
        { "{} {}"u8.ToArray(), "The body is not valid JSON at line 1, byte 4: " },
        { "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"u8.ToArray(), "The body is not valid JSON at line 1, byte " },
        { ""u8.ToArray(), "The body is empty; send a JSON object." },
        { " \r\n\t"u8.ToArray(), "The body is empty; send a JSON object." },
        { "[]"u8.ToArray(), "The body must be a JSON object, not an array." },
        { "\"x\""u8.ToArray(), "The body must be a JSON object, not text." },
        { "null"u8.ToArray(), "The body must be a JSON object, not null." },
        { [.. "{\"prompt\": \""u8, 0xff, .. "\"}"u8], "The body is not UTF-8: byte 13 does not belong there." },
        { Encoding.Latin1.GetBytes("{\"prompt\": \"caf\u00e9\"}"), "The body is not UTF-8: byte 16 does not belong there." },
        { Encoding.Unicode.GetBytes("{\"prompt\": \"\u00e9\"}"), "The body is not UTF-8: byte 25 does not belong there." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_body_that_is_no_json_object_is_refused_with_the_place(byte[] body, string message)
    {
        await using var api = await ApiHost.StartAsync();

        var native = await Post(api, "/v1/jobs", body, "application/json");
        var openAi = await Post(api, "/v1/images/generations", body, "application/json");

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (native.Status, native.ContentType));
        Assert.Equal("malformed_json", native.Json.GetProperty("code").GetString());
        Assert.StartsWith(message, native.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "application/json"), (openAi.Status, openAi.ContentType));
        OpenAiError.Is(openAi, native.Json.GetProperty("detail").GetString()!, "invalid_request_error", null, "malformed_json");
    }

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("application/x-www-form-urlencoded", "application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16", "application/json; charset=utf-16")]
    [InlineData(null, "of an unnamed type")]
    public async Task Another_content_type_is_refused_by_name(string? contentType, string named)
    {
        await using var api = await ApiHost.StartAsync();
        var message = $"The body must be application/json in UTF-8, not {named}.";

        var native = await Post(api, "/v1/jobs", "{}"u8.ToArray(), contentType);
        var openAi = await Post(api, "/v1/images/generations", "{}"u8.ToArray(), contentType);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (native.Status, native.ContentType));
        Assert.Equal(
            ("unsupported_media_type", message),
            (native.Json.GetProperty("code").GetString(), native.Json.GetProperty("detail").GetString()));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, openAi.Status);
        OpenAiError.Is(openAi, message, "invalid_request_error", null, "unsupported_media_type");
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        await using var api = await ApiHost.StartAsync();
        var content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };

        var answer = await api.SendAsync(HttpMethod.Post, "/v1/jobs", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("The body must not be compressed (Content-Encoding).", answer.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_the_limit_is_refused_and_one_at_the_limit_is_not(bool isChunked)
    {
        await using var api = await ApiHost.StartAsync(options => options.JsonBytesMax = 4096);
        var fits = $$"""{"prompt": "{{new string('x', 10)}}"}""".PadRight(4096);

        var right = await Send(fits);
        var native = await Send(fits + " ");
        var openAi = await Send(fits + " ", "/v1/images/generations");

        Assert.Equal(HttpStatusCode.Accepted, right.Status);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (native.Status, native.Json.GetProperty("code").GetString()));
        Assert.Equal("The body has more than 4096 bytes.", native.Json.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, openAi.Status);
        OpenAiError.Is(openAi, "The body has more than 4096 bytes.", "invalid_request_error", null, "body_too_large");

        Task<Answer> Send(string json, string path = "/v1/jobs")
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            HttpContent content = isChunked ? new PushedContent(bytes) : new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return api.SendAsync(HttpMethod.Post, path, content);
        }
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await Post(api, "/v1/jobs", [0xef, 0xbb, 0xbf, .. "{\"prompt\": \"x\"}"u8], "application/json; charset=UTF-8");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    private static Task<Answer> Post(ApiHost api, string path, byte[] body, string? contentType)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return api.SendAsync(HttpMethod.Post, path, content);
    }

    /// <summary>Sent in chunks, with no length said before.</summary>
    private sealed class PushedContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
