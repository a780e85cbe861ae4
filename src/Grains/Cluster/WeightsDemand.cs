using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Which silo shall hold which weights ahead. Decided now and then from what pools and heartbeats said, and told to each silo
/// in the answer to its heartbeat. Before the first decision nobody is told anything, so that nothing moves because this moved.
/// </summary>
internal sealed class WeightsDemand(Inventory inventory, TimeProvider time)
{
    private IReadOnlyDictionary<string, WeightsOrders> _orders = new Dictionary<string, WeightsOrders>();
    private IReadOnlyList<(string Model, StandbyModel Weights)> _wanted = [];

    /// <summary>Null of a silo that nothing was decided for yet.</summary>
    public WeightsOrders? OrdersFor(string siloId) => _orders.GetValueOrDefault(siloId);

    /// <summary>What is wanted, and what of it is there by now.</summary>
    public IReadOnlyList<WeightsStandbyView> View()
    {
        var silos = inventory.Silos.Where(silo => silo is { Weights: not null, IsDraining: false }).ToList();
        return [.. _wanted.Select(wanted => View(wanted.Model, wanted.Weights, silos))];
    }

    /// <param name="models">All that are registered.</param>
    /// <param name="pools">Theirs, as they said.</param>
    public void Decide(IReadOnlyList<ModelEntry> models, IReadOnlyList<PoolView> pools)
    {
        var silos = inventory.Silos.Where(silo => silo.Weights is not null).ToList();
        var byModel = pools.ToDictionary(pool => pool.Model, StringComparer.Ordinal);
        var imports = silos.SelectMany(silo => silo.Weights!.Held).Where(held => held.Tier >= WeightsTier.Disk).DistinctBy(held => held.Name)
            .OrderBy(held => held.Name, StringComparer.Ordinal).ToLookup(held => HeldWeights.VersionOf(held.Name), StringComparer.Ordinal);
        var wanted =
            from model in models
            where byModel.ContainsKey(model.Name)
            from import in imports[model.Version]
            select (Entry: model, Weights: Wanted(model, import, byModel[model.Name]));
        var all = wanted.ToList();
        var inUse = pools.SelectMany(pool => pool.Replicas).ToLookup(replica => replica.SiloId, StringComparer.Ordinal);
        _orders = WeightsStandby.Decide(
            [.. all.GroupBy(one => one.Weights.Name, one => one.Weights).Select(Together)], [.. silos.Select(silo => Node(silo, inUse[silo.SiloId], all))]);
        _wanted = [.. all.Select(one => (one.Entry.Name, one.Weights))];
        DiffusionMeter.WeightsStandbyChanged(View());
    }

    /// <summary>The figures are another silo's from now on.</summary>
    public static void End() => DiffusionMeter.WeightsStandbyChanged([]);

    private StandbyModel Wanted(ModelEntry model, HeldWeights import, PoolView pool) =>
        new(import.Name, import.Bytes, model.Policy.At(time.GetUtcNow()).WeightsStandbyTarget, pool.WaitSparedSeconds);

    /// <summary>The same weights under several names: any of them may want them.</summary>
    private static StandbyModel Together(IGrouping<string, StandbyModel> same) =>
        same.First() with { Target = same.Max(one => one.Target), SparedSeconds = same.Sum(one => one.SparedSeconds) };

    private static StandbyNode Node(SiloStatus silo, IEnumerable<ReplicaStatus> ordered, List<(ModelEntry Entry, StandbyModel Weights)> all)
    {
        var replicas = silo.Replicas.Concat(ordered).Where(replica => replica.Phase != ReplicaPhase.Stopped).ToList();
        var names = all.Select(one => one.Weights.Name).Concat(silo.Weights!.Held.Select(held => held.Name)).ToHashSet(StringComparer.Ordinal);
        return new StandbyNode
        {
            SiloId = silo.SiloId,
            Weights = silo.Weights,
            InUse = Of(replicas),
            Loading = Of(replicas.Where(replica => replica.Phase < ReplicaPhase.Ready)),
            Loadable = That(one => MayLoad(silo, one.Entry, one.Weights, device => device.MemoryBytes)),
            LoadableNow = That(one => MayLoad(silo, one.Entry, one.Weights, device => device.FreeBytes)),
        };

        HashSet<string> Of(IEnumerable<ReplicaStatus> those)
        {
            var versions = those.Select(replica => GrainKeys.VersionOf(replica.ReplicaId)).ToHashSet(StringComparer.Ordinal);
            return names.Where(name => versions.Contains(HeldWeights.VersionOf(name))).ToHashSet(StringComparer.Ordinal);
        }

        HashSet<string> That(Func<(ModelEntry Entry, StandbyModel Weights), bool> isSo) =>
            all.Where(isSo).Select(one => one.Weights.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static bool MayLoad(SiloStatus silo, ModelEntry model, StandbyModel weights, Func<DeviceStatus, long> bytes) =>
        !silo.IsDraining && silo.Devices.Any(device => device.Problem is null && device.Provider == HeldWeights.ProviderOf(weights.Name)
            && model.Policy.Needs.AreMetBy(device) && bytes(device) >= model.MemoryBytes);

    private static WeightsStandbyView View(string model, StandbyModel weights, List<SiloStatus> silos)
    {
        var version = HeldWeights.VersionOf(weights.Name);
        var tiers = silos.Where(silo => silo.Replicas.All(replica => GrainKeys.VersionOf(replica.ReplicaId) != version))
            .Select(silo => silo.Weights!.Held.FirstOrDefault(held => held.Name == weights.Name)?.Tier ?? WeightsTier.None).ToList();
        return new(
            model, weights.Name, weights.Target, tiers.Count(tier => tier >= WeightsTier.Disk), tiers.Count(tier => tier == WeightsTier.Memory), weights.Bytes);
    }
}
