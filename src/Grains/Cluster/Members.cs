using Orleans.Runtime;
using MemberStatus = Orleans.Runtime.SiloStatus;

namespace OrleansDiffusion.Grains;

/// <summary>
/// What the membership says of silos: sooner than missing heartbeats, and from this silo's own memory, so that nobody waits
/// for an answer while silos die. Whatever a silo that was declared dead still writes is fenced by its jobs' next epochs.
/// </summary>
internal sealed class Members(ISiloStatusOracle silos)
{
    /// <summary>False also of what is no silo's name: what is not known dead is asked.</summary>
    public bool IsDead(string siloId) => SiloAddress.TryParse(siloId, out var address) && silos.IsDeadSilo(address);

    /// <summary>Whether the silo is on its way out, or dead: it takes nothing new.</summary>
    public bool IsLeaving(string siloId) =>
        SiloAddress.TryParse(siloId, out var address)
        && silos.GetApproximateSiloStatus(address) is MemberStatus.ShuttingDown or MemberStatus.Stopping or MemberStatus.Dead;

    /// <summary>Whether the job's holder died with its silo.</summary>
    public bool IsHolderDead(string? device) => device is not null && IsDead(SiloName.OfDevice(device));
}
