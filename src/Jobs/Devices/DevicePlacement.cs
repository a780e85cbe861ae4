namespace OrleansDiffusion.Jobs;

/// <summary>What a replica needs of a device.</summary>
/// <param name="Model">At most one replica of a model is put on a device.</param>
/// <param name="MemoryBytes">Device memory, weights and working memory.</param>
/// <param name="Needs">Provider and labels that the device must have; null is any.</param>
/// <param name="WeightsAt">Silos that hold the weights already; the nearer to a device, the better, and any is better than none.</param>
/// <param name="Measured">Counts instead of <paramref name="MemoryBytes"/> on the kind of device that it was seen on.</param>
public sealed record PlacementRequest(
    string Model, long MemoryBytes, DeviceNeeds? Needs = null, IReadOnlyDictionary<string, WeightsTier>? WeightsAt = null,
    MeasuredMemory? Measured = null)
{
    public long MemoryOn(DeviceStatus device) => MeasuredMemory.Or(MemoryBytes, Measured, device.Provider);
}

/// <summary>Room that is granted, whether or not the device's silo has reported it yet.</summary>
public sealed record DeviceReservation(string ReplicaId, string Model, string SiloId, string DeviceId, long MemoryBytes);

/// <summary>A device, or the reason why there is none.</summary>
public sealed record DeviceChoice(DeviceStatus? Device, string? RefusedBecause);

/// <summary>Chooses the device of a new replica.</summary>
public static class DevicePlacement
{
    /// <summary>
    /// Of the devices that are alive, not draining, without a problem, of the kind that is needed, free of this model and large
    /// enough: one whose silo has the weights nearest, of equal ones the one with the most free memory; then in the order of their
    /// names, so that the answer is always the same.
    /// </summary>
    /// <param name="request">What is needed.</param>
    /// <param name="silos">As their last heartbeats told.</param>
    /// <param name="reservations">Everything granted and not yet released.</param>
    /// <param name="now">To judge the heartbeats.</param>
    /// <param name="heartbeatTimeout">Silos not heard of for longer than this get nothing.</param>
    public static DeviceChoice Choose(
        PlacementRequest request,
        IReadOnlyList<SiloStatus> silos,
        IReadOnlyCollection<DeviceReservation> reservations,
        DateTimeOffset now,
        TimeSpan heartbeatTimeout)
    {
        if (silos.Count == 0) return Refused("no silo has reported yet");
        var alive = silos.Where(silo => now - silo.LastSeenAt <= heartbeatTimeout).ToList();
        if (alive.Count == 0) return Refused($"no silo has been heard of for {heartbeatTimeout.TotalSeconds:0} s");
        var open = alive.Where(silo => !silo.IsDraining).ToList();
        if (open.Count == 0) return Refused("every silo is draining");

        var needs = request.Needs ?? DeviceNeeds.None;
        var all = open.SelectMany(silo => silo.Devices).ToList();
        if (all.Count == 0) return Refused("no silo has a device");
        var devices = all.FindAll(device => device.Problem is null);
        if (devices.Count == 0) return Refused($"no device can be used: {Problem(all)}");
        if (DeviceKinds.MissingBecause(needs, devices) is { } missing) return Refused(missing);

        var candidates = Candidates(request, open, reservations);
        var without = candidates.Where(candidate => !candidate.HasModel).ToList();
        return without.Count == 0 ? Refused($"every {needs} has a replica of {request.Model} already") : Best(request, needs, without);
    }

    /// <summary>
    /// The devices on which a replica could be put if there were room: alive, open, of the kind that is needed, large enough when
    /// empty and free of this model.
    /// </summary>
    /// <param name="request">What is needed.</param>
    /// <param name="silos">As their last heartbeats told.</param>
    /// <param name="reservations">Everything granted and not yet released.</param>
    /// <param name="now">To judge the heartbeats.</param>
    /// <param name="heartbeatTimeout">Silos not heard of for longer than this do not count.</param>
    public static IReadOnlyList<RoomCandidate> WithoutRoom(
        PlacementRequest request,
        IReadOnlyList<SiloStatus> silos,
        IReadOnlyCollection<DeviceReservation> reservations,
        DateTimeOffset now,
        TimeSpan heartbeatTimeout)
    {
        var open = silos.Where(silo => !silo.IsDraining && now - silo.LastSeenAt <= heartbeatTimeout).ToList();
        return
        [
            .. Candidates(request, open, reservations)
                .Where(candidate => !candidate.HasModel && candidate.Device.MemoryBytes >= candidate.NeededBytes)
                .Select(candidate => new RoomCandidate(candidate.Device, candidate.FreeBytes, candidate.Granted, candidate.NeededBytes)),
        ];
    }

    private static IEnumerable<Candidate> Candidates(
        PlacementRequest request, List<SiloStatus> open, IReadOnlyCollection<DeviceReservation> reservations) =>
        from silo in open
        from device in silo.Devices
        where device.Problem is null && (request.Needs ?? DeviceNeeds.None).AreMetBy(device)
        select Candidate.Of(silo, device, request, reservations);

    private static DeviceChoice Best(PlacementRequest request, DeviceNeeds needs, List<Candidate> candidates)
    {
        var best = candidates.OrderByDescending(candidate => candidate.HasRoom)
            .ThenByDescending(candidate => candidate.HasRoom ? candidate.Tier : WeightsTier.None)
            .ThenByDescending(candidate => candidate.FreeBytes)
            .ThenBy(candidate => candidate.Device.SiloId, StringComparer.Ordinal)
            .ThenBy(candidate => candidate.Device.DeviceId, StringComparer.Ordinal)
            .First();
        return best.HasRoom ? new(best.Device, null) : Refused(TooSmall(needs, best));
    }

    private static string Problem(List<DeviceStatus> devices)
    {
        var first = devices.OrderBy(device => device.SiloId, StringComparer.Ordinal)
            .ThenBy(device => device.DeviceId, StringComparer.Ordinal).First();
        return $"{first.DeviceId} on {first.SiloId}: {first.Problem}";
    }

    private static DeviceChoice Refused(string reason) => new(null, reason);

    private static string TooSmall(DeviceNeeds needs, Candidate best) =>
        $"no {needs} has {ByteText.Of(best.NeededBytes)} free: "
        + $"best is {best.Device.DeviceId} on {best.Device.SiloId} with {ByteText.Of(Math.Max(0, best.FreeBytes))}";

    private sealed record Candidate(
        DeviceStatus Device, long FreeBytes, long NeededBytes, bool HasModel, WeightsTier Tier, IReadOnlyList<(string ReplicaId, long MemoryBytes)> Granted)
    {
        public bool HasRoom => FreeBytes >= NeededBytes;

        public static Candidate Of(
            SiloStatus silo, DeviceStatus device, PlacementRequest request, IReadOnlyCollection<DeviceReservation> reservations)
        {
            var granted = reservations.Where(r => r.SiloId == silo.SiloId && r.DeviceId == device.DeviceId).ToList();
            var hasModel = granted.Any(r => r.Model == request.Model)
                || silo.Replicas.Any(r => r.DeviceId == device.DeviceId && r.Model == request.Model && r.Phase != ReplicaPhase.Stopped);

            // A grant may be newer than the heartbeat, and memory in use may outlive its grant: the larger one is true.
            var taken = Math.Max(granted.Sum(r => r.MemoryBytes), device.ReservedBytes);
            return new(
                device, device.MemoryBytes - taken, request.MemoryOn(device), hasModel, request.WeightsAt?.GetValueOrDefault(silo.SiloId) ?? WeightsTier.None,
                [.. granted.Select(r => (r.ReplicaId, r.MemoryBytes))]);
        }
    }
}
