using Orleans.Runtime;

namespace OrleansDiffusion.Grains;

/// <summary>
/// What the membership says of silos: sooner than missing heartbeats, and from this silo's own memory, so that nobody waits
/// for an answer while silos die. Whatever a silo that was declared dead still writes is fenced by its jobs' next epochs.
/// </summary>
internal sealed class Members(ISiloStatusOracle silos)
{
    /// <summary>False also of what is no silo's name: what is not known dead is asked.</summary>
    public bool IsDead(string siloId) => SiloAddress.TryParse(siloId, out var address) && silos.IsDeadSilo(address);

    /// <summary>Whether the job's holder died with its silo.</summary>
    public bool IsHolderDead(string? device) => device is not null && IsDead(SiloName.OfDevice(device));
}
