using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Client;

/// <summary>
/// Where the embedded client reads pictures and lists of jobs: pixels and pages do not travel in grain messages. A
/// silo's host provides its own stores; elsewhere the REST API does.
/// </summary>
public interface IArtifactSource
{
    Task<byte[]?> ReadAsync(string tenantId, string artifactId, CancellationToken cancellation);

    Task<JobList> ListAsync(string tenantId, JobFilter filter, CancellationToken cancellation);
}
