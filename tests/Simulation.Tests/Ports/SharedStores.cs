using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

internal sealed class SharedArtifactStore(IArtifactStore files, StoreLine line) : IArtifactStore
{
    public Task<string> Put(ReadOnlyMemory<byte> file, CancellationToken cancellation) => line.Call(() => files.Put(file, default).GetAwaiter().GetResult());

    public Task<Stream?> Open(string artifactId, CancellationToken cancellation) => line.Call(() => files.Open(artifactId, default).GetAwaiter().GetResult());

    public Task<bool> Delete(string artifactId, DateTimeOffset putBefore, CancellationToken cancellation) =>
        line.Call(() => files.Delete(artifactId, putBefore, default).GetAwaiter().GetResult());
}

internal sealed class SharedUsageStore(IUsageStore rows, StoreLine line) : IUsageStore
{
    public Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation) => line.Call(() =>
    {
        rows.Add(tenantId, day, jobId, deviceSeconds, pictureCount, default).GetAwaiter().GetResult();
        return true;
    });

    public Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation) =>
        line.Call(() => rows.Read(tenantId, day, default).GetAwaiter().GetResult());
}

internal sealed class SharedModelStore(IModelStore rows, StoreLine line) : IModelStore
{
    public Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation) => line.Call(() => rows.List(default).GetAwaiter().GetResult());

    public Task Put(ModelEntry model, CancellationToken cancellation) => line.Call(() =>
    {
        rows.Put(model, default).GetAwaiter().GetResult();
        return true;
    });

    public Task<bool> Remove(string name, CancellationToken cancellation) => line.Call(() => rows.Remove(name, default).GetAwaiter().GetResult());
}
