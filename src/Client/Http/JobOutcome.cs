using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>What the end of a job means for who waited for its pictures.</summary>
public static class JobOutcome
{
    /// <summary>Why a final job without pictures has none.</summary>
    public static Refusal RefusalOf(JobRecord job) => job switch
    {
        { Error: { } error } => new Refusal(error.Code, error.Message),
        { Status: JobStatus.Cancelled } => new Refusal(ErrorCode.Cancelled, $"{job.Id} was cancelled."),
        _ => new Refusal(ErrorCode.Internal, $"{job.Id} ended without pictures and without a reason."),
    };
}
