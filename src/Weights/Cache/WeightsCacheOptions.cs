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
/// <param name="Manifest">Its files and their chunks.</param>
/// <param name="Folder">Where those of its files have their names that are whole.</param>
/// <param name="Bytes">What it takes, shared files included.</param>
/// <param name="Have">Which chunks can be read.</param>
/// <param name="LeaseCount">Who uses it; while that is not 0 it stays.</param>
/// <param name="LastUsed">When a lease last began or ended.</param>
public sealed record CacheEntry(ChunkManifest Manifest, string Folder, long Bytes, ChunkSet Have, int LeaseCount, DateTimeOffset LastUsed)
{
    /// <summary>Its identity here.</summary>
    public string ManifestDigest => Manifest.Digest;

    /// <summary>The model's full version.</summary>
    public string Version => Manifest.Model.Digest;
}
