using System.Threading.Channels;

namespace OrleansDiffusion.Weights;

/// <summary>
/// Fetches what is missing of one model from peers and origin at once. One loop decides, on one thread at a time; requests
/// run beside it and land in its channel. Rarest chunks first, within a window that moves in the order of loading; the
/// origin gives only what the tracker granted, so that nodes that begin together read it about once.
/// </summary>
internal sealed class SwarmFetch
{
    private readonly ModelLease _lease;
    private readonly SwarmSources _sources;
    private readonly SwarmTracking _tracking;
    private readonly SwarmOptions _options;
    private readonly IWeightsObserver _observer;
    private readonly FetchCounts _counts;
    private readonly PeerBook _peers;
    private readonly OriginBook _origin = new();
    private readonly List<Chunk> _missing;
    private readonly Dictionary<int, Flight> _flights = [];
    private readonly Channel<Landing> _landings = Channel.CreateUnbounded<Landing>();
    private readonly List<Task> _tasks = [];
    private readonly int _start;
    private Task<bool>? _landed;
    private TimeSpan _usual;

    public SwarmFetch(
        ModelLease lease, SwarmSources sources, SwarmTracking tracking, SwarmOptions options, IWeightsObserver observer, FetchCounts counts)
    {
        (_lease, _sources, _tracking, _options, _observer, _counts) = (lease, sources, tracking, options, observer, counts);
        var have = lease.Have;
        _peers = new PeerBook(have.Size, options);
        _missing = [.. LoadOrder.ChunksOf(lease.Manifest).Where(chunk => !have.Contains(chunk.Number))];
        _start = (int)(tracking.Seed % (uint)options.WindowChunkCount);
    }

    private string Digest => _lease.Manifest.Digest;

    private IEnumerable<Chunk> Open => _missing.Take(_options.WindowChunkCount).Where(chunk => !_flights.ContainsKey(chunk.Number));

    private int OriginBusy => _flights.Values.Sum(flight => flight.Attempts.Count(attempt => attempt.Peer is null));

    /// <exception cref="WeightsException">Nobody has what is missing, or the disk refused.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            while (_missing.Count > 0)
            {
                if (_tracking.TryTake() is { } places) Learn(places);
                _tracking.Ask(_lease.Have, Wish(), _peers.Dropped, cancellation);
                AskPeers(cancellation);
                Hedge(cancellation);
                ThrowIfHopeless();
                await Next(cancellation);
            }
        }
        finally
        {
            foreach (var attempt in _flights.Values.SelectMany(flight => flight.Attempts)) await attempt.Cancel.CancelAsync();
            await Task.WhenAll(_tasks);
            _counts.End();
        }
    }

    /// <summary>The last word to the tracker, so that others find the chunks here. Nobody who waits for the model waits for it.</summary>
    public Task Tell(CancellationToken cancellation) => _tracking.Tell(_lease.Have, cancellation);

    /// <summary>A landing, an answer of the tracker, or the time to ask it again: whatever comes first.</summary>
    private async Task Next(CancellationToken cancellation)
    {
        _landed ??= _landings.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var poll = Task.Delay(_options.PollInterval, _sources.Time, pause.Token);
        await Task.WhenAny(_landed, poll, _tracking.Answered);
        await pause.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (_landed.IsCompleted) _landed = null;
        while (_landings.Reader.TryRead(out var landed)) Take(landed);
        _tasks.RemoveAll(task => task.IsCompletedSuccessfully);
    }

    /// <summary>What this node would read from the origin: what no peer has, or is getting.</summary>
    private SwarmTracking.OriginWish Wish()
    {
        var reading = _flights.Values.Where(flight => flight.Attempts.Any(attempt => attempt.Peer is null)).Select(flight => flight.Chunk.Number);
        var wanted = Open.Where(chunk => _peers.HoldersOf(chunk.Number) == 0 && !_origin.HasFailed(chunk)).Select(chunk => chunk.Number);
        return new([.. reading], [.. wanted], Math.Max(0, _options.OriginSlots - OriginBusy));
    }

    private void Learn(SwarmTracking.Answer answer)
    {
        if (answer.Places is { } places) _peers.Learn(places.Peers);
        else _observer.Seen(new TrackerFault(Digest, answer.Fault!));
        foreach (var number in answer.Granted)
        {
            var chunk = _lease.Manifest.Chunks[number];
            if (!_flights.ContainsKey(number) && _missing.Contains(chunk)) Start(chunk, peer: null, answer.Cancellation);
        }
    }

    private void AskPeers(CancellationToken cancellation)
    {
        // Some buffers are left to chunks that are asked for a second time.
        while (_flights.Count < _options.BufferCountMax * 3 / 4 && NextFromPeers() is { } next) Start(next.Chunk, next.Peer, cancellation);
    }

    /// <summary>
    /// What a load cannot begin without, then the rarest; among equals each node begins at another place, so that they have
    /// something to give each other.
    /// </summary>
    private (Chunk Chunk, PeerBook.Peer Peer)? NextFromPeers()
    {
        var best = Open
            .Select((chunk, place) => (Chunk: chunk, Place: place, Peer: _peers.FreeHolderOf(chunk.Number)))
            .Where(one => one.Peer is not null)
            .OrderBy(one => !LoadOrder.IsText(one.Chunk.File.Path))
            .ThenBy(one => _peers.HoldersOf(one.Chunk.Number))
            .ThenBy(one => (one.Place + _start) % _options.WindowChunkCount)
            .FirstOrDefault();
        return best.Peer is null ? null : (best.Chunk, best.Peer);
    }

    private void Hedge(CancellationToken cancellation)
    {
        var patience = _usual * 3 > _options.HedgeAfter ? _usual * 3 : _options.HedgeAfter;
        foreach (var flight in _flights.Values.Where(flight => flight.Attempts.Count == 1).ToList())
        {
            var first = flight.Attempts[0];
            if (_sources.Time.GetElapsedTime(first.Began) < patience) continue;
            var peer = _peers.FreeHolderOf(flight.Chunk.Number, except: first.Peer);
            var mayOrigin = first.Peer is not null && OriginBusy < _options.OriginSlots && !_origin.HasFailed(flight.Chunk);
            if (peer is null && !mayOrigin) continue;
            Start(flight.Chunk, peer, cancellation);
            _observer.Seen(new ChunkHedged(Digest, flight.Chunk));
        }
    }

    private void Start(Chunk chunk, PeerBook.Peer? peer, CancellationToken cancellation)
    {
        var attempt = new Attempt(chunk, peer, _sources.Time.GetTimestamp(), CancellationTokenSource.CreateLinkedTokenSource(cancellation));
        if (!_flights.TryGetValue(chunk.Number, out var flight)) _flights.Add(chunk.Number, flight = new Flight(chunk));
        flight.Attempts.Add(attempt);
        if (peer is not null) peer.Busy++;
        _tasks.Add(Task.Run(async () => _landings.Writer.TryWrite(await _sources.Fly(attempt, _lease)), CancellationToken.None));
    }

    private void Take(Landing landing)
    {
        var attempt = landing.Attempt;
        if (attempt.Peer is { } peer) peer.Busy--;
        attempt.Cancel.Dispose();
        if (_flights.TryGetValue(attempt.Chunk.Number, out var flight))
        {
            flight.Attempts.Remove(attempt);
            if (landing.Ending == Ending.Arrived) Arrived(flight, attempt);
            else if (flight.Attempts.Count == 0) _flights.Remove(attempt.Chunk.Number);
        }

        if (landing.Ending == Ending.Corrupt) Corrupt(attempt);
        if (landing.Ending == Ending.Gone) attempt.Peer!.Have.Remove(attempt.Chunk.Number);
        if (landing.Ending == Ending.Failed) Failed(attempt, landing.Error!);
        if (landing.Ending == Ending.Fatal) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(landing.Error!);
        _tracking.HasNews = true;
    }

    private void Arrived(Flight flight, Attempt attempt)
    {
        foreach (var other in flight.Attempts) other.Cancel.Cancel();
        _flights.Remove(flight.Chunk.Number);
        _missing.Remove(flight.Chunk);
        var took = _sources.Time.GetElapsedTime(attempt.Began);
        _usual = _usual == TimeSpan.Zero ? took : (_usual * 7 + took) / 8;
        if (attempt.Peer is { } peer) (peer.Failures, peer.Read) = (0, peer.Read + 1);
        _counts.Add(attempt.Source, flight.Chunk.Bytes);
        _observer.Seen(new ChunkFetched(Digest, flight.Chunk, attempt.Source, attempt.Peer?.Node, took));
    }

    private void Corrupt(Attempt attempt)
    {
        var message = $"It gave bytes that are not chunk {attempt.Chunk.Index} of {attempt.Chunk.File.Path}.";
        if (attempt.Peer is { IsDropped: false } peer) Drop(peer, PeerFault.Corrupt, message);
        if (attempt.Peer is null) OriginFailed(attempt.Chunk, _origin.Wrong(attempt.Chunk, _sources.Origin.Name));
    }

    private void Failed(Attempt attempt, Exception error)
    {
        if (attempt.Peer is null) OriginFailed(attempt.Chunk, _origin.Failed(attempt.Chunk, (WeightsException)error));
        else if (!attempt.Peer.IsDropped && _peers.Failed(attempt.Peer)) Drop(attempt.Peer, PeerFault.Silent, error.Message);
    }

    private void Drop(PeerBook.Peer peer, PeerFault fault, string message)
    {
        peer.IsDropped = true;
        _observer.Seen(new PeerDropped(Digest, peer.Node, fault, message));
    }

    private void OriginFailed(Chunk chunk, string message)
    {
        _tracking.Doubt();
        _observer.Seen(new OriginFault(Digest, chunk, message));
    }

    /// <summary>What the origin cannot give, no peer has and nobody is getting, will not come.</summary>
    private void ThrowIfHopeless()
    {
        if (!_origin.HasFailures || !_tracking.IsSure) return;
        foreach (var chunk in Open.Where(_origin.HasFailed))
        {
            if (_peers.HoldersOf(chunk.Number) == 0 && !_tracking.Claimed.Contains(chunk.Number)) throw _origin.ErrorOf(chunk);
        }
    }
}
