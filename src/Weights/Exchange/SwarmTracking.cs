namespace OrleansDiffusion.Weights;

/// <summary>
/// One fetch's talk with the tracker: one question at a time, beside the fetch. A tracker that fails or does not answer
/// grants everything: the origin may then be read more often than once, and nothing waits.
/// </summary>
internal sealed class SwarmTracking(IChunkTracker tracker, NodeIdentity self, ChunkManifest manifest, SwarmOptions options, TimeProvider time)
{
    private Task<Answer>? _asking;
    private long _lastAsked;
    private bool _wasAsked;
    private int _askedCount;
    private int _doubtedAt = -1;
    private int _answeredCount;

    /// <summary>A number of this node's own.</summary>
    public uint Seed => uint.Parse(
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(self.Name)))[..8],
        System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>There is something to tell: ask at the next occasion.</summary>
    public bool HasNews { get; set; }

    /// <summary>What others read from the origin now.</summary>
    public HashSet<int> Claimed { get; private set; } = [];

    /// <summary>Ends when there is something to take.</summary>
    public Task Answered => _asking ?? (Task)new TaskCompletionSource().Task;

    /// <summary>Whether the last answer is younger than the last doubt.</summary>
    public bool IsSure => _answeredCount > _doubtedAt;

    /// <summary>What was answered so far no longer counts as the whole truth.</summary>
    public void Doubt() => _doubtedAt = _askedCount;

    public void Ask(ChunkSet have, OriginWish wish, IReadOnlyList<string> distrusted, CancellationToken cancellation)
    {
        if (_asking is not null) return;
        if (_wasAsked && !HasNews && time.GetElapsedTime(_lastAsked) < options.PollInterval) return;
        (HasNews, _wasAsked, _lastAsked) = (false, true, time.GetTimestamp());
        _asking = Send(Report(have, wish, distrusted), ++_askedCount, cancellation);
    }

    /// <returns>Null if there is no new answer.</returns>
    public Answer? TryTake()
    {
        if (_asking is not { IsCompletedSuccessfully: true } answered) return null;
        _asking = null;
        var answer = answered.GetAwaiter().GetResult();
        _answeredCount = answer.Number;
        Claimed = [.. answer.Places?.Claimed ?? []];
        return answer;
    }

    /// <summary>The last word of a fetch, so that others find the chunks here. A tracker that is away hears it with the next report.</summary>
    public async Task Tell(ChunkSet have, CancellationToken cancellation)
    {
        if (_asking is not null) await _asking;
        await Send(Report(have, new OriginWish([], [], 0), []), ++_askedCount, cancellation);
    }

    private ChunkReport Report(ChunkSet have, OriginWish wish, IReadOnlyList<string> distrusted) =>
        new(manifest.Digest, manifest.Chunks.Count, self.Name, self.Address, have.ToBytes(), wish.Reading, wish.Wanted, wish.GrantMax, distrusted);

    private async Task<Answer> Send(ChunkReport report, int number, CancellationToken cancellation)
    {
        try
        {
            var places = await tracker.Report(report, cancellation).WaitAsync(options.TrackerTimeout, time, cancellation);
            return new Answer(number, places, [.. places.Granted.Where(report.Wanted.Contains)], null, cancellation);
        }
        catch (Exception error)
        {
            return new Answer(number, null, OnItsOwn(report), error.Message, cancellation);
        }
    }

    /// <summary>Without a tracker each node begins at another place: then peers have different chunks once it is back.</summary>
    private List<int> OnItsOwn(ChunkReport report)
    {
        var first = report.Wanted.Count == 0 ? 0 : (int)(Seed % (uint)report.Wanted.Count);
        return [.. report.Wanted.Skip(first).Concat(report.Wanted.Take(first)).Take(report.GrantMax)];
    }

    /// <param name="Reading">Chunks that come from the origin now.</param>
    /// <param name="Wanted">Chunks that could, best first.</param>
    /// <param name="GrantMax">How many more at a time.</param>
    internal sealed record OriginWish(IReadOnlyList<int> Reading, IReadOnlyList<int> Wanted, int GrantMax);

    /// <param name="Number">Of the question.</param>
    /// <param name="Places">Null if there was no answer.</param>
    /// <param name="Granted">What to read from the origin.</param>
    /// <param name="Fault">Why there was no answer.</param>
    /// <param name="Cancellation">Of the fetch.</param>
    internal sealed record Answer(int Number, ChunkPlaces? Places, IReadOnlyList<int> Granted, string? Fault, CancellationToken Cancellation);
}
