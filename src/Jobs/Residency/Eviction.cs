namespace OrleansDiffusion.Jobs;

/// <summary>
/// Makes room on a device. Busy and reserved replicas never go. A pool's promised standby goes only for a job that waits:
/// if one standby could displace another, two pools would take the place from each other forever.
/// </summary>
public static class Eviction
{
    /// <summary>The replicas to evict, in the order of their ids; empty when there is room already, null when it cannot be made.</summary>
    /// <param name="residents">Everything on the device.</param>
    /// <param name="freeBytes">What is free on it now.</param>
    /// <param name="request">What is needed.</param>
    /// <param name="policy">Says what is worth least.</param>
    public static IReadOnlyList<string>? Choose(
        ReadOnlySpan<ResidentReplica> residents, long freeBytes, in RoomRequest request, IResidencyPolicy policy)
    {
        List<ResidentReplica> candidates = [];
        foreach (var resident in residents)
            if (MayGo(resident, request, policy)) candidates.Add(resident);
        candidates = [.. candidates.OrderBy(replica => policy.Worth(replica)).ThenBy(replica => replica.ReplicaId, StringComparer.Ordinal)];

        List<ResidentReplica> chosen = [];
        foreach (var candidate in candidates)
        {
            if (freeBytes >= request.MemoryBytes) break;
            chosen.Add(candidate);
            freeBytes += candidate.MemoryBytes;
        }

        if (freeBytes < request.MemoryBytes) return null;
        Spare(chosen, freeBytes - request.MemoryBytes);
        return [.. chosen.Select(replica => replica.ReplicaId).Order(StringComparer.Ordinal)];
    }

    /// <summary>Where any one of them makes room enough: the index of the one that goes, -1 when none may. Allocates nothing.</summary>
    public static int ChooseOne(ReadOnlySpan<ResidentReplica> residents, in RoomRequest request, IResidencyPolicy policy)
    {
        var (best, bestWorth) = (-1, 0.0);
        for (var i = 0; i < residents.Length; i++)
        {
            if (!MayGo(residents[i], request, policy)) continue;
            var worth = policy.Worth(residents[i]);
            if (best >= 0 && (worth > bestWorth || (worth == bestWorth && !IsBefore(residents[i], residents[best])))) continue;
            (best, bestWorth) = (i, worth);
        }

        return best;
    }

    private static bool MayGo(in ResidentReplica replica, in RoomRequest request, IResidencyPolicy policy) => replica.Use switch
    {
        ReplicaUse.Surplus => request.IsForDemand || policy.Worth(replica) < request.Worth,
        ReplicaUse.Standby => request.IsForDemand,
        _ => false,
    };

    /// <summary>A small one that was chosen before a large one may not be needed any more; the most valuable is spared first.</summary>
    private static void Spare(List<ResidentReplica> chosen, long tooManyBytes)
    {
        for (var i = chosen.Count - 1; i >= 0; i--)
        {
            if (chosen[i].MemoryBytes > tooManyBytes) continue;
            tooManyBytes -= chosen[i].MemoryBytes;
            chosen.RemoveAt(i);
        }
    }

    private static bool IsBefore(in ResidentReplica one, in ResidentReplica other) => string.CompareOrdinal(one.ReplicaId, other.ReplicaId) < 0;
}
