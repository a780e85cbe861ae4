namespace OrleansDiffusion.Weights;

/// <summary>
/// Who has which chunks of one manifest, and who reads which from the origin: each chunk is granted to one node, so that the
/// origin is read about once however many begin together. Pure: time arrives as an argument. For one caller at a time.
/// </summary>
public sealed class ChunkTracker(int chunkCount)
{
    /// <summary>More peers than that are no use to one node, and their bitmaps would make answers large.</summary>
    public const int PeerCountMax = 32;

    private readonly Dictionary<string, Holder> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Claim> _claims = [];

    /// <summary>A node that was not heard for so long is forgotten with its claims. Nodes report at least every third of it.</summary>
    public static TimeSpan SilenceMax { get; } = TimeSpan.FromSeconds(15);

    /// <summary>After that, a chunk that somebody still reads from the origin is granted to one more.</summary>
    public static TimeSpan ClaimMax { get; } = TimeSpan.FromMinutes(1);

    public int ChunkCount { get; } = chunkCount;

    public IReadOnlyCollection<string> Nodes => _holders.Keys;

    /// <summary>Takes a report in. A report about another number of chunks changes nothing and learns nothing.</summary>
    public ChunkPlaces Report(ChunkReport report, DateTimeOffset now)
    {
        if (ChunkSet.FromBytes(ChunkCount, report.Have) is not { } have) return new ChunkPlaces([], [], []);
        ForgetSilent(now);
        _holders[report.Node] = new Holder(report.Address, have, now);
        EndClaims(report);
        var granted = report.Wanted.Where(chunk => IsFree(chunk, report, now)).Distinct().Take(report.GrantMax).ToList();
        foreach (var chunk in granted) _claims[chunk] = new Claim(report.Node, now);
        return new ChunkPlaces(PeersFor(report), granted, [.. _claims.Keys.Where(chunk => IsClaimed(chunk, report, now))]);
    }

    /// <summary>A node died: its chunks are not there any more, and others may read what it was reading.</summary>
    public void Forget(string node)
    {
        _holders.Remove(node);
        foreach (var (chunk, _) in _claims.Where(claim => claim.Value.Node == node).ToList()) _claims.Remove(chunk);
    }

    /// <summary>How many nodes have a chunk.</summary>
    public int HoldersOf(int chunk) => _holders.Values.Count(holder => holder.Have.Contains(chunk));

    private bool IsFree(int chunk, ChunkReport report, DateTimeOffset now)
    {
        if ((uint)chunk >= (uint)ChunkCount) return false;
        return !IsClaimed(chunk, report, now) && !_holders.Any(holder => holder.Value.Have.Contains(chunk) && !report.Distrusted.Contains(holder.Key));
    }

    /// <summary>By another node, not too long ago.</summary>
    private bool IsClaimed(int chunk, ChunkReport report, DateTimeOffset now) =>
        _claims.TryGetValue(chunk, out var claim)
        && claim.Node != report.Node && !report.Distrusted.Contains(claim.Node) && now - claim.Since < ClaimMax;

    private void EndClaims(ChunkReport report)
    {
        var ended = _claims.Where(claim => claim.Value.Node == report.Node && !report.Reading.Contains(claim.Key)).ToList();
        foreach (var (chunk, _) in ended) _claims.Remove(chunk);
    }

    /// <summary>The next ones after the node in a ring of names, so that not all ask the same few.</summary>
    private List<ChunkPeer> PeersFor(ChunkReport report)
    {
        var others = _holders.Where(holder => holder.Key != report.Node && holder.Value.Have.Count > 0);
        return
        [
            .. others.OrderBy(holder => string.CompareOrdinal(holder.Key, report.Node) < 0).ThenBy(holder => holder.Key, StringComparer.Ordinal)
                .Take(PeerCountMax).Select(holder => new ChunkPeer(holder.Key, holder.Value.Address, holder.Value.Have.ToBytes())),
        ];
    }

    private void ForgetSilent(DateTimeOffset now)
    {
        foreach (var (node, _) in _holders.Where(holder => now - holder.Value.Heard > SilenceMax).ToList()) Forget(node);
    }

    private sealed record Holder(Uri Address, ChunkSet Have, DateTimeOffset Heard);

    private sealed record Claim(string Node, DateTimeOffset Since);
}
