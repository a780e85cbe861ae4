using OrleansDiffusion.Client;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Silo.Storing;

/// <summary>Reads pictures and pages from the node's own stores, for the client library inside it.</summary>
internal sealed class StoreArtifactSource(IJobStore jobs, IArtifactStore artifacts) : IArtifactSource
{
    public async Task<byte[]?> ReadAsync(string tenantId, string artifactId, CancellationToken cancellation)
    {
        if (await jobs.FindArtifact(tenantId, artifactId, cancellation) is null) return null;
        await using var file = await artifacts.Open(artifactId, cancellation);
        if (file is null) return null;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    public async Task<JobList> ListAsync(string tenantId, JobFilter filter, CancellationToken cancellation)
    {
        var page = await jobs.List(new JobQuery(tenantId, filter.Status, filter.Model, filter.Cursor, filter.CountMax), cancellation);
        return new JobList(page.Jobs, page.NextCursor);
    }
}
