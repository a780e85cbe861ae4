using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansDiffusion.Weights;

/// <summary>Gives a node's verified chunks to its peers; what it lacks, has not verified, or does not know is 404.</summary>
public static class ChunkServer
{
    /// <summary>What a read of the file fills before it goes to the socket.</summary>
    private const int PieceBytes = 256 << 10;

    /// <summary>
    /// GET /chunks/{fileSha256}/{index}, with ranges; /chunks/{manifestDigest}/have, a bitmap; /chunks/{manifestDigest}/manifest;
    /// and /chunks, which turns the connection into a line (docs/WEIGHTS.md). All need the cluster's secret.
    /// </summary>
    public static IEndpointConventionBuilder MapChunks(this IEndpointRouteBuilder routes, WeightsCache cache, ClusterSecret secret) =>
        routes.MapChunks(cache, secret, new LineOptions());

    internal static IEndpointConventionBuilder MapChunks(
        this IEndpointRouteBuilder routes, WeightsCache cache, ClusterSecret secret, LineOptions options)
    {
        var lines = new ChunkLines(cache, secret, options);
        var chunks = routes.MapGroup(LineProtocol.Path);
        chunks.MapGet("", (HttpContext context) => Admits(context, secret) ? lines.Serve(context) : Task.CompletedTask);
        chunks.MapGet("/{sha256}/{index:int}", (HttpContext context) => SendChunk(context, cache, secret));
        chunks.MapGet("/{digest}/have", (HttpContext context) => SendText(context, secret, Have(context, cache), "application/octet-stream"));
        chunks.MapGet("/{digest}/manifest", (HttpContext context) => SendText(context, secret, Manifest(context, cache), "application/json"));
        return chunks;
    }

    private static async Task SendChunk(HttpContext context, WeightsCache cache, ClusterSecret secret)
    {
        if (!Admits(context, secret)) return;
        var file = cache.FindFile(Text(context, "sha256"));
        if (file is null || !int.TryParse(Text(context, "index"), out var index) || (uint)index >= (uint)file.Chunks.Count)
        {
            NotHere(context);
            return;
        }

        try
        {
            using var open = file.Open(); // First the file, then the look: what is sent is what was looked at.
            if (file.Has(index)) await Send(context, open, file.Chunks[index]);
            else NotHere(context);
        }
        catch (ObjectDisposedException) when (!context.Response.HasStarted)
        {
            NotHere(context); // Evicted just now.
        }
    }

    private static async Task Send(HttpContext context, CachedFile.Hold open, Chunk chunk)
    {
        var (from, to) = (0L, chunk.Bytes - 1L);
        if (context.Request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
        {
            var range = ranges.First();
            from = range.From ?? Math.Max(0, chunk.Bytes - (range.To ?? 0));
            to = range.From is null ? to : Math.Min(to, range.To ?? to);
            if (from > to)
            {
                context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{chunk.Bytes}";
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.AcceptRanges = "bytes";
        context.Response.ContentLength = to - from + 1;
        await Copy(context, open, chunk.Offset + from, chunk.Offset + to + 1);
    }

    /// <summary>
    /// From the page cache straight into the server's own buffers: one copy. Kestrel has no sendfile(2) below its
    /// SendFileAsync, which copies twice, in smaller pieces, and was slower (docs/benchmarks.md); a line has it.
    /// </summary>
    private static async Task Copy(HttpContext context, CachedFile.Hold open, long from, long end)
    {
        var body = context.Response.BodyWriter;
        while (from < end)
        {
            var piece = body.GetMemory(PieceBytes);
            var count = RandomAccess.Read(open.Data, piece.Span[..(int)Math.Min(piece.Length, end - from)], from);
            if (count == 0) throw new EndOfStreamException("A file of the weights cache is shorter than it was made.");
            body.Advance(count);
            from += count;
            var flushed = await body.FlushAsync(context.RequestAborted);
            if (flushed.IsCompleted) return;
        }
    }

    private static ReadOnlyMemory<byte>? Have(HttpContext context, WeightsCache cache)
    {
        if (cache.Find(Text(context, "digest")) is not { } model) return null; // A null array would become an empty answer.
        return model.Have.ToBytes();
    }

    private static ReadOnlyMemory<byte>? Manifest(HttpContext context, WeightsCache cache) => cache.FindManifest(Text(context, "digest"))?.ToJson();

    private static async Task SendText(HttpContext context, ClusterSecret secret, ReadOnlyMemory<byte>? text, string type)
    {
        if (!Admits(context, secret)) return;
        if (text is not { } bytes)
        {
            NotHere(context);
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static bool Admits(HttpContext context, ClusterSecret secret)
    {
        var request = context.Request;
        if (secret.IsSigned(request.Headers.Authorization, request.Method, request.PathBase + request.Path)) return true;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return false;
    }

    private static string Text(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static void NotHere(HttpContext context) => context.Response.StatusCode = StatusCodes.Status404NotFound;
}
