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
public sealed class ChunkClient(ClusterSecret secret, TimeProvider time) : IChunkPeers, IDisposable
{
    /// <summary>A peer without a byte for so long is gone; a frozen machine says nothing either.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = StallTimeout, UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Task<bool> Read(Uri peer, Chunk chunk, Memory<byte> into, CancellationToken cancellation) =>
        Guarded(peer, $"/chunks/{chunk.File.Sha256}/{chunk.Index}", async (response, alive) =>
        {
            if (response.Content.Headers.ContentLength != into.Length) throw new IOException($"{peer} sends another length than the chunk's.");
            await using var body = await response.Content.ReadAsStreamAsync(alive());
            for (var read = 0; read < into.Length;)
            {
                var count = await body.ReadAsync(into[read..], alive());
                if (count == 0) throw new EndOfStreamException($"{peer} broke off.");
                read += count;
            }
        }, cancellation);

    /// <summary>A manifest that a peer has, by its digest; null if it has it not.</summary>
    /// <exception cref="IOException">It does not answer, or broke off.</exception>
    /// <exception cref="WeightsException">What it sent is not that manifest.</exception>
    public async Task<ChunkManifest?> ReadManifest(Uri peer, string digest, CancellationToken cancellation)
    {
        byte[]? json = null;
        await Guarded(
            peer, $"/chunks/{digest}/manifest", async (response, alive) => json = await response.Content.ReadAsByteArrayAsync(alive()), cancellation);
        return json is null ? null : ChunkManifest.Parse(json, digest);
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> Guarded(
        Uri peer, string path, Func<HttpResponseMessage, Func<CancellationToken>, Task> read, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(StallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, path));
            request.Headers.TryAddWithoutValidation("Authorization", secret.Sign("GET", path));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (response.StatusCode == HttpStatusCode.NotFound) return false;
            if (response.StatusCode != HttpStatusCode.OK) throw new IOException($"{peer} answers {(int)response.StatusCode}.");
            await read(response, StillAlive);
            return true;
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"{peer} does not answer: {error.Message}", error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{peer} sent nothing for {StallTimeout.TotalSeconds:0} s.");
        }

        CancellationToken StillAlive()
        {
            stall.CancelAfter(StallTimeout);
            return both.Token;
        }
    }
}
