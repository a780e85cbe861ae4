using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using MemberStatus = Orleans.Runtime.SiloStatus;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Has the cluster look for what a silo left behind, the moment its death is known here. Every silo that lives says so:
/// the grains that would have found it by themselves may have died with it.
/// </summary>
internal sealed class DeathNotices(ISiloStatusOracle silos, IGrainFactory grains, ILogger<DeathNotices> logger)
    : ISiloStatusListener, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(DeathNotices), ServiceLifecycleStage.Active, _ =>
    {
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, MemberStatus status)
    {
        if (status != MemberStatus.Dead) return;
        _ = Message.Try(() => grains.GetGrain<IClusterGrain>(GrainKeys.Cluster).Sweep(), SiloName.Of(updatedSilo), logger);
    }
}
