namespace OrleansDiffusion.Jobs;

/// <summary>A device that a replica may be put on once there is room.</summary>
/// <param name="Device">Which.</param>
/// <param name="FreeBytes">Of its budget, not granted to anybody.</param>
/// <param name="Replicas">What is on it or on its way there, with its bytes.</param>
/// <param name="NeededBytes">What the model needs on it; null: what the request says.</param>
public sealed record RoomCandidate(
    DeviceStatus Device, long FreeBytes, IReadOnlyList<(string ReplicaId, long MemoryBytes)> Replicas, long? NeededBytes = null);

/// <summary>Where room is made, and by whose leaving.</summary>
/// <param name="Device">Which device.</param>
/// <param name="Leaving">Replicas that have to go; none when there is room already.</param>
public sealed record RoomPlan(DeviceStatus Device, IReadOnlyList<string> Leaving)
{
    /// <summary>
    /// Of all devices on which room can be made, the one where least is lost; equal ones in the order of their names. Null
    /// when it can be made on none.
    /// </summary>
    /// <param name="candidates">Devices of the right kind without this model.</param>
    /// <param name="offers">By replica, as the pools told. Who is not in it has just been granted its place, and stays.</param>
    /// <param name="request">What is needed.</param>
    public static RoomPlan? Choose(
        IEnumerable<RoomCandidate> candidates, IReadOnlyDictionary<string, ReplicaOffer> offers, RoomRequest request)
    {
        var worth = new OfferedWorth(offers);
        var plans =
            from candidate in candidates
            let needed = request with { MemoryBytes = candidate.NeededBytes ?? request.MemoryBytes }
            let leaving = Eviction.Choose(Residents(candidate, offers), candidate.FreeBytes, needed, worth)
            where leaving is not null
            select new RoomPlan(candidate.Device, leaving);
        return plans.OrderBy(plan => plan.Leaving.Sum(id => offers[id].Worth)).ThenBy(plan => plan.Leaving.Count)
            .ThenBy(plan => plan.Device.SiloId, StringComparer.Ordinal).ThenBy(plan => plan.Device.DeviceId, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private static ResidentReplica[] Residents(RoomCandidate candidate, IReadOnlyDictionary<string, ReplicaOffer> offers) =>
    [
        .. candidate.Replicas.Select(replica => new ResidentReplica(
            replica.ReplicaId, replica.MemoryBytes, 0, offers.GetValueOrDefault(replica.ReplicaId)?.Use ?? ReplicaUse.Reserved, 0, null)),
    ];

    private sealed class OfferedWorth(IReadOnlyDictionary<string, ReplicaOffer> offers) : IResidencyPolicy
    {
        public double Worth(in ResidentReplica replica) => offers.GetValueOrDefault(replica.ReplicaId)?.Worth ?? double.PositiveInfinity;
    }
}
