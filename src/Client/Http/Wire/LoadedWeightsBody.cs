using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>What a load fetched, and from where.</summary>
public sealed record LoadedWeightsBody
{
    /// <summary>Of the model.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>What was on the silo's disk before.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>What other silos gave.</summary>
    public required long PeerBytes { get; init; }

    /// <summary>What the origin gave.</summary>
    public required long OriginBytes { get; init; }

    /// <summary>From the load's first look at them until the last byte that has come.</summary>
    public required double Seconds { get; init; }

    public static LoadedWeightsBody From(LoadedWeights weights) => new()
    {
        TotalBytes = weights.TotalBytes,
        CacheBytes = weights.CacheBytes,
        PeerBytes = weights.PeerBytes,
        OriginBytes = weights.OriginBytes,
        Seconds = weights.Seconds,
    };

    public LoadedWeights ToWeights() => new(TotalBytes, CacheBytes, PeerBytes, OriginBytes, Seconds);
}
