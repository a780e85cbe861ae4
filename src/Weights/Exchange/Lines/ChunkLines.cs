using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansDiffusion.Weights;

/// <summary>
/// The server's end of lines. A line may be asked for any chunk, each request signed by itself. Whoever sends what is not
/// signed, stands still or asks for nothing is dropped.
/// </summary>
internal sealed class ChunkLines(WeightsCache cache, ClusterSecret secret, LineOptions options)
{
    private int _lineCount;

    /// <summary>Turns the connection of a request, which was found signed, into a line, and serves it until it ends.</summary>
    public async Task Serve(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade
            || context.Request.Headers.Upgrade != LineProtocol.Upgrade)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = LineProtocol.Upgrade;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _lineCount) <= options.LineCountMax) await Serve(context, upgrade);
            else context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        finally
        {
            Interlocked.Decrement(ref _lineCount);
        }
    }

    private async Task Serve(HttpContext context, IHttpUpgradeFeature upgrade)
    {
        try
        {
            var nonce = RandomNumberGenerator.GetBytes(LineProtocol.NonceBytes);
            context.Response.Headers[LineProtocol.NonceHeader] = Convert.ToHexStringLower(nonce);
            context.Response.Headers.Upgrade = LineProtocol.Upgrade;
            await using var stream = await upgrade.UpgradeAsync();
            var sender = new LineSender(stream, SocketOf(context), options, context.RequestAborted);
            var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
            await Answer(stream, sender, nonce, stopping);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            context.Abort(); // The other end left, stands still, or the file went away: a length was promised that will not come.
        }
    }

    /// <summary>
    /// What a line may write to past the server. Nothing of the server's is on its way then: the client asks only after it
    /// has read the whole answer to the upgrade.
    /// </summary>
    private Socket? SocketOf(HttpContext context)
    {
        if (!options.MayUseSocket || context.Request.IsHttps) return null;
        return context.Features.Get<ITlsHandshakeFeature>() is null ? context.Features.Get<IConnectionSocketFeature>()?.Socket : null;
    }

    private async Task Answer(Stream stream, LineSender sender, byte[] nonce, CancellationToken stopping)
    {
        var bytes = new byte[LineRequest.Bytes];
        for (var number = 0L; await Next(stream, bytes, stopping); number++)
        {
            if (LineRequest.Read(bytes, secret, nonce, number) is not { } request)
            {
                await Refuse(sender, StatusCodes.Status401Unauthorized);
                return;
            }

            await Answer(sender, request);
        }
    }

    /// <returns>False if the client is done, or the server.</returns>
    private async Task<bool> Next(Stream stream, Memory<byte> into, CancellationToken stopping)
    {
        using var idle = new CancellationTokenSource(options.IdleTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stopping);
        try
        {
            return await stream.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, either.Token) == into.Length;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task Answer(LineSender sender, LineRequest request)
    {
        var file = cache.FindFile(request.FileSha256);
        if (file is null || (uint)request.Index >= (uint)file.Chunks.Count || Open(file, sender) is not { } hold)
        {
            await Refuse(sender, StatusCodes.Status404NotFound);
            return;
        }

        using (hold) // First the file, then the look: what is sent is what was looked at.
        {
            var chunk = file.Chunks[request.Index];
            if (!file.Has(request.Index)) await Refuse(sender, StatusCodes.Status404NotFound);
            else if (request.Within(chunk.Bytes) is not { } part) await Refuse(sender, StatusCodes.Status416RangeNotSatisfiable);
            else
            {
                await Head(sender, StatusCodes.Status200OK, part.Count);
                await sender.Send(hold, chunk.Offset + part.From, chunk.Offset + part.From + part.Count);
            }
        }
    }

    /// <returns>Null if it was evicted just now.</returns>
    private static CachedFile.Hold? Open(CachedFile file, LineSender sender)
    {
        try
        {
            return sender.MayMap ? file.OpenMapped() : file.Open();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static Task Refuse(LineSender sender, int status) => Head(sender, status, 0);

    private static async Task Head(LineSender sender, int status, int length)
    {
        var head = new byte[LineProtocol.HeadBytes];
        LineProtocol.WriteHead(head, status, length);
        await sender.Send(head);
    }
}
