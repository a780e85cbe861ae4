using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>A web server on loopback that gives a folder's files, without listing them. Enough of S3 too. A test may spoil any answer.</summary>
internal sealed class FolderServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly string _prefix;
    private long _sentBytes;

    private FolderServer(string folder, string prefix)
    {
        (_folder, _prefix) = (folder, prefix);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>Of the model's folder.</summary>
    public Uri Address => new(new Uri(_app.Urls.Single()), _prefix);

    public ConcurrentQueue<(string Method, string Path, string Range)> Requests { get; } = new();

    /// <summary>Of bodies of GET.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    public IReadOnlyList<string> Gets => [.. Requests.Where(request => request.Method == "GET").Select(request => request.Path)];

    public bool KnowsRanges { get; set; } = true;

    public bool HasTags { get; set; } = true;

    /// <summary>Answers in place of the server and says so.</summary>
    public Func<HttpContext, string, Task<bool>>? Spoil { get; set; }

    public static async Task<FolderServer> Start(string folder, string prefix = "/models/emoji/")
    {
        var server = new FolderServer(folder, prefix);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        path = path.StartsWith(_prefix, StringComparison.Ordinal) ? path[_prefix.Length..] : "../" + path;
        Requests.Enqueue((context.Request.Method, path, context.Request.Headers.Range.ToString()));
        if (Spoil is not null && await Spoil(context, path)) return;
        var file = new FileInfo(Path.Combine(_folder, path));
        if (!file.Exists)
        {
            context.Response.StatusCode = 404;
            return;
        }

        await Send(context, await File.ReadAllBytesAsync(file.FullName));
    }

    private async Task Send(HttpContext context, byte[] bytes)
    {
        var (from, to) = (0, bytes.Length - 1);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        if (HasTags) context.Response.Headers.ETag = tag;
        var isStale = context.Request.Headers.IfRange is [{ } known] && known != tag;
        if (context.Request.Headers.IfMatch is [{ } match] && match != tag)
        {
            context.Response.StatusCode = 412;
            return;
        }

        if (KnowsRanges && !isStale && RangeHeaderValue.TryParse(context.Request.Headers.Range.ToString(), out var range))
        {
            (from, to) = ((int)range.Ranges.Single().From!.Value, (int)Math.Min(range.Ranges.Single().To!.Value, bytes.Length - 1));
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{bytes.Length}");
        }

        context.Response.ContentLength = to - from + 1;
        if (context.Request.Method == "HEAD") return;
        Interlocked.Add(ref _sentBytes, to - from + 1);
        await context.Response.Body.WriteAsync(bytes.AsMemory(from, to - from + 1));
    }
}
