namespace OrleansDiffusion.Jobs;

/// <summary>
/// Keeps what spares most waiting per byte: P(request within its load time) x load seconds / bytes. A replica that will
/// most likely be wanted before it could be back is worth its place; one that loads at once is not.
/// </summary>
public sealed class ResidencyPolicy : IResidencyPolicy
{
    public static ResidencyPolicy Instance { get; } = new();

    public double Worth(in ResidentReplica replica)
    {
        var probability = (replica.Gaps ?? GapHistogram.Unknown).EndsWithin(replica.LoadSeconds, replica.IdleSeconds);
        return probability * replica.LoadSeconds / Math.Max(1, replica.MemoryBytes);
    }
}

/// <summary>Keeps what was used last: what ours is compared with.</summary>
public sealed class LruResidency : IResidencyPolicy
{
    public static LruResidency Instance { get; } = new();

    public double Worth(in ResidentReplica replica) => -replica.IdleSeconds;
}
