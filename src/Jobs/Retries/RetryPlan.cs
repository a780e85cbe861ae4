using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Jobs;

/// <summary>How often and how soon to try again: exponential backoff with equal jitter, bounded in count and in delay.</summary>
public sealed record RetryPlan
{
    /// <summary>Failures after which it is over. More survive worse weather and hold a poisoned job longer. Default 3.</summary>
    [Range(1, 1000)]
    public int FailedAttemptsMax { get; init; } = 3;

    /// <summary>Before the second attempt; doubles with each one after. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>However many attempts there were. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMinutes(1);

    public bool MayRetry(int failedAttempts) => failedAttempts < FailedAttemptsMax;

    /// <summary>How long to wait after that many failures.</summary>
    /// <param name="failedAttempts">From 1.</param>
    /// <param name="chance">A random number from 0 (inclusive) to 1: those who failed together do not return together.</param>
    public TimeSpan DelayBefore(int failedAttempts, double chance)
    {
        var doublings = Math.Clamp(failedAttempts - 1, 0, 62);
        var ceiling = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, doublings), DelayMax.TotalSeconds);
        return TimeSpan.FromSeconds(ceiling * (1 + Math.Clamp(chance, 0, 1)) / 2);
    }
}
