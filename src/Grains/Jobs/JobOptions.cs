using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>How jobs are judged, watched and kept.</summary>
public sealed class JobOptions
{
    public const string Section = "Diffusion:Jobs";

    /// <summary>What one request may ask for at most.</summary>
    [ValidateObjectMembers]
    public GenerationLimits Limits { get; set; } = new();

    /// <summary>
    /// How often and how soon a job whose device failed is tried again. Lost nodes count only when the job kept no
    /// checkpoint there. Default 5 attempts.
    /// </summary>
    [ValidateObjectMembers]
    public RetryPlan Retries { get; set; } = new() { FailedAttemptsMax = 5 };

    /// <summary>
    /// A lease that is not heard of for this long is lost and the job goes back to its queue. Shorter finds a hung
    /// replica sooner; longer forgives slow steps and long pauses. Default 60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LeaseTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>At most one checkpoint per job is written in this time. Shorter loses less work with a node, and writes more. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Least time between two lines of a job in its tenant's feed; the last one always comes. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan FeedInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Events that wait for a slow watcher; the oldest are dropped beyond it, never the final one. Default 64.</summary>
    [Range(2, 10_000)]
    public int WatcherEventCountMax { get; set; } = 64;
}
