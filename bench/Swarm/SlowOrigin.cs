using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench.Swarm;

/// <summary>A web server with the model's files that gives so many bytes per second, to all who ask together.</summary>
internal sealed class SlowOrigin : IAsyncDisposable
{
    private const int PieceBytes = 256 << 10;

    private readonly Lock _lock = new();
    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly double _bytesPerSecond;
    private DateTimeOffset _freeAt;
    private long _sentBytes;

    private SlowOrigin(string folder, long bytesPerSecond)
    {
        _bytesPerSecond = bytesPerSecond;
        _app = SwarmNode.Server();
        _app.MapGet("/{**path}", (HttpContext context, string path) => Send(context, Path.Combine(folder, path)));
    }

    public long SentBytes => Interlocked.Read(ref _sentBytes);

    public IWeightsOrigin Reader { get; private set; } = null!;

    public static async Task<SlowOrigin> Start(string folder, long bytesPerSecond)
    {
        var origin = new SlowOrigin(folder, bytesPerSecond);
        await origin._app.StartAsync();
        origin.Reader = new HttpOrigin(origin._http, new Uri(origin._app.Urls.Single()), new OriginOptions(), TimeProvider.System);
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        (Reader as IDisposable)?.Dispose();
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task Send(HttpContext context, string path)
    {
        using var file = File.OpenHandle(path);
        var range = context.Request.GetTypedHeaders().Range!.Ranges.Single();
        var (from, end) = (range.From!.Value, Math.Min(range.To!.Value + 1, RandomAccess.GetLength(file)));
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.Headers.ContentRange = $"bytes {from}-{end - 1}/{RandomAccess.GetLength(file)}";
        context.Response.ContentLength = end - from;
        var piece = new byte[PieceBytes];
        while (from < end)
        {
            var count = RandomAccess.Read(file, piece.AsSpan(0, (int)Math.Min(piece.Length, end - from)), from);
            await Turn(count, context.RequestAborted);
            await context.Response.Body.WriteAsync(piece.AsMemory(0, count), context.RequestAborted);
            from += count;
            Interlocked.Add(ref _sentBytes, count);
        }
    }

    private Task Turn(int bytes, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var now = TimeProvider.System.GetUtcNow();
            if (_freeAt < now) _freeAt = now;
            var wait = _freeAt - now;
            _freeAt += TimeSpan.FromSeconds(bytes / _bytesPerSecond);
            return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, TimeProvider.System, cancellation);
        }
    }
}
