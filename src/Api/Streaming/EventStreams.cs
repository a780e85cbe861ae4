using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Streaming;

/// <summary>Opens event streams, as many as the options allow, and ends them with the connection or the server.</summary>
internal sealed partial class EventStreams(
    IOptions<DiffusionApiOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventStreams> logger)
{
    private static readonly TimeSpan FullRetryAfter = TimeSpan.FromSeconds(10);

    private int _count;

    /// <summary>Sends what <paramref name="open"/> yields until it ends, the caller leaves, or the server stops.</summary>
    public async Task SendAsync(HttpContext http, Func<CancellationToken, IAsyncEnumerable<SseMessage>> open)
    {
        if (Interlocked.Increment(ref _count) > options.Value.StreamCountMax)
        {
            Interlocked.Decrement(ref _count);
            await new Refusal(ErrorCode.NoCapacity, "Too many event streams are open.") { RetryAfter = FullRetryAfter }.ToResult().ExecuteAsync(http);
            return;
        }

        using var life = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteHeadAsync(http, life.Token);
            await RelayAsync(http, open(life.Token), life);
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            return; // The caller left or the server stops: the stream just ends.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>The status has been sent: what goes wrong from here on can only be one last event.</summary>
    private async Task RelayAsync(HttpContext http, IAsyncEnumerable<SseMessage> messages, CancellationTokenSource life)
    {
        var relay = new SseRelay(http.Response.BodyWriter, time, options.Value.KeepAlive);
        try
        {
            await relay.SendAsync(messages, life);
        }
        catch (Exception thrown) when (!life.IsCancellationRequested)
        {
            var refusal = ThrownRefusals.Of(thrown);
            Log.Broke(logger, http.Request.Path, RequestId.Of(http), ErrorTable.Of(refusal.Code).WireName, thrown);
            await relay.WriteAsync(new SseMessage("error", RefusalResult.BodyOf(refusal, http)), life.Token);
        }
    }

    private static async Task WriteHeadAsync(HttpContext http, CancellationToken cancellation)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back.
        await http.Response.StartAsync(cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "The stream {Path} broke with {Code}; request {RequestId}.")]
        public static partial void Broke(ILogger logger, string path, string requestId, string code, Exception thrown);
    }
}
