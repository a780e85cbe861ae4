using Orleans.Concurrency;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>One job's life. Keyed by job id; stands between callers and replicas, so that neither waits for the other.</summary>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Validates, admits, commits and queues. Accepted means committed. Repeating it is harmless.</summary>
    Task<SubmitAnswer> Submit(JobSubmission submission);

    /// <summary>The job and where it stands; null when there is none or it is another tenant's.</summary>
    [AlwaysInterleave]
    Task<JobView?> Get(string tenantId);

    /// <summary>The current state first, then every change until the final one. Ends at once for a final job.</summary>
    [AlwaysInterleave]
    IAsyncEnumerable<JobEvent> Watch(string tenantId, CancellationToken cancellation);

    /// <summary>True when the job is cancelled now; false when it does not exist or was final before.</summary>
    Task<bool> Cancel(string tenantId);

    /// <summary>Gives the job to a replica under the next epoch; null when it is not to be run any more.</summary>
    Task<JobLease?> Lease(string replicaId, string device);

    /// <summary>Where it stands in its queue; from the scheduler.</summary>
    [AlwaysInterleave]
    Task Placed(QueuePlace place);

    /// <summary>Progress from the holder of the lease. False tells it that it holds the lease no longer and must stop.</summary>
    [AlwaysInterleave]
    Task<bool> Report(JobReport report);

    /// <summary>Every picture is stored. False when the epoch is not the newest: nothing was changed.</summary>
    Task<bool> Complete(JobResult result);

    /// <summary>The holder cannot go on. The job fails, or goes back to the queue when another attempt may help.</summary>
    Task<bool> Fail(JobFailure failure);

    /// <summary>The holder ends its lease without a result, as when it drains. Back to the head of the queue.</summary>
    Task<bool> GiveBack(long epoch, JobCheckpoint? checkpoint);

    /// <summary>
    /// The replica is gone with its silo. If it holds the lease, the job goes back to the head of the queue; that counts
    /// as a failed attempt, since it may have been this job that killed it.
    /// </summary>
    Task<bool> HolderLost(string replicaId, string siloId);

    /// <summary>Fails a job that waits in vain: its model was removed or cannot be loaded.</summary>
    Task<bool> Abandon(JobError error);

    /// <summary>Makes sure that an unfinished job is queued or running; from the recovery sweep.</summary>
    Task Resume();
}
