using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Errors;

/// <summary>Where every failure becomes an answer: no caller ever sees a stack trace or an empty error.</summary>
internal sealed partial class ErrorEdge(RequestDelegate next, IHostApplicationLifetime lifetime, ILogger<ErrorEdge> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception thrown) when (thrown is OperationCanceledException or IOException
            && http.RequestAborted.IsCancellationRequested)
        {
            if (!http.Response.HasStarted) http.Response.StatusCode = ClientClosedRequest; // For the log: nobody is left to read it.
            return;
        }
        catch (Exception thrown)
        {
            await AnswerAsync(http, thrown);
            return;
        }

        if (IsBareError(http.Response) && BareErrors.Of(http) is { } refusal) await refusal.ToResult().ExecuteAsync(http);
    }

    private async Task AnswerAsync(HttpContext http, Exception thrown)
    {
        var refusal = lifetime.ApplicationStopping.IsCancellationRequested && thrown is OperationCanceledException
            ? new Refusal(ErrorCode.NotReady, "The server is shutting down.") { RetryAfter = TimeSpan.FromSeconds(5) }
            : ThrownRefusals.Of(thrown);
        if (ErrorTable.Of(refusal.Code).HttpStatus >= StatusCodes.Status500InternalServerError)
            Log.Failed(logger, http.Request.Method, http.Request.Path, RequestId.Of(http), ErrorTable.Of(refusal.Code).WireName, thrown);
        if (http.Response.HasStarted)
        {
            http.Abort(); // Half an answer must not look like a whole one.
            return;
        }

        http.Response.Clear();
        await refusal.ToResult().ExecuteAsync(http);
    }

    private static bool IsBareError(HttpResponse response) =>
        !response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest && response.ContentLength is null && response.ContentType is null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed with {Code}; request {RequestId}.")]
        public static partial void Failed(ILogger logger, string method, string path, string requestId, string code, Exception thrown);
    }
}
