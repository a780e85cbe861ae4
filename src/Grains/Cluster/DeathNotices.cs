using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using MemberStatus = Orleans.Runtime.SiloStatus;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Says what is here, and has the cluster look for what a silo left behind, the moment its death is known. Every silo that
/// lives does: the grains that would have known it may have died with it, and those that take their place know nothing yet.
/// </summary>
internal sealed class DeathNotices(
    ISiloStatusOracle silos, SiloPulse pulse, LocalReplicas replicas, IGrainFactory grains, ILogger<DeathNotices> logger)
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
        _ = pulse.Beat();
        foreach (var replica in replicas.All)
            _ = Message.Try(() => grains.GetGrain<ISchedulerGrain>(replica.Model).ReplicaChanged(replica), replica.ReplicaId, logger);
        _ = Message.Try(() => grains.GetGrain<IClusterGrain>(GrainKeys.Cluster).Sweep(), SiloName.Of(updatedSilo), logger);
    }
}
