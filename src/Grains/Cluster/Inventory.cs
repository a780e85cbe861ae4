using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What the cluster knows of its silos, and the room it has granted. It answers at once and calls nobody.</summary>
internal sealed class Inventory(TimeProvider time, LivenessOptions options)
{
    private readonly Dictionary<string, SiloStatus> _silos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Granted> _granted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _released = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);

    /// <summary>By name, so that every look is the same.</summary>
    public SiloStatus[] Silos => [.. _silos.Values.OrderBy(silo => silo.SiloId, StringComparer.Ordinal)];

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Notes a heartbeat. Its time is taken here: clocks of silos differ.</summary>
    public void Heard(SiloStatus silo)
    {
        ForgetLate();
        _silos[silo.SiloId] = silo with { LastSeenAt = Now };
        foreach (var replica in silo.Replicas) Confirm(silo, replica);
        foreach (var gone in _granted.Values.Where(grant => IsGone(grant, silo)).ToList()) _granted.Remove(gone.Place.ReplicaId);
    }

    /// <summary>Room for a replica. The one that has room already keeps it, unless it asks for another kind of device before it moved in.</summary>
    public DeviceChoice Reserve(string replicaId, string model, long memoryBytes, DeviceNeeds? needs = null, MeasuredMemory? measured = null)
    {
        ForgetLate();
        if (_granted.TryGetValue(replicaId, out var granted) && DeviceOf(granted.Place) is { } same
            && (granted.IsConfirmed || needs?.AreMetBy(same) != false)) return new(same, null);

        _granted.Remove(replicaId);
        var request = new PlacementRequest(model, memoryBytes, needs, WeightsAt(GrainKeys.VersionOf(replicaId)), measured);
        var choice = DevicePlacement.Choose(request, Silos, PlacesFor(model), Now, options.SiloTimeout);
        if (choice.Device is not { } device) return choice;

        _claims.Remove(model);
        _released.Remove(replicaId);
        _granted[replicaId] = new(new(replicaId, model, device.SiloId, device.DeviceId, request.MemoryOn(device)), Now, IsConfirmed: false);
        return choice;
    }

    /// <summary>What is granted to a replica; 0: nothing.</summary>
    public long BytesOf(string replicaId) => _granted.GetValueOrDefault(replicaId)?.Place.MemoryBytes ?? 0;

    /// <summary>Where the model could be if others left; nothing while others leave for it already.</summary>
    public IReadOnlyList<RoomCandidate> WithoutRoom(DeviceRequest request)
    {
        ForgetLate();
        if (_claims.ContainsKey(request.Model)) return [];
        var placement = Placement(request);
        return DevicePlacement.WithoutRoom(placement, Silos, PlacesFor(request.Model), Now, options.SiloTimeout);
    }

    /// <summary>Keeps the room that others leave for the model it is made for.</summary>
    public void Keep(DeviceRequest request, DeviceStatus device)
    {
        var bytes = Placement(request).MemoryOn(device);
        var place = new DeviceReservation($"{request.Model}@claim", request.Model, device.SiloId, device.DeviceId, bytes);
        _claims[request.Model] = new(place, Now);
    }

    /// <summary>Nobody leaves after all.</summary>
    public void KeepNoMore(string model) => _claims.Remove(model);

    /// <summary>Gives the room back.</summary>
    /// <returns>The models that wait for room on that device.</returns>
    public IReadOnlyList<string> Release(string replicaId)
    {
        _released[replicaId] = Now;
        if (!_granted.Remove(replicaId, out var grant)) return [];
        return [.. WhoWaitFor(grant.Place)];
    }

    /// <summary>Gives all room back that the model's replicas have and that no heartbeat has shown them in.</summary>
    /// <returns>The models that wait for it.</returns>
    public IReadOnlyList<string> ReleaseUntaken(string model)
    {
        var untaken = _granted.Values.Where(grant => grant.Place.Model == model && !grant.IsConfirmed).Select(grant => grant.Place).ToList();
        foreach (var place in untaken) _granted.Remove(place.ReplicaId);
        return [.. untaken.SelectMany(WhoWaitFor).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The models whose kept room on that silo is free now.</summary>
    public IReadOnlyList<string> MayMoveIn(string siloId) =>
    [
        .. _claims.Values.Where(claim => claim.Place.SiloId == siloId && DeviceOf(claim.Place) is { } device && device.FreeBytes >= claim.Place.MemoryBytes)
            .Select(claim => claim.Place.Model),
    ];

    /// <summary>Silos that are silent for too long, or that the membership has declared dead; they are forgotten.</summary>
    /// <param name="isDead">What the membership says of a silo.</param>
    public IReadOnlyList<SiloStatus> TakeLost(Func<string, bool> isDead)
    {
        var lost = Silos.Where(silo => Now - silo.LastSeenAt > options.SiloTimeout || isDead(silo.SiloId)).ToList();
        foreach (var silo in lost)
        {
            _silos.Remove(silo.SiloId);
            foreach (var grant in _granted.Values.Where(grant => grant.Place.SiloId == silo.SiloId).ToList()) _granted.Remove(grant.Place.ReplicaId);
        }

        return lost;
    }

    /// <summary>All that is granted, and all that is kept for others.</summary>
    private List<DeviceReservation> PlacesFor(string model) =>
        [.. _granted.Values.Select(grant => grant.Place), .. _claims.Values.Select(claim => claim.Place).Where(place => place.Model != model)];

    private void ForgetLate()
    {
        foreach (var late in _granted.Values.Where(grant => !grant.IsConfirmed && Now - grant.At > options.ReservationKept).ToList())
            _granted.Remove(late.Place.ReplicaId);
        foreach (var (id, _) in _released.Where(pair => Now - pair.Value > options.SiloTimeout).ToList()) _released.Remove(id);
        foreach (var late in _claims.Values.Where(claim => Now - claim.At > options.ReservationKept).ToList()) _claims.Remove(late.Place.Model);
    }

    private IEnumerable<string> WhoWaitFor(DeviceReservation place) =>
        _claims.Values.Where(claim => IsOn(claim.Place, place)).Select(claim => claim.Place.Model);

    private static PlacementRequest Placement(DeviceRequest request) =>
        new(request.Model, request.MemoryBytes, request.Needs, Measured: request.Measured);

    private static bool IsOn(DeviceReservation one, DeviceReservation other) => one.SiloId == other.SiloId && one.DeviceId == other.DeviceId;

    private Dictionary<string, WeightsTier> WeightsAt(string version) =>
        _silos.Values.ToDictionary(silo => silo.SiloId, silo => TierOf(silo, version), StringComparer.Ordinal);

    /// <summary>Files that were read lately are on its disk, and as likely as not in its memory.</summary>
    private static WeightsTier TierOf(SiloStatus silo, string version)
    {
        var held = silo.Weights?.Held.Where(held => HeldWeights.VersionOf(held.Name) == version).Select(held => held.Tier).DefaultIfEmpty().Max() ?? WeightsTier.None;
        return held < WeightsTier.Disk && silo.WarmVersions.Contains(version) ? WeightsTier.Disk : held;
    }

    /// <summary>
    /// A replica that its silo names has its room, whoever granted it: this grain may be younger than the replica. One whose room
    /// was given back is only named by a heartbeat that was on its way; should it live after all, its device says what it takes.
    /// </summary>
    private void Confirm(SiloStatus silo, ReplicaStatus replica)
    {
        if (_released.ContainsKey(replica.ReplicaId)) return;
        var place = new DeviceReservation(replica.ReplicaId, replica.Model, silo.SiloId, replica.DeviceId, replica.MemoryBytes);
        var grantedAt = _granted.GetValueOrDefault(replica.ReplicaId)?.At ?? Now;
        _granted[replica.ReplicaId] = new(place, grantedAt, IsConfirmed: true);
    }

    /// <summary>Young grants stay: a heartbeat may still speak of the replica that had the name before.</summary>
    private bool IsGone(Granted grant, SiloStatus silo) =>
        grant.IsConfirmed && grant.Place.SiloId == silo.SiloId && Now - grant.At > options.SiloTimeout
        && silo.Replicas.All(replica => replica.ReplicaId != grant.Place.ReplicaId);

    private DeviceStatus? DeviceOf(DeviceReservation place) =>
        _silos.GetValueOrDefault(place.SiloId)?.Devices.FirstOrDefault(device => device.DeviceId == place.DeviceId);

    private sealed record Claim(DeviceReservation Place, DateTimeOffset At);

    private sealed record Granted(DeviceReservation Place, DateTimeOffset At, bool IsConfirmed);
}
