namespace OrleansDiffusion.Weights;

public sealed record WeightsCacheOptions
{
    /// <summary>On a local disk; one process at a time has it.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Bytes of model files that may lie here, counted at full length from the moment a model is given room. More keeps more
    /// models one tier away from a device. Marks and manifests (less than 0.01 %) come on top.
    /// </summary>
    public required long BudgetBytes { get; init; }
}

/// <summary>One model of a cache, as it is now.</summary>
/// <param name="ManifestDigest">Its identity here.</param>
/// <param name="Version">The model's full version.</param>
/// <param name="Bytes">What it takes, shared files included.</param>
/// <param name="Have">Which chunks can be read.</param>
/// <param name="LeaseCount">Who uses it; while that is not 0 it stays.</param>
/// <param name="LastUsed">When a lease last began or ended.</param>
public sealed record CacheEntry(string ManifestDigest, string Version, long Bytes, ChunkSet Have, int LeaseCount, DateTimeOffset LastUsed);
