namespace OrleansDiffusion.Jobs;

/// <summary>
/// How many silos the cluster wants now, for whoever can add and remove machines. Silos that leave count as gone already,
/// and what the pools lack for want of room counts as silos like those that are there. A silo that holds nothing can be
/// spared, unless somebody lacks room: it may just have come for that. Nobody asks to have replicas moved together: a silo
/// with one idle replica stays as long as the pool keeps that.
/// </summary>
public static class DesiredSilos
{
    /// <param name="silos">Those that live, as their last heartbeats told.</param>
    /// <param name="lackedReplicaCount">Replicas of all pools that are wanted and found no device.</param>
    /// <param name="countMin">Never fewer.</param>
    /// <param name="countMax">Never more.</param>
    public static int Of(IReadOnlyCollection<SiloStatus> silos, int lackedReplicaCount, int countMin, int countMax)
    {
        var open = silos.Where(silo => !silo.IsDraining).ToList();
        var change = lackedReplicaCount > 0 ? SilosFor(lackedReplicaCount, open) : -open.Count(HoldsNothing);
        return (int)Math.Clamp(open.Count + change, countMin, countMax);
    }

    /// <summary>As if every further silo had as many devices as one has on average, and each of them took one replica.</summary>
    private static long SilosFor(int replicaCount, List<SiloStatus> like)
    {
        var (siloCount, deviceCount) = (like.Count, like.Sum(silo => silo.Devices.Count));
        return deviceCount == 0 ? replicaCount : (((long)replicaCount * siloCount) + deviceCount - 1) / deviceCount;
    }

    private static bool HoldsNothing(SiloStatus silo) =>
        silo.Replicas.All(replica => replica.Phase is ReplicaPhase.Draining or ReplicaPhase.Stopped);
}
