using System.Net;

namespace OrleansDiffusion.Weights;

/// <summary>How chunks are asked of peers.</summary>
public interface IChunkPeers
{
    /// <returns>False if the peer has it no longer; true once all its bytes are there, whatever they are.</returns>
    /// <exception cref="IOException">It does not answer, or broke off.</exception>
    Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation);
}

/// <summary>Asks <see cref="ChunkServer"/> of other nodes. One for the whole process.</summary>
public sealed class ChunkClient : IChunkPeers, IDisposable
{
    /// <summary>A peer without a byte for so long is gone; a frozen machine says nothing either.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly ClusterSecret _secret;
    private readonly TimeProvider _time;
    private readonly PeerLines _lines;

    public ChunkClient(ClusterSecret secret, TimeProvider time)
    {
        (_secret, _time) = (secret, time);
        var handler = new SocketsHttpHandler { ConnectTimeout = StallTimeout, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _lines = new PeerLines(_http, secret, time);
    }

    /// <summary>Over a line, if the peer offers lines.</summary>
    /// <inheritdoc/>
    public Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation) => Guarded(peer, async stall =>
    {
        if (await _lines.Read(peer, new LineRequest(chunk.File.Sha256, chunk.Index), into, stall) is { } has) return has;
        return await ReadPlain(peer, chunk, into, stall);
    }, cancellation);

    /// <summary>A manifest that a peer has, by its digest; null if it has it not.</summary>
    /// <exception cref="IOException">It does not answer, or broke off.</exception>
    /// <exception cref="WeightsException">What it sent is not that manifest.</exception>
    public async Task<ChunkManifest?> ReadManifest(Uri peer, string digest, CancellationToken cancellation)
    {
        byte[]? json = null;
        await Guarded(peer, stall => Get(peer, $"/chunks/{digest}/manifest", stall, async response =>
            json = await response.Content.ReadAsByteArrayAsync(stall.Alive())), cancellation);
        return json is null ? null : ChunkManifest.Parse(json, digest);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _http.Dispose();
    }

    private Task<bool> ReadPlain(Uri peer, Chunk chunk, Memory<byte> into, Stall stall) =>
        Get(peer, $"/chunks/{chunk.File.Sha256}/{chunk.Index}", stall, async response =>
        {
            if (response.Content.Headers.ContentLength != into.Length) throw new IOException($"{peer} sends another length than the chunk's.");
            await using var body = await response.Content.ReadAsStreamAsync(stall.Alive());
            for (var read = 0; read < into.Length;)
            {
                var count = await body.ReadAsync(into[read..], stall.Alive());
                if (count == 0) throw new EndOfStreamException($"{peer} broke off.");
                read += count;
            }
        });

    private async Task<bool> Get(Uri peer, string path, Stall stall, Func<HttpResponseMessage, Task> read)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, path));
        request.Headers.TryAddWithoutValidation("Authorization", _secret.Sign("GET", path));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Alive());
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        if (response.StatusCode != HttpStatusCode.OK) throw new IOException($"{peer} answers {(int)response.StatusCode}.");
        await read(response);
        return true;
    }

    private async Task<bool> Guarded(Uri peer, Func<Stall, Task<bool>> ask, CancellationToken cancellation)
    {
        using var stall = new Stall(StallTimeout, _time, cancellation);
        try
        {
            return await ask(stall);
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"{peer} does not answer: {error.Message}", error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{peer} sent nothing for {StallTimeout.TotalSeconds:0} s.");
        }
    }
}
