using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace OrleansDiffusion.Weights;

/// <summary>Lines to peers that are free, and which peers offer none.</summary>
internal sealed class PeerLines : IDisposable
{
    /// <summary>Free lines kept of one peer.</summary>
    private const int IdleCountMax = 8;

    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    /// <summary>A peer that offers no lines may be restarted as one that does.</summary>
    private static readonly TimeSpan PlainFor = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, List<ChunkLine>> _idle = [];
    private readonly ConcurrentDictionary<Uri, long> _plainSince = new();
    private readonly HttpClient _http;
    private readonly ClusterSecret _secret;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _isOver;

    public PeerLines(HttpClient http, ClusterSecret secret, TimeProvider time)
    {
        (_http, _secret, _time) = (http, secret, time);
        _timer = time.CreateTimer(_ => CloseIdle(IdleMax), null, IdleMax, IdleMax);
    }

    /// <returns>Whether the peer has the chunk; null if it offers no lines.</returns>
    /// <exception cref="IOException">It does not answer, or broke off.</exception>
    public async Task<bool?> Read(Uri peer, LineRequest request, Memory<byte> into, Stall stall)
    {
        if (_plainSince.TryGetValue(peer, out var since) && _time.GetElapsedTime(since) < PlainFor) return null;
        while (TakeIdle(peer) is { } idle)
        {
            if (await Read(idle, request, into, stall) is { } has) return has; // Else it was closed while it lay here.
        }

        if (await Open(peer, stall) is not { } line) return null;
        return await Read(line, request, into, stall) ?? throw new EndOfStreamException($"{peer} broke off.");
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock) _isOver = true;
        CloseIdle(TimeSpan.Zero);
    }

    private async Task<bool?> Read(ChunkLine line, LineRequest request, Memory<byte> into, Stall stall)
    {
        bool? has = null;
        try
        {
            return has = await line.Read(request, into, stall);
        }
        finally
        {
            if (has is null || !TryPutBack(line)) line.Dispose(); // One that broke off or was cancelled is in the middle of something.
        }
    }

    private async Task<ChunkLine?> Open(Uri peer, Stall stall)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, LineProtocol.Path));
        request.Headers.TryAddWithoutValidation("Authorization", _secret.Sign("GET", LineProtocol.Path));
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(LineProtocol.Name, LineProtocol.Version));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Alive());
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols && NonceOf(response) is { } nonce)
            return new ChunkLine(peer, response, await response.Content.ReadAsStreamAsync(stall.Alive()), nonce, _secret);
        response.Dispose();
        if (response.StatusCode == HttpStatusCode.Unauthorized) throw new IOException($"{peer} answers 401.");
        _plainSince[peer] = _time.GetTimestamp();
        return null;
    }

    private static byte[]? NonceOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(LineProtocol.NonceHeader, out var values) || values.First() is not { } hex) return null;
        return hex.Length == 2 * LineProtocol.NonceBytes && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }

    private ChunkLine? TakeIdle(Uri peer)
    {
        lock (_lock)
        {
            if (!_idle.TryGetValue(peer, out var lines)) return null;
            var line = lines[^1];
            lines.RemoveAt(lines.Count - 1);
            if (lines.Count == 0) _idle.Remove(peer);
            return line;
        }
    }

    private bool TryPutBack(ChunkLine line)
    {
        line.IdleSince = _time.GetTimestamp();
        lock (_lock)
        {
            if (_isOver) return false;
            if (!_idle.TryGetValue(line.Peer, out var lines)) _idle.Add(line.Peer, lines = []);
            if (lines.Count >= IdleCountMax) return false;
            lines.Add(line);
            return true;
        }
    }

    private void CloseIdle(TimeSpan idleMax)
    {
        List<ChunkLine> old = [];
        lock (_lock)
        {
            foreach (var (peer, lines) in _idle.ToList())
            {
                old.AddRange(lines.Where(line => _time.GetElapsedTime(line.IdleSince) >= idleMax));
                if (lines.RemoveAll(old.Contains) > 0 && lines.Count == 0) _idle.Remove(peer);
            }
        }

        foreach (var line in old) line.Dispose();
    }
}
