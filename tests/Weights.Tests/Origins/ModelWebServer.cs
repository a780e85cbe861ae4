using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Weights.Tests.Origins;

/// <summary>A web server on loopback with a model's files; enough of S3's GET too. A test may spoil any answer.</summary>
internal sealed class ModelWebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SmallModel _model;
    private readonly string _prefix;

    private ModelWebServer(SmallModel model, string prefix)
    {
        (_model, _prefix) = (model, prefix);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(Answer);
    }

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentQueue<string> Ranges { get; } = new();

    public string Tag { get; set; } = "\"one\"";

    public bool KnowsRanges { get; set; } = true;

    /// <summary>Answers in place of the server and says so; gets the number of the request, from 1.</summary>
    public Func<HttpContext, int, Task<bool>>? Spoil { get; set; }

    public static async Task<ModelWebServer> Start(SmallModel model, string prefix = "/models/")
    {
        var server = new ModelWebServer(model, prefix);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Sends the right headers and a part of the body; breaks the connection once the reader has that part.</summary>
    public async Task BreakOff(HttpContext context, int sentBytes, byte[] into)
    {
        var (bytes, from, to) = Asked(context)!.Value;
        Describe(context, bytes.Length, from, to);
        await context.Response.Body.WriteAsync(bytes.AsMemory(from, sentBytes));
        await context.Response.Body.FlushAsync();
        while (!into.AsSpan(0, sentBytes).SequenceEqual(bytes.AsSpan(from, sentBytes))) await Task.Yield();
        context.Abort();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        Ranges.Enqueue(context.Request.Headers.Range.ToString());
        if (Spoil is not null && await Spoil(context, Ranges.Count)) return;
        if (Asked(context) is not { } asked)
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (asked.From >= asked.Bytes.Length)
        {
            context.Response.StatusCode = 416;
            return;
        }

        if (context.Request.Headers.IfMatch is [{ } match] && match != Tag)
        {
            context.Response.StatusCode = 412;
            return;
        }

        Describe(context, asked.Bytes.Length, asked.From, asked.To);
        await context.Response.Body.WriteAsync(asked.Bytes.AsMemory(asked.From, asked.To - asked.From + 1));
    }

    private (byte[] Bytes, int From, int To)? Asked(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(_prefix, StringComparison.Ordinal) || _model.Manifest.Find(path[_prefix.Length..]) is null) return null;
        var bytes = _model.BytesOf(path[_prefix.Length..]);
        var range = context.Request.Headers.Range.ToString();
        var isStale = context.Request.Headers.IfRange is [{ } tag] && tag != Tag;
        if (!KnowsRanges || range.Length == 0 || isStale) return (bytes, 0, bytes.Length - 1);
        var ends = range["bytes=".Length..].Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return (bytes, ends[0], Math.Min(ends[1], bytes.Length - 1));
    }

    private void Describe(HttpContext context, int length, int from, int to)
    {
        if (Tag.Length > 0) context.Response.Headers.ETag = Tag;
        context.Response.ContentLength = to - from + 1;
        if (to - from + 1 == length && context.Request.Headers.Range.Count == 0 || !KnowsRanges) return;
        if (to - from + 1 == length && context.Request.Headers.IfRange is [{ } tag] && tag != Tag) return;
        context.Response.StatusCode = 206;
        context.Response.Headers.ContentRange = $"bytes {from}-{to}/{length}";
    }
}
