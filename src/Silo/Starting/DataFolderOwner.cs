using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo.Starting;

/// <summary>Takes the data folder before anything else starts, and gives it back after everything else has ended.</summary>
internal sealed class DataFolderOwner(NodeOptions node, IJobStore store, TimeProvider time) : BeforeStart, IDisposable
{
    private DataFolderLock? _held;

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        _held = await DataFolderLock.AcquireAsync(node.DataFolder, node.LockWaitMax, time, cancellationToken);
        await store.Prepare(cancellationToken);
    }

    public override Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
