namespace OrleansDiffusion.Jobs;

/// <summary>What can happen to a job, seen from its state machine.</summary>
public enum JobSignal
{
    /// <summary>A replica took the job, under a new epoch.</summary>
    Leased,

    /// <summary>The replica that held the lease is gone or gave it back.</summary>
    LeaseLost,

    /// <summary>The holder of the lease stored every picture.</summary>
    Completed,

    /// <summary>The holder of the lease cannot finish, and another attempt would not help.</summary>
    Failed,

    /// <summary>Its owner does not want it any more.</summary>
    Cancelled,
}

/// <summary>The life of a job as a total function: late, repeated or impossible events change nothing.</summary>
public static class JobMachine
{
    public static JobStatus Next(JobStatus status, JobSignal happened) => (status, happened) switch
    {
        (JobStatus.Queued, JobSignal.Leased) => JobStatus.Running,
        (JobStatus.Running, JobSignal.LeaseLost) => JobStatus.Queued,
        (JobStatus.Running, JobSignal.Completed) => JobStatus.Succeeded,
        (JobStatus.Queued or JobStatus.Running, JobSignal.Failed) => JobStatus.Failed,
        (JobStatus.Queued or JobStatus.Running, JobSignal.Cancelled) => JobStatus.Cancelled,
        _ => status, // Late or repeated: delivery is at-least-once.
    };
}
