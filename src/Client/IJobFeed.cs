using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Client;

/// <summary>Every change of every job of a tenant, from now on: what keeps a list of jobs current without asking again.</summary>
public interface IJobFeed
{
    /// <summary>Ends only by cancellation. A reader that is too slow loses the oldest items, never the newest of a job.</summary>
    IAsyncEnumerable<JobFeedItem> WatchAsync(string tenantId, CancellationToken cancellation);
}
