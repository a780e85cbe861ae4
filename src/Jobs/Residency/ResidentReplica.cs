namespace OrleansDiffusion.Jobs;

/// <summary>A replica as seen by whoever needs its room.</summary>
/// <param name="ReplicaId">Breaks ties.</param>
/// <param name="MemoryBytes">What its eviction frees.</param>
/// <param name="LoadSeconds">What it takes to have it back.</param>
/// <param name="Use">Whether it can go at all.</param>
/// <param name="IdleSeconds">Since its last job, or since it became ready.</param>
/// <param name="Gaps">How long replicas like this one idled before; null when unknown.</param>
public readonly record struct ResidentReplica(
    string ReplicaId, long MemoryBytes, double LoadSeconds, ReplicaUse Use, double IdleSeconds, GapHistogram? Gaps);

/// <summary>What a replica is there for at the moment.</summary>
public enum ReplicaUse
{
    /// <summary>Nothing: it is kept only because it might be used again.</summary>
    Surplus,

    /// <summary>Promised as its pool's standby.</summary>
    Standby,

    /// <summary>Granted or on its way: somebody has ordered it.</summary>
    Reserved,

    /// <summary>At work.</summary>
    Busy,
}

/// <summary>Room that is needed on a device.</summary>
/// <param name="MemoryBytes">In all; what is free counts towards it.</param>
/// <param name="IsForDemand">For a job that waits. Otherwise for a standby, which may not displace another pool's.</param>
/// <param name="Worth">What the newcomer is worth by the same measure; a standby displaces only what is worth less.</param>
public readonly record struct RoomRequest(long MemoryBytes, bool IsForDemand, double Worth = double.PositiveInfinity);

/// <summary>Which of the idle replicas is worth most.</summary>
public interface IResidencyPolicy
{
    /// <summary>What it is worth to keep it; the lowest goes first.</summary>
    double Worth(in ResidentReplica replica);
}
