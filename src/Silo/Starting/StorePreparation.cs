using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo.Starting;

/// <summary>Looks at the shared database before anything else starts.</summary>
internal sealed class StorePreparation(IJobStore store) : BeforeStart
{
    public override Task StartingAsync(CancellationToken cancellationToken) => store.Prepare(cancellationToken);
}
