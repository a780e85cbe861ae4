using Orleans.Runtime;
using MemberStatus = Orleans.Runtime.SiloStatus;

namespace OrleansDiffusion.Grains;

/// <summary>
/// When this silo leaves the cluster. Requests that last end with it: an activation that still answers one stays where it is,
/// and whoever asks it anything else waits for that.
/// </summary>
internal sealed class Departure : ISiloStatusListener, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _begun = new();
    private readonly ISiloStatusOracle _silos;

    public Departure(ISiloStatusOracle silos)
    {
        _silos = silos;
        Begun = _begun.Token;
    }

    /// <summary>Cancelled once no grain is placed here any more.</summary>
    public CancellationToken Begun { get; }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(Departure), ServiceLifecycleStage.Active, _ =>
    {
        _silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, MemberStatus status)
    {
        if (updatedSilo.Equals(_silos.SiloAddress) && status is MemberStatus.ShuttingDown or MemberStatus.Stopping) _begun.Cancel();
    }

    public void Dispose() => _begun.Dispose();
}
