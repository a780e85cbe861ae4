using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Api.OpenAi;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Errors;

/// <summary>A refusal, said in the dialect of the path on which it happened.</summary>
internal sealed class RefusalResult(Refusal refusal) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var dialect = Dialects.Of(httpContext.Request.Path);
        var response = httpContext.Response;
        response.StatusCode = dialect == Dialect.OpenAi ? OpenAiErrors.StatusOf(refusal.Code) : ErrorTable.Of(refusal.Code).HttpStatus;
        WriteHeaders(response);
        var body = BodyOf(refusal, httpContext);
        response.ContentType = dialect == Dialect.OpenAi ? "application/json" : "application/problem+json";
        await JsonSerializer.SerializeAsync(response.Body, body, body.GetType(), WireJson.Options, httpContext.RequestAborted);
    }

    /// <summary>The same refusal as an object, for an event of a stream that has begun.</summary>
    public static object BodyOf(Refusal refusal, HttpContext http) => Dialects.Of(http.Request.Path) switch
    {
        Dialect.OpenAi => new OpenAiErrorReply(OpenAiErrors.BodyOf(refusal)),
        Dialect.Shared => Problem.BodyOf(refusal, http) with { Error = OpenAiErrors.BodyOf(refusal) },
        _ => Problem.BodyOf(refusal, http),
    };

    private void WriteHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        if (refusal.Code == ErrorCode.Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        // OpenAI's clients repeat every 409 and 5xx unless they are told that it is of no use.
        if (!ErrorTable.Of(refusal.Code).RetryHelps) response.Headers["x-should-retry"] = "false";
    }
}

internal static class RefusalExtensions
{
    public static IResult ToResult(this Refusal refusal) => new RefusalResult(refusal);
}
