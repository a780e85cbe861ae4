namespace OrleansDiffusion.Jobs;

/// <summary>A model's weights as somebody may soon want them.</summary>
/// <param name="Name">Of the import that silos hold: VERSION-cpu.</param>
/// <param name="Bytes">What it takes on a disk, and in memory.</param>
/// <param name="Target">Silos that shall hold it ahead, beside those with a replica.</param>
/// <param name="SparedSeconds">P(one more replica is wanted within its load time) x load seconds.</param>
public sealed record StandbyModel(string Name, long Bytes, int Target, double SparedSeconds)
{
    /// <summary>As <see cref="ResidencyPolicy"/> measures it: spared waiting per byte.</summary>
    public double Worth => SparedSeconds > 0 ? SparedSeconds / Math.Max(1, Bytes) : 0;
}

/// <summary>A silo with a weights cache.</summary>
public sealed record StandbyNode
{
    public required string SiloId { get; init; }

    public required SiloWeights Weights { get; init; }

    /// <summary>What its replicas have or are getting: it takes its room here whatever is decided.</summary>
    public IReadOnlySet<string> InUse { get; init; } = new HashSet<string>();

    /// <summary>Of these, what is being loaded now.</summary>
    public IReadOnlySet<string> Loading { get; init; } = new HashSet<string>();

    /// <summary>What its devices could load, were they empty. Nothing else is held ahead here.</summary>
    public IReadOnlySet<string> Loadable { get; init; } = new HashSet<string>();

    /// <summary>Of these, what they could load right now.</summary>
    public IReadOnlySet<string> LoadableNow { get; init; } = new HashSet<string>();

    /// <summary>May it be held ahead here: a replica could come, and none is there or on its way.</summary>
    public bool MayHold(string name) => Loadable.Contains(name) && !InUse.Contains(name);

    /// <summary>How near it is.</summary>
    public WeightsTier TierOf(string name) => Weights.Held.FirstOrDefault(held => held.Name == name)?.Tier ?? WeightsTier.None;
}
