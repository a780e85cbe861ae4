namespace OrleansDiffusion.Jobs;

/// <summary>What a silo's weights cache can hold and holds, as its heartbeat tells it.</summary>
public sealed record SiloWeights
{
    /// <summary>Weights that may lie on its disk.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Of these, what it may keep in memory besides; 0 is nothing.</summary>
    public long MemoryBytes { get; init; }

    public IReadOnlyList<HeldWeights> Held { get; init; } = [];
}

/// <param name="Name">Of the import: VERSION-cpu.</param>
/// <param name="Bytes">All of it, also where only a part is there.</param>
/// <param name="Tier">The nearest one.</param>
public sealed record HeldWeights(string Name, long Bytes, WeightsTier Tier)
{
    /// <summary>Of the model.</summary>
    public static string VersionOf(string name) => name[..Math.Max(0, name.LastIndexOf('-'))];

    /// <summary>The kind of device that can load it.</summary>
    public static string ProviderOf(string name) => name[(name.LastIndexOf('-') + 1)..];
}

/// <summary>
/// What a silo is asked to hold ahead, by the names of imports, the most wanted first. Both are all there is: what is not
/// named may go.
/// </summary>
/// <param name="Disk">To be brought to its disk.</param>
/// <param name="Memory">Of these, to be kept in memory.</param>
public sealed record WeightsOrders(IReadOnlyList<string> Disk, IReadOnlyList<string> Memory)
{
    public static WeightsOrders None { get; } = new([], []);

    /// <summary>Equal when the same is asked for in the same order.</summary>
    public bool Equals(WeightsOrders? other) => other is not null && Disk.SequenceEqual(other.Disk) && Memory.SequenceEqual(other.Memory);

    public override int GetHashCode() => HashCode.Combine(Disk.Count, Memory.Count);
}
