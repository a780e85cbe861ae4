using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Looks at the cluster's devices for a pool: could any hold its model, and is every replica where the policy wants it.</summary>
internal sealed class DeviceWatch(Pool pool, IGrainFactory grains, TimeProvider time, PoolOptions options)
{
    /// <summary>How old the answer of a pool without replicas may be while it is yes; a no is looked at in every pass.</summary>
    private static readonly TimeSpan AnswerKept = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _placedRight = new(StringComparer.Ordinal);
    private DeviceNeeds _needs = DeviceNeeds.None;
    private DateTimeOffset _lookedAt;

    /// <summary>The replicas on devices that the policy rules out. Looks only when there may be something new to see.</summary>
    public async Task<IReadOnlyList<PooledReplica>> Misplaced(ModelEntry model)
    {
        if (!model.Policy.Needs.Equals(_needs)) (_needs, _lookedAt) = (model.Policy.Needs, default);
        if (_lookedAt == default) _placedRight.Clear();
        _placedRight.IntersectWith(pool.Replicas.Select(replica => replica.Id));
        var unknown = _needs.Equals(DeviceNeeds.None) ? []
            : pool.Replicas.Where(replica => !replica.IsRetiring && !_placedRight.Contains(replica.Id)).ToList();
        if (unknown.Count == 0 && !MustJudge()) return [];

        var devices = await Look(model);
        var found = unknown.Select(replica => (Replica: replica, Device: devices.FirstOrDefault(device => IsUnder(replica, device)))).ToList();
        _placedRight.UnionWith(found.Where(pair => pair.Device is { } device && _needs.AreMetBy(device)).Select(pair => pair.Replica.Id));
        return [.. found.Where(pair => pair.Device is { } device && !_needs.AreMetBy(device)).Select(pair => pair.Replica)];
    }

    /// <summary>Judges anew whether any device could hold the model.</summary>
    public async Task<IReadOnlyList<DeviceStatus>> Look(ModelEntry model)
    {
        var view = await grains.GetGrain<IClusterGrain>(GrainKeys.Cluster).View();
        var devices = view.Silos.SelectMany(silo => silo.Devices).ToList();
        _lookedAt = time.GetUtcNow();
        var refusal = Admission.ToDevices(model, devices);
        if (refusal is null && devices.Count > 0) pool.Prospects.Fits(_lookedAt);
        else pool.Prospects.FitsNone(refusal, _lookedAt);
        return devices;
    }

    private bool MustJudge() =>
        pool.Replicas.Count == 0 && time.GetUtcNow() - _lookedAt >= (pool.Prospects.Refusal is null ? AnswerKept : options.ReconcileInterval);

    private static bool IsUnder(PooledReplica replica, DeviceStatus device) =>
        replica.Status.SiloId == device.SiloId && replica.Status.DeviceId == device.DeviceId;
}
