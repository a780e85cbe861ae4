namespace OrleansDiffusion.Jobs;

/// <summary>A silo's disk and memory while they are divided up.</summary>
/// <param name="node">Whose.</param>
/// <param name="sizes">Bytes by name.</param>
internal sealed class StandbyShelf(StandbyNode node, IReadOnlyDictionary<string, long> sizes)
{
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HeldWeights> _held =
        node.Weights.Held.DistinctBy(held => held.Name).ToDictionary(held => held.Name, StringComparer.Ordinal);

    private long? _freeBytes;

    public StandbyNode Node => node;

    /// <summary>What replicas use takes its room first: that is not for anybody to decide.</summary>
    public long FreeBytes
    {
        get => _freeBytes ??= node.Weights.DiskBytes - node.InUse.Sum(name => _held.GetValueOrDefault(name)?.Bytes ?? sizes.GetValueOrDefault(name));
        private set => _freeBytes = value;
    }

    public bool MayHold(StandbyModel model) => node.MayHold(model.Name);

    public WeightsTier TierOf(StandbyModel model) => _held.GetValueOrDefault(model.Name)?.Tier ?? WeightsTier.None;

    public bool HasAll(StandbyModel model) => TierOf(model) >= WeightsTier.Disk;

    public bool HasRoomFor(StandbyModel model) => model.Bytes <= FreeBytes && !_placed.Contains(model.Name);

    public bool TryPlace(StandbyModel model)
    {
        if (!HasRoomFor(model)) return false;
        _placed.Add(model.Name);
        FreeBytes -= model.Bytes;
        return true;
    }

    public WeightsOrders Orders(IReadOnlyList<StandbyModel> models)
    {
        var inMemory = Memory(models);
        var byWorth = models.OrderByDescending(model => model.Worth).ThenBy(model => model.Name, StringComparer.Ordinal)
            .Select(model => model.Name).ToList();
        return new([.. byWorth.Where(_placed.Contains)], [.. byWorth.Where(inMemory.Contains)]);
    }

    /// <summary>Of what is held ahead here, as much as memory holds. What is being loaded stays until others need its room.</summary>
    private HashSet<string> Memory(IReadOnlyList<StandbyModel> models)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var leftBytes = node.Weights.MemoryBytes;
        var candidates = models.Where(model => _placed.Contains(model.Name) || (node.Loading.Contains(model.Name) && IsInMemory(model)))
            .OrderByDescending(model => model.Worth * (IsInMemory(model) ? WeightsStandby.MemoryHoldFactor : 1)).ThenByDescending(IsInMemory)
            .ThenBy(model => model.Name, StringComparer.Ordinal);
        foreach (var model in candidates)
        {
            if (model.Bytes > leftBytes) continue;
            leftBytes -= model.Bytes;
            kept.Add(model.Name);
        }

        return kept;
    }

    private bool IsInMemory(StandbyModel model) => TierOf(model) == WeightsTier.Memory;
}
